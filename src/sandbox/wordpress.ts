// A stand-in for WordPress's REST API, as WordPress 6.1.9 answered when it was tried: slugs, statuses,
// searching by words of the text, the library that everybody can look into. Not for its pages.
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { fakeServer } from './fake-server.ts';
import type { SandboxState } from './state.ts';

export interface WordpressRules {
  readonly user: string;
  readonly password: string;
}

const STATUSES = ['publish', 'future', 'draft', 'pending', 'private'];
const ALL = [...STATUSES, 'trash'];

const fields = z.object({
  title: z.string().optional(),
  content: z.string().optional(),
  excerpt: z.string().optional(),
  slug: z.string().optional(),
  status: z.string().optional(),
  categories: z.array(z.number()).optional(),
});
interface Post {
  readonly id: number;
  title: string;
  content: string;
  slug: string;
  status: string;
  date: string;
}

/** As WordPress makes an address of any text. */
const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

export function wordpressStandIn(world: SandboxState, rules: WordpressRules): Hono {
  const app = fakeServer(world, 'wordpress', (context) => refuse(context, 500, 'internal_error'));
  const posts = new Map<number, Post>();
  let next = 4;

  const refuse = (context: Context, status: 400 | 401 | 404 | 500, code: string): Response =>
    context.json({ code, message: code, data: { status } }, status);
  const isKnown = (context: Context): boolean =>
    context.req.header('authorization') ===
    `Basic ${Buffer.from(`${rules.user}:${rules.password}`).toString('base64')}`;
  const linkOf = ({ id, slug, status }: Post): string =>
    status === 'publish' || status === 'private'
      ? `https://wordpress.example/${slug}/`
      : `https://wordpress.example/?p=${id}`;
  const shown = (post: Post): object => ({
    id: post.id,
    slug: post.slug,
    status: post.status,
    link: linkOf(post),
    date_gmt: post.date,
    title: { raw: post.title, rendered: post.title },
    content: { raw: post.content, rendered: post.content },
  });
  const keyOf = ({ content, slug }: Post): string =>
    /<!-- banli:(\S+) -->/.exec(content)?.[1] ?? slug;
  const free = (wanted: string, id: number): string => {
    const taken = (slug: string): boolean =>
      [...posts.values()].some((one) => one.id !== id && one.slug === slug);
    let slug = wanted;
    for (let number = 2; taken(slug); number++) slug = `${wanted}-${number}`;
    return slug;
  };
  /** Takes over what a call gives; what becomes public or stops being so, readers see. */
  const save = (context: Context, post: Post, given: z.output<typeof fields>): Response => {
    const { status = post.status } = given;
    if (!STATUSES.includes(status)) return refuse(context, 400, 'rest_invalid_param');
    const before = post.status;
    post.title = given.title ?? post.title;
    post.content = given.content ?? post.content;
    post.slug = free(slugOf(given.slug ?? post.slug.replace(/__trashed$/, '')), post.id);
    post.status = status;
    posts.set(post.id, post);
    if (status === 'publish' && before !== 'publish') {
      post.date = new Date(world.now()).toISOString().slice(0, 19);
      world.publish('wordpress', keyOf(post), post.title, post.content, linkOf(post));
    }
    if (before === 'publish' && status !== 'publish') world.withdraw('wordpress', keyOf(post));
    return context.json(shown(post), before === '' ? 201 : 200);
  };
  const bodyOf = async (context: Context) =>
    fields.safeParse(await context.req.json().catch(() => undefined)).data;

  app.get('/wp-json/wp/v2/users/me', (context) =>
    isKnown(context)
      ? context.json({
          id: 1,
          name: rules.user,
          capabilities: {
            edit_posts: true,
            publish_posts: true,
            edit_published_posts: true,
            upload_files: true,
          },
        })
      : refuse(context, 401, 'rest_not_logged_in'),
  );
  app.get('/wp-json/wp/v2/posts', (context) => {
    const { search = '', status = 'publish', per_page: most = '10' } = context.req.query();
    const wanted = status === 'any' ? STATUSES : status.split(',');
    if (!isKnown(context) && wanted.join() !== 'publish')
      return refuse(context, 400, 'rest_invalid_param');
    if (wanted.some((one) => !ALL.includes(one))) return refuse(context, 400, 'rest_invalid_param');
    // Every word of it has to be somewhere in the text.
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [...posts.values()].filter(
      (one) =>
        wanted.includes(one.status) &&
        words.every((word) => `${one.title} ${one.content}`.toLowerCase().includes(word)),
    );
    return context.json(found.slice(0, Number(most)).map(shown));
  });
  app.post('/wp-json/wp/v2/posts', async (context) => {
    if (!isKnown(context)) return refuse(context, 401, 'rest_cannot_create');
    const given = await bodyOf(context);
    if (!given) return refuse(context, 400, 'rest_invalid_json');
    const id = next++;
    const slug = slugOf(given.slug ?? given.title ?? String(id));
    const post = { id, title: '', content: '', slug, status: '', date: '' };
    return save(context, post, { status: 'draft', ...given });
  });
  app.post('/wp-json/wp/v2/posts/:id', async (context) => {
    const post = posts.get(Number(context.req.param('id')));
    if (!post) return refuse(context, 404, 'rest_post_invalid_id');
    if (!isKnown(context)) return refuse(context, 401, 'rest_cannot_edit');
    const given = await bodyOf(context);
    return given ? save(context, post, given) : refuse(context, 400, 'rest_invalid_json');
  });
  app.delete('/wp-json/wp/v2/posts/:id', (context) => {
    const post = posts.get(Number(context.req.param('id')));
    if (!post) return refuse(context, 404, 'rest_post_invalid_id');
    if (!isKnown(context)) return refuse(context, 401, 'rest_cannot_delete');
    if (post.status === 'publish') world.withdraw('wordpress', keyOf(post));
    post.status = 'trash';
    post.slug = `${post.slug}__trashed`;
    return context.json(shown(post));
  });
  app.post('/wp-json/wp/v2/media', async (context) => {
    if (!isKnown(context)) return refuse(context, 401, 'rest_cannot_create');
    const bytes = Buffer.from(await context.req.arrayBuffer());
    const name = /filename="([^"]+)"/.exec(context.req.header('content-disposition') ?? '')?.[1];
    const isPicture = /^(\x89PNG|\xff\xd8\xff|GIF8)/.test(bytes.subarray(0, 4).toString('latin1'));
    // It says so with a 500.
    if (!isPicture || name === undefined) return refuse(context, 500, 'rest_upload_sideload_error');
    return context.json(
      { id: next++, source_url: `https://wordpress.example/wp-content/uploads/${name}` },
      201,
    );
  });
  return app;
}
