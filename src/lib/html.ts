// What Hono's `html` makes: text that is safe to send, escaped where it came from people.
import type { html } from 'hono/html';

export type Html = ReturnType<typeof html>;
