// A preview is as tall as what it shows. Nothing needs it: without it a frame is scrolled.

/** So that no page gets out of hand, px. */
const TALLEST = 8000;

for (const frame of document.querySelectorAll<HTMLIFrameElement>('iframe')) {
  const grow = (): void => {
    const shown = frame.contentDocument?.documentElement;
    if (shown && shown.scrollHeight > 0)
      frame.style.height = `${Math.min(TALLEST, shown.scrollHeight + 4)}px`;
  };
  frame.addEventListener('load', grow);
  grow();
}
