// The world outside, in the same process: a site, a CMS, WeChat and Weibo as they answer and what
// they showed to whom when, and mail servers. Written to what channels.md says of each; the
// adapters before them are production's.
import type { HttpAnswer, HttpCall } from '../../src/channels/http.ts';
import type { Random } from '../chaos/random.ts';

/** Something that the public could see from an instant on, or no more. */
export interface Shown {
  readonly at: number;
  readonly channel: string;
  readonly release: string;
  /** Of the content: `3` of `r1.2025 #3`. */
  readonly version: number;
  /** `vanished`: the site was lost; `again`: it is there again as it was. */
  readonly what: 'shown' | 'corrected' | 'taken-down' | 'vanished' | 'again';
  /** When the one who sent it did so. */
  readonly sentAt: number;
}

export interface Taken {
  readonly at: number;
  readonly address: string;
  readonly severity: string;
  readonly event: string;
  readonly subject: string;
  readonly text: string;
}

/** What a call meets on its way. */
export type Fault =
  | 'none'
  | 'no-connection'
  | 'lost-before'
  | 'lost-after'
  | 'late-effect'
  | 'busy'
  | 'broken-before'
  | 'broken-after'
  | 'quota'
  | 'refused';
export const FAULTS: readonly Fault[] = [
  'no-connection',
  'lost-before',
  'lost-after',
  'late-effect',
  'busy',
  'broken-before',
  'broken-after',
  'quota',
  'refused',
];

/** How a channel is minded until an instant: so often something goes wrong. */
export interface Mood {
  readonly until: number;
  readonly faults: readonly Fault[];
  readonly often: number;
}

/** Everything outside Banli. */
export class Outside {
  now: () => number = () => 0;
  readonly shown: Shown[] = [];
  readonly letters: Taken[] = [];
  readonly moods = new Map<string, Mood>();
  /** Addresses that are refused, and until when; `*` for all. */
  readonly refused = new Map<string, number>();
  readonly services: ReadonlyMap<string, Service>;

  constructor() {
    this.services = new Map<string, Service>([
      ['catalogue', new Cms(this, 'catalogue')],
      ['archive', new Cms(this, 'archive')],
      ['wechat', new Wechat(this, 'wechat', false)],
      ['followers', new Wechat(this, 'followers', true)],
      ['weibo', new Weibo(this, 'weibo')],
    ]);
  }

  faultFor(channel: string, random: Random): Fault {
    const mood = this.moods.get(channel);
    if (!mood || mood.until < this.now() || random.next() >= mood.often) return 'none';
    return random.pick(mood.faults);
  }

  show(channel: string, title: string, what: Shown['what'], sentAt: number): void {
    const { release, version } = contentOf(title);
    this.shown.push({ at: this.now(), channel, release, version, what, sentAt });
  }

  /** @returns the addresses that take it */
  deliver(addresses: readonly string[], letter: Omit<Taken, 'at' | 'address'>): string[] {
    const now = this.now();
    const is = (address: string): boolean =>
      (this.refused.get(address) ?? 0) > now || (this.refused.get('*') ?? 0) > now;
    const taken = addresses.filter((address) => !is(address));
    for (const address of taken) this.letters.push({ at: now, address, ...letter });
    return taken;
  }
}

/** `r1.2025 #3`, wherever in a text it stands. */
export function contentOf(text: string): { release: string; version: number } {
  const found = /([a-z][\w.-]*) #(\d+)/.exec(text);
  return { release: found?.[1] ?? text, version: Number(found?.[2] ?? 0) };
}

/** One channel's server. */
export interface Service {
  /** Whether a call makes something public: those meet faults of the releasing kind. */
  releases(call: HttpCall): boolean;
  answer(call: HttpCall, sentAt: number): HttpAnswer;
  /** What has become public by itself by now. */
  settle(): void;
  /** When something will become public by itself. */
  next(): number | undefined;
  /** A quota that is used up, as this channel says it. */
  quota(): HttpAnswer;
  refusal(): HttpAnswer;
}

const said = (status: number, body: object, headers: Record<string, string> = {}): HttpAnswer => ({
  ok: true,
  status,
  headers,
  text: JSON.stringify(body),
  date: undefined,
});

/** A CMS that takes signed webhooks, and the same thing once by its key. */
class Cms implements Service {
  readonly #outside: Outside;
  readonly #name: string;
  readonly #published = new Map<string, { key: string; since: number; title: string }>();

  constructor(outside: Outside, name: string) {
    this.#outside = outside;
    this.#name = name;
  }

  releases(call: HttpCall): boolean {
    return call.method === 'POST';
  }

  answer(call: HttpCall, sentAt: number): HttpAnswer {
    const url = new URL(call.url);
    const id = decodeURIComponent(url.pathname.split('/')[2] ?? '');
    if (call.method === 'POST') return this.#publish(call, sentAt);
    if (call.method === 'DELETE') {
      const before = this.#published.get(id);
      if (before) this.#outside.show(this.#name, before.title, 'taken-down', sentAt);
      this.#published.delete(id);
      return said(200, { state: 'withdrawn' });
    }
    const key = url.searchParams.get('key');
    const [found] = [...this.#published].filter(([release, one]) =>
      key === null ? release === id : one.key === key,
    );
    if (!found) return said(404, { error: 'not found' });
    return said(200, {
      id: found[0],
      state: 'published',
      publicSince: new Date(found[1].since).toISOString(),
    });
  }

  #publish(call: HttpCall, sentAt: number): HttpAnswer {
    const body = JSON.parse(String(call.body)) as { id: string; title: string };
    const key = call.headers?.['idempotency-key'] ?? '';
    const before = this.#published.get(body.id);
    if (before?.key === key) return said(409, { id: body.id });
    this.#published.set(body.id, { key, since: this.#outside.now(), title: body.title });
    this.#outside.show(this.#name, body.title, 'shown', sentAt);
    return said(201, { id: body.id, publicSince: new Date(this.#outside.now()).toISOString() });
  }

  settle(): void {
    // All is done when it is answered.
  }

  next(): undefined {
    return undefined;
  }

  quota(): HttpAnswer {
    return said(429, {}, { 'retry-after': '900' });
  }

  refusal(): HttpAnswer {
    return said(422, { error: 'bad payload' });
  }
}

interface Job {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly doneAt: number;
  readonly status: number;
  readonly sentAt: number;
  shown: boolean;
  gone: boolean;
}

/**
 * An account that publishes drafts, or sends them to all followers: accepted at once, public some
 * time later.
 */
class Wechat implements Service {
  readonly #outside: Outside;
  readonly #name: string;
  readonly #mass: boolean;
  readonly #drafts = new Map<string, { title: string; url: string }>();
  readonly #jobs = new Map<string, Job>();
  readonly #sends: { id: string; client: string; at: number }[] = [];
  #count = 0;

  constructor(outside: Outside, name: string, mass: boolean) {
    this.#outside = outside;
    this.#name = name;
    this.#mass = mass;
  }

  releases(call: HttpCall): boolean {
    return /freepublish\/submit|mass\/sendall/.test(call.url);
  }

  answer(call: HttpCall, sentAt: number): HttpAnswer {
    this.settle();
    const path = new URL(call.url).pathname;
    if (/uploadimg|add_material/.test(path))
      return said(200, { media_id: this.#id(), url: 'http://picture.example/' });
    const body = JSON.parse(String(call.body ?? '{}')) as Record<string, unknown>;
    switch (path) {
      case '/cgi-bin/stable_token':
        return said(200, { access_token: 'token', expires_in: 7200 });
      case '/cgi-bin/draft/add': {
        const [article] = body.articles as { title: string; content_source_url: string }[];
        const id = this.#id();
        this.#drafts.set(id, {
          title: article?.title ?? '',
          url: article?.content_source_url ?? '',
        });
        return said(200, { media_id: id });
      }
      case '/cgi-bin/draft/get':
        return this.#drafts.has(String(body.media_id))
          ? said(200, { news_item: [] })
          : said(200, { errcode: 40007, errmsg: 'invalid media_id' });
      case '/cgi-bin/draft/count':
        return said(200, { total_count: this.#drafts.size });
      case '/cgi-bin/freepublish/submit': {
        const job = this.#begin(String(body.media_id), sentAt);
        return job
          ? said(200, { errcode: 0, publish_id: job })
          : said(200, { errcode: 40007, errmsg: 'invalid media_id' });
      }
      case '/cgi-bin/freepublish/get':
        return this.#status(String(body.publish_id));
      case '/cgi-bin/freepublish/batchget':
        return said(200, { item: this.#list() });
      case '/cgi-bin/message/mass/sendall':
        return this.#send(body, sentAt);
      case '/cgi-bin/message/mass/get': {
        const job = this.#jobs.get(String(body.msg_id));
        if (!job) return said(200, { errcode: 40059, errmsg: 'invalid msg id' });
        return said(200, {
          msg_status:
            this.#outside.now() < job.doneAt
              ? 'SENDING'
              : job.status === 0
                ? 'SEND_SUCCESS'
                : 'SEND_FAIL',
        });
      }
      case '/cgi-bin/freepublish/delete':
      case '/cgi-bin/message/mass/delete':
        return this.#delete(String(body.article_id ?? body.msg_id));
      default:
        return said(200, { errcode: -1, errmsg: 'system error' });
    }
  }

  #id(): string {
    return `m${++this.#count}`;
  }

  #begin(mediaId: string, sentAt: number): string | undefined {
    const draft = this.#drafts.get(mediaId);
    if (!draft) return undefined;
    this.#drafts.delete(mediaId);
    const id = `${++this.#count}`;
    const slow = this.#count % 3 === 0 ? 45_000 : 1500;
    const status =
      this.#outside.moods.get(this.#name)?.faults.includes('refused') && this.#count % 2 === 0
        ? 4
        : 0;
    this.#jobs.set(id, {
      id,
      ...draft,
      doneAt: this.#outside.now() + slow,
      status,
      sentAt,
      shown: false,
      gone: false,
    });
    return id;
  }

  #status(id: string): HttpAnswer {
    const job = this.#jobs.get(id);
    if (!job) return said(200, { errcode: 53600, errmsg: 'article id invalid' });
    if (this.#outside.now() < job.doneAt) return said(200, { publish_status: 1 });
    if (job.gone) return said(200, { publish_status: 5 });
    return job.status === 0
      ? said(200, {
          publish_status: 0,
          article_id: job.id,
          article_detail: { item: [{ article_url: `https://wechat.example/${job.id}` }] },
        })
      : said(200, { publish_status: job.status });
  }

  #list(): object[] {
    return [...this.#jobs.values()]
      .filter((job) => job.shown && !job.gone)
      .reverse()
      .slice(0, 20)
      .map((job) => ({
        article_id: job.id,
        update_time: Math.floor(job.doneAt / 1000),
        content: {
          news_item: [
            {
              title: job.title,
              content_source_url: job.url,
              url: `https://wechat.example/${job.id}`,
            },
          ],
        },
      }));
  }

  #send(body: Record<string, unknown>, sentAt: number): HttpAnswer {
    const now = this.#outside.now();
    const client = String(body.clientmsgid ?? '');
    const before = this.#sends.find((one) => one.client === client && now - one.at < 86_400_000);
    if (before)
      return now - before.at < 2000
        ? said(200, { errcode: 45066, errmsg: 'clientmsgid retry too fast' })
        : said(200, { errcode: 45065, errmsg: 'clientmsgid exist', msg_id: before.id });
    const job = this.#begin((body.mpnews as { media_id: string }).media_id, sentAt);
    if (!job) return said(200, { errcode: 40007, errmsg: 'invalid media_id' });
    this.#sends.push({ id: job, client, at: now });
    return said(200, { errcode: 0, msg_id: job });
  }

  #delete(id: string): HttpAnswer {
    const job = this.#jobs.get(id);
    if (!job) return said(200, { errcode: 53600, errmsg: 'article id invalid' });
    if (job.shown && !job.gone)
      this.#outside.show(this.#name, job.title, 'taken-down', this.#outside.now());
    job.gone = true;
    return said(200, { errcode: 0 });
  }

  settle(): void {
    for (const job of this.#jobs.values()) {
      if (job.shown || job.gone || job.status !== 0 || job.doneAt > this.#outside.now()) continue;
      job.shown = true;
      this.#outside.show(this.#name, job.title, 'shown', job.sentAt);
    }
  }

  next(): number | undefined {
    const waiting = [...this.#jobs.values()]
      .filter((job) => !job.shown && !job.gone && job.status === 0)
      .map((job) => job.doneAt);
    return waiting.length === 0 ? undefined : Math.min(...waiting);
  }

  quota(): HttpAnswer {
    return said(200, { errcode: this.#mass ? 45028 : 45009, errmsg: 'quota' });
  }

  refusal(): HttpAnswer {
    return said(200, { errcode: 45003, errmsg: 'title size out of limit' });
  }
}

interface Post {
  readonly id: string;
  readonly text: string;
  readonly at: number;
  gone: boolean;
}

const REPEAT_MS = 20 * 60_000;

/** The fields of a form, or of one with a picture. */
function fieldsOf({ headers, body = '' }: HttpCall): URLSearchParams {
  const text = String(body);
  if (!headers?.['content-type']?.startsWith('multipart/')) return new URLSearchParams(text);
  const fields = text.matchAll(/name="(\w+)"\r\n\r\n([\s\S]*?)\r\n--/g);
  return new URLSearchParams([...fields].map(([, name = '', value = '']) => [name, value]));
}

/** Shows its owner's newest five posts only, and refuses the same text again for twenty minutes. */
class Weibo implements Service {
  readonly #outside: Outside;
  readonly #name: string;
  readonly #posts: Post[] = [];

  constructor(outside: Outside, name: string) {
    this.#outside = outside;
    this.#name = name;
  }

  releases(call: HttpCall): boolean {
    return call.url.includes('share.json');
  }

  answer(call: HttpCall, sentAt: number): HttpAnswer {
    const url = new URL(call.url);
    const body = fieldsOf(call);
    switch (url.pathname) {
      case '/oauth2/get_token_info':
        return said(200, { uid: 1, expire_in: 30 * 86_400 });
      case '/2/statuses/share.json':
        return this.#share(body.get('status') ?? '', sentAt);
      case '/2/statuses/user_timeline.json':
        return said(200, {
          statuses: this.#posts
            .filter((post) => !post.gone)
            .slice(-5)
            .reverse()
            .map(shownPost),
        });
      case '/2/statuses/destroy.json': {
        const post = this.#posts.find((one) => one.id === body.get('id') && !one.gone);
        if (!post) return said(400, { error_code: 20101, error: 'target weibo does not exist' });
        post.gone = true;
        this.#outside.show(this.#name, post.text, 'taken-down', sentAt);
        return said(200, shownPost(post));
      }
      default:
        return said(403, { error_code: 10001, error: 'system error' });
    }
  }

  #share(text: string, sentAt: number): HttpAnswer {
    const now = this.#outside.now();
    if (this.#posts.some((post) => post.text === text && now - post.at < REPEAT_MS))
      return said(400, { error_code: 20019, error: 'repeat content' });
    const post = this.#post(text);
    this.#outside.show(this.#name, text, 'shown', sentAt);
    return said(200, shownPost(post));
  }

  #post(text: string): Post {
    const post: Post = {
      id: String(4_000_000_000_000_000 + this.#posts.length),
      text,
      at: this.#outside.now(),
      gone: false,
    };
    this.#posts.push(post);
    return post;
  }

  /** The bureau's editors post things of their own. */
  crowd(): void {
    for (let count = 0; count < 5; count++) this.#post(`随手一条 ${this.#posts.length}`);
  }

  settle(): void {
    // All is done when it is answered.
  }

  next(): undefined {
    return undefined;
  }

  quota(): HttpAnswer {
    return said(403, { error_code: 10023, error: 'User requests out of rate limit' });
  }

  refusal(): HttpAnswer {
    return said(400, { error_code: 20021, error: 'content is illegal' });
  }
}

function shownPost({ id, text, at }: Post): object {
  return {
    id: Number(id),
    idstr: id,
    mid: id,
    text,
    user: { idstr: '1' },
    created_at: new Date(at).toUTCString(),
  };
}

/** Posts of others push out ours. */
export function crowd(service: Service | undefined): void {
  if (service instanceof Weibo) service.crowd();
}
