// The desk's own files: its style, its scripts as the build has bundled them, and the plan's JSON Schema for the editor. Not for the public site's.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'hono';
import { planJsonSchema } from '../plan/schema.ts';
import { DESK_CSS, WECHAT_CSS } from './pages/style.ts';

const SCRIPTS = ['desk.js', 'editor.js'];
/** Beside this file in a build; sources run as they are find the build's. */
const FOLDERS = [join(import.meta.dirname, 'client'), join(import.meta.dirname, '..', '..', 'dist', 'src', 'desk', 'client')];

const known = new Map<string, { text: string; type: string }>();

function make(name: string): { text: string; type: string } | undefined {
  if (name === 'desk.css') return { text: DESK_CSS, type: 'text/css' };
  if (name === 'wechat.css') return { text: WECHAT_CSS, type: 'text/css' };
  if (name === 'schema.json') return { text: JSON.stringify(planJsonSchema()), type: 'application/schema+json' };
  const path = SCRIPTS.includes(name) ? FOLDERS.map((folder) => join(folder, name)).find((one) => existsSync(one)) : undefined;
  return path === undefined ? undefined : { text: readFileSync(path, 'utf8'), type: 'text/javascript' };
}

/** Answers with one of them, or 404. */
export function asset(context: Context, name = context.req.param('name') ?? ''): Response {
  const found = known.get(name) ?? make(name);
  if (!found) return context.text('404', 404);
  known.set(name, found);
  return context.body(found.text, 200, { 'content-type': `${found.type}; charset=utf-8`, 'cache-control': 'private, max-age=300' });
}
