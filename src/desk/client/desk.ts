// What the desk's pages gain where a browser runs scripts: today's page and a release's renew
// themselves when anything happens. Nothing needs it.
import { listenToEvents } from './live.ts';
import './color.ts';
import './copy.ts';
import './frames.ts';
import './restart.ts';
import './typed.ts';

/** Only a page that says how far the journal was when it was made renews itself. */
const main = document.querySelector<HTMLElement>('main[data-seen]');

/** The page as it is now, in the place of what is shown; where somebody is, they stay. */
async function renew(journal: string): Promise<void> {
  const answer = await fetch(location.pathname, { headers: { accept: 'text/html' } });
  // What the desk no longer shows is not asked for each second.
  if (main) main.dataset.seen = journal;
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser()
    .parseFromString(await answer.text(), 'text/html')
    .querySelector<HTMLElement>('main[data-seen]');
  if (!main || !fresh) return;
  const focused =
    document.activeElement instanceof HTMLAnchorElement
      ? document.activeElement.getAttribute('href')
      : null;
  main.dataset.seen = fresh.dataset.seen;
  // What came of the last click is not read in a second.
  const said = [...main.querySelectorAll(':scope > .message')];
  main.replaceChildren(
    ...said,
    ...[...fresh.childNodes].filter((one) => !(one instanceof Element && one.matches('.message'))),
  );
  showLive();
  if (focused !== null)
    main.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function showLive(): void {
  const mark = document.querySelector<HTMLElement>('.live');
  if (mark) mark.hidden = false;
}

if (main) {
  let due: ReturnType<typeof setTimeout> | undefined;
  listenToEvents((journal) => {
    showLive();
    if (journal === main.dataset.seen) return;
    clearTimeout(due);
    due = setTimeout(() => void renew(journal), 150);
  });
}
