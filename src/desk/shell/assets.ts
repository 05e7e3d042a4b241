// The desk's own files: its style, its scripts as the build has bundled them, and the plan's JSON
// Schema for the editor. Not for the public site's.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Context } from 'hono';
import { planJsonSchema } from '../../plan/schema.ts';

const SCRIPTS = ['desk.js', 'editor.js'];
/** Light and dark, print, narrow and wide; states by shape and word, never by colour alone. */
const STYLES = ['desk.css', 'wechat.css'];
const STYLE_FOLDER = join(import.meta.dirname, '..', 'public');
/** Beside this file in a build; sources run as they are find the build's. */
const FOLDERS = [
  join(import.meta.dirname, '..', 'client'),
  join(import.meta.dirname, '..', '..', '..', 'dist', 'src', 'desk', 'client'),
];

interface Asset {
  readonly text: string;
  readonly type: string;
  /** The same with brotli. */
  readonly small: Buffer;
}
const known = new Map<string, Asset>();

function make(name: string): { text: string; type: string } | undefined {
  if (STYLES.includes(name))
    return { text: readFileSync(join(STYLE_FOLDER, name), 'utf8'), type: 'text/css' };
  if (name === 'schema.json')
    return { text: JSON.stringify(planJsonSchema()), type: 'application/schema+json' };
  const path = SCRIPTS.includes(name)
    ? FOLDERS.map((folder) => join(folder, name)).find((one) => existsSync(one))
    : undefined;
  return path === undefined
    ? undefined
    : { text: readFileSync(path, 'utf8'), type: 'text/javascript' };
}

function compressed(made: { text: string; type: string } | undefined): Asset | undefined {
  return made && { ...made, small: brotliCompressSync(made.text) };
}

/** Answers with one of them, or 404. */
export function serveAsset(context: Context, name = context.req.param('name') ?? ''): Response {
  const found = known.get(name) ?? compressed(make(name));
  if (!found) return context.text('404', 404);
  known.set(name, found);
  const headers = {
    'content-type': `${found.type}; charset=utf-8`,
    'cache-control': 'private, max-age=300',
    vary: 'accept-encoding',
  };
  if (!/\bbr\b/.test(context.req.header('accept-encoding') ?? ''))
    return context.body(found.text, 200, headers);
  const { small } = found;
  return context.body(new Uint8Array(small), 200, {
    ...headers,
    'content-encoding': 'br',
    'content-length': String(small.length),
  });
}
