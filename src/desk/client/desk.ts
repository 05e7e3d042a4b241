// What the desk's pages gain where a browser runs scripts: today's page and a release's renew themselves when anything happens. Nothing needs it.
import { listen } from './live.ts';
import './typed.ts';

const main = document.querySelector<HTMLElement>('main[data-live]');
const isLive = /^\/desk\/($|releases\/[^/]+$)/.test(location.pathname);

/** The page as it is now, in the place of what is shown; where somebody is, they stay. */
async function renew(): Promise<void> {
  const answer = await fetch(location.pathname, { headers: { accept: 'text/html' } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
  if (!main || !fresh) return;
  const focused = document.activeElement instanceof HTMLAnchorElement ? document.activeElement.getAttribute('href') : null;
  main.replaceChildren(...fresh.childNodes);
  showLive();
  if (focused !== null) main.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function showLive(): void {
  const mark = document.querySelector<HTMLElement>('.live');
  if (mark) mark.hidden = false;
}

if (main && isLive) {
  let due: ReturnType<typeof setTimeout> | undefined;
  listen((changed) => {
    showLive();
    if (!changed) return;
    clearTimeout(due);
    due = setTimeout(() => void renew(), 150);
  });
}
