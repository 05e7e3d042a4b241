// The letter to whoever serves a channel by hand, when it is their turn: the text to publish, where
// to copy it from, and the button for when it is done. Not for when to write it: app/turn-letters.ts.
import { html } from 'hono/html';
import type { Messages } from '../../i18n/index.ts';
import type { Written } from '../address-letters.ts';
import { briefOf, framed } from './letter-frame.ts';

/** One release that is theirs to publish now. */
export interface Turn {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** The desk's page to copy from. */
  readonly page: string;
  /** The signed button's address. */
  readonly done: string;
}

export function turnLetter(
  words: Messages,
  bureau: string,
  {
    channel,
    channelName,
    how,
    due,
    until,
    turns,
    linkLife,
  }: {
    channel: string;
    channelName: string;
    how: string | undefined;
    /** Local times of the plan. */
    due: string;
    until: string;
    turns: readonly Turn[];
    /** Ms. */
    linkLife: number;
  },
): Written {
  const w = words.manual;
  const heading = w.turnHead(channelName, turns[0]?.name ?? '', turns.length);
  const subject = `[${bureau}] ${heading}`;
  const facts = [w.turnLead(channelName, due, until), ...(how ? [w.how(how)] : [])];
  const foot = words.letters.actsHow(words.span(linkLife));
  const typed = ({ id }: Turn): string =>
    w.command(words.command(`done ${id} --channel ${channel}`));
  const lines = turns.flatMap((turn) => [
    '',
    turn.title,
    `${w.said}：${turn.done}`,
    `${w.open}：${turn.page}`,
    '',
    turn.text,
    '',
    typed(turn),
  ]);
  const body = html`${facts.map((fact) => html`<p>${fact}</p>`)}
${turns.map((turn) => html`<h2>${turn.title}</h2><p class="acts"><a class="act" href="${turn.done}">${w.said}</a> <a class="act" href="${turn.page}">${w.open}</a></p><div class="part over" style="white-space:pre-wrap">${turn.text}</div><p class="small">${typed(turn)}</p>`)}`;
  return {
    subject,
    text: [...facts, ...lines, '', foot].join('\n'),
    html: framed(words, subject, heading, 'plain', body, foot),
    brief: briefOf(heading, [...facts, ...turns.map((turn) => `[${w.said}](${turn.done})`)]),
  };
}
