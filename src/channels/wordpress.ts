// A WordPress site by its REST API: a draft at T − lead, `publish` at T, looked for by a mark in its
// text. Tried against a real one: docs/channels/wordpress.md says which, and what it answered.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { parseJson } from '../lib/parse-json.ts';
import type {
  Asset,
  Call,
  Channel,
  ChannelItem,
  LookupResult,
  NotDone,
  ReleaseAnswer,
  WithdrawAnswer,
} from './channel.ts';
import { type Http, type HttpAnswer, type HttpCall, http, UPLOAD_MS } from './http.ts';
import { classifyWordpress, type WordpressAnswer } from './wordpress-answers.ts';

export interface WordpressOptions {
  /** Where the site is; what follows its address is `wp-json/wp/v2/`. */
  readonly url: string;
  readonly user: string;
  /** An application password of that user. */
  readonly password: string;
  /**
   * `site`: pictures are shown from the bureau's own page. `upload`: they are put into WordPress's
   * library at T − lead, where whoever knows their name can open them before T.
   */
  readonly pictures: 'site' | 'upload';
  readonly categories: readonly number[];
  /** What stands above a text that was corrected. */
  corrected(reason: string): string;
}

const record = z.object({ id: z.number() });
const post = z.object({ id: z.number(), status: z.string(), link: z.string().optional() });
type Post = z.output<typeof post>;
const listed = z.array(post.extend({ content: z.object({ raw: z.string() }) }));
const media = z.object({ source_url: z.string() });
const me = z.object({ capabilities: z.record(z.string(), z.unknown()) });

/** All that a post may be, the trash too, where it is found like anything else. */
const ANY = 'publish,future,draft,pending,private,trash';
/** Posts that are asked for at once; more with one mark there cannot be. */
const LISTED = 50;
/** Not to be seen by the public, and nobody has taken it down. */
const NOT_PUBLISHED = ['draft', 'pending', 'auto-draft'];
/** What a person, or Banli, has put away. */
const PUT_AWAY = ['private', 'trash'];

export function wordpressChannel(
  name: string,
  options: WordpressOptions,
  clock: Clock,
  send: Http = http,
): Channel {
  const base = `${options.url.replace(/\/$/, '')}/wp-json/wp/v2/`;
  const call = (
    method: HttpCall['method'],
    path: string,
    signal: AbortSignal,
    more: Partial<HttpCall> = {},
  ): Promise<HttpAnswer> =>
    send(
      {
        method,
        url: `${base}${path}`,
        ...more,
        headers: {
          // Made anew for each call: a password that was replaced meanwhile is the one that counts.
          authorization: `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`,
          accept: 'application/json',
          ...more.headers,
        },
      },
      signal,
    );
  const write = (
    path: string,
    body: object,
    signal: AbortSignal,
    guard?: Call['guard'],
  ): Promise<HttpAnswer> =>
    call('POST', path, signal, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      guard,
    });
  const read = <T>(
    answer: HttpAnswer,
    schema: z.ZodType<T>,
  ): { value: T } | { failed: WordpressAnswer } => {
    const failed = classifyWordpress(answer, clock.now());
    if (failed) return { failed };
    const value = answer.ok ? schema.safeParse(parseJson(answer.text)).data : undefined;
    return value === undefined
      ? { failed: { class: 'doubtful', why: { code: 'http-answer' } } }
      : { value };
  };

  /** Every post with a release's mark, whatever has become of its address. */
  const find = async (
    release: Call['release'],
    signal: AbortSignal,
  ): Promise<{ posts: readonly Post[] } | { failed: WordpressAnswer }> => {
    const query = new URLSearchParams({
      search: `banli:${release}`,
      status: ANY,
      context: 'edit',
      per_page: String(LISTED),
      _fields: 'id,status,link,content.raw',
    });
    const found = read(await call('GET', `posts?${query}`, signal), listed);
    if ('failed' in found) return found;
    if (found.value.length >= LISTED)
      return { failed: { class: 'doubtful', why: { code: 'http-answer' } } };
    const mark = markOf(release);
    return { posts: found.value.filter(({ content }) => content.raw.includes(mark)) };
  };

  const upload = async (
    picture: Asset,
    id: number,
    signal: AbortSignal,
  ): Promise<{ url: string } | { failed: WordpressAnswer }> => {
    const bytes = await picture.read();
    // A name that nobody guesses, and the same for the same picture of the same post.
    const ending = picture.name.slice(picture.name.lastIndexOf('.'));
    const secret = createHash('sha256').update(`${options.password}\n${id}\n${picture.sha256}`);
    const file = `${secret.digest('hex').slice(0, 32)}${ending}`;
    const made = read(
      await call('POST', `media?post=${id}`, signal, {
        body: bytes,
        limitMs: UPLOAD_MS,
        headers: {
          'content-type': picture.type,
          'content-disposition': `attachment; filename="${file}"`,
        },
      }),
      media,
    );
    return 'failed' in made ? made : { url: made.value.source_url };
  };

  /** Title, text and summary as WordPress keeps them. */
  const bodyOf = (
    item: ChannelItem,
    pictures: ReadonlyMap<string, string>,
    above = '',
  ): object => ({
    title: item.title,
    excerpt: item.summary,
    content: `${above}${absolute(item, pictures)}\n${markOf(item.release)}`,
    ...(options.categories.length > 0 ? { categories: options.categories } : {}),
  });

  /** The texts of a post, with its pictures where they are to be uploaded. */
  const fill = async (
    item: ChannelItem,
    id: number,
    signal: AbortSignal,
    above = '',
  ): Promise<WordpressAnswer | undefined> => {
    const urls = new Map<string, string>();
    for (const picture of options.pictures === 'upload' ? item.pictures : []) {
      const made = await upload(picture, id, signal);
      if ('failed' in made) return made.failed;
      urls.set(picture.name, made.url);
    }
    const filled = read(await write(`posts/${id}`, bodyOf(item, urls, above), signal), post);
    return 'failed' in filled ? filled.failed : undefined;
  };

  return {
    name,
    kind: 'wordpress',
    async stage(item, signal) {
      const found = await find(item.release, signal);
      if ('failed' in found) return privately(found.failed);
      // It is public there, or somebody has taken it down: nothing is written over it unasked.
      const taken = found.posts.find(({ status }) => !NOT_PUBLISHED.includes(status));
      if (taken)
        return { class: 'refused', why: { code: 'wordpress-taken', detail: taken.status } };
      let id = found.posts[0]?.id;
      if (id === undefined) {
        const draft = { ...bodyOf(item, new Map()), slug: item.release, status: 'draft' };
        const made = read(await write('posts', draft, signal), post);
        if ('failed' in made) return privately(made.failed);
        if (options.pictures === 'site') return { class: 'staged', record: { id: made.value.id } };
        id = made.value.id;
      }
      const failed = await fill(item, id, signal);
      return failed ? privately(failed) : { class: 'staged', record: { id } };
    },
    async release(one, signal): Promise<ReleaseAnswer> {
      const { id } = record.parse(one.staged);
      const made = read(await write(`posts/${id}`, { status: 'publish' }, signal, one.guard), post);
      if ('failed' in made) return made.failed;
      const { status, link } = made.value;
      // A plugin that keeps posts for somebody's approval says so in the answer.
      return status === 'publish'
        ? { class: 'done', receipt: { ids: { id: String(id) }, url: link, publicAt: clock.now() } }
        : { class: 'refused', why: { code: 'wordpress-status', detail: status } };
    },
    async lookup(one, signal): Promise<LookupResult> {
      const found = await find(one.release, signal);
      if ('failed' in found) return { class: 'unknown', why: found.failed.why };
      const shown = found.posts.find(({ status }) => status === 'publish');
      if (shown)
        return {
          class: 'public',
          receipt: {
            ids: { id: String(shown.id) },
            url: shown.link,
            publicAt: one.receipt?.publicAt ?? clock.now(),
          },
        };
      if (found.posts.some(({ status }) => PUT_AWAY.includes(status)))
        return { class: 'gone', why: { code: 'withdrawn' } };
      const other = found.posts.find(({ status }) => !NOT_PUBLISHED.includes(status));
      return other
        ? { class: 'unknown', why: { code: 'wordpress-status', detail: other.status } }
        : { class: 'not-public' };
    },
    withdraw: async (one, signal) => {
      const found = await find(one.release, signal);
      if ('failed' in found) return { class: 'cannot', why: found.failed.why };
      for (const { id, status } of found.posts) {
        if (PUT_AWAY.includes(status)) continue;
        const made = read(await write(`posts/${id}`, { status: 'private' }, signal), post);
        if ('failed' in made) return { class: 'cannot', why: made.failed.why };
        if (made.value.status !== 'private')
          return { class: 'cannot', why: { code: 'wordpress-status', detail: made.value.status } };
      }
      return { class: 'done' };
    },
    async correct(item, reason, signal): Promise<WithdrawAnswer> {
      const found = await find(item.release, signal);
      if ('failed' in found) return { class: 'cannot', why: found.failed.why };
      const shown = found.posts.find(({ status }) => status === 'publish');
      if (!shown) return { class: 'cannot', why: { code: 'unseen' } };
      const above = `<p><strong>${escaped(options.corrected(reason))}</strong></p>\n`;
      const failed = await fill(item, shown.id, signal, above);
      return failed ? { class: 'cannot', why: failed.why } : { class: 'done' };
    },
    async preflight(signal) {
      const answer = await call('GET', 'users/me?context=edit', signal);
      const found = read(answer, me);
      if ('failed' in found) return { wrong: [found.failed.why], notes: [] };
      const needed = ['edit_posts', 'publish_posts', 'edit_published_posts'];
      const lacking = [
        ...needed,
        ...(options.pictures === 'upload' ? ['upload_files'] : []),
      ].filter((one) => found.value.capabilities[one] !== true);
      return {
        wrong: lacking.length > 0 ? [{ code: 'wordpress-rights', detail: lacking.join(', ') }] : [],
        notes: options.pictures === 'upload' ? [{ code: 'wordpress-pictures-early' }] : [],
        clockOffsetMs:
          answer.ok && answer.date !== undefined ? answer.date + 500 - clock.now() : undefined,
        account: options.user,
      };
    },
  };
}

/** What no reader sees, and every look finds, whatever a person has made of title and address. */
const markOf = (release: string): string => `<!-- banli:${release} -->`;

/** The text with whole addresses: files lie beside the release's page, pictures where they were put. */
function absolute(item: ChannelItem, pictures: ReadonlyMap<string, string>): string {
  const own = new Map(
    [...pictures].map(([name, url]) => [`files/${encodeURIComponent(name)}`, escaped(url)]),
  );
  return item
    .html()
    .replaceAll(
      /(<(?:img|a)\b[^>]*?\s(?:src|href)=")(files\/[^"]*)"/g,
      (_, before: string, path: string) => `${before}${own.get(path) ?? `${item.url}${path}`}"`,
    );
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** While staging nothing can have become public: a doubt is only a reason to do it again. */
function privately(failed: WordpressAnswer): NotDone {
  return failed.class === 'doubtful' ? { class: 'again', why: failed.why } : failed;
}
