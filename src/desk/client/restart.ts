// A page that waits until everything has been started anew comes back by itself. Nothing needs it:
// the page can be opened again by hand.

const ASK_MS = 1000;

const waiting = document.querySelector<HTMLElement>('[data-restarts]');

/**
 * The process that answers now; undefined where none does, and empty where somebody has to sign in
 * again.
 */
async function processNow(): Promise<string | undefined> {
  try {
    const answer = await fetch('/desk/settings/process', { cache: 'no-store' });
    if (answer.redirected) return '';
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}

if (waiting) {
  let isTyping = false;
  document.querySelector('main')?.addEventListener('input', () => {
    isTyping = true;
  });
  const timer = setInterval(() => {
    void processNow().then((now) => {
      if (now === undefined || now === waiting.dataset.restarts) return;
      clearInterval(timer);
      // What somebody has begun to type stays.
      if (isTyping) waiting.textContent = waiting.dataset.back ?? '';
      else location.replace(waiting.dataset.to ?? '/desk/settings/');
    });
  }, ASK_MS);
}
