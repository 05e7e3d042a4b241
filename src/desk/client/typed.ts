// What is typed into a long form stays in this browser until it is saved: a session that ends, a
// browser that is closed, take nothing away. And whoever types stays signed in. Passwords are never
// kept; signing out clears all of it (Clear-Site-Data).

const KEPT = 'banli-typed:';
const KEPT_MS = 7 * 86_400_000;
/** A moment after the last key. */
const PAUSE_MS = 400;
/** While somebody types, the session is prolonged so often. */
const STAY_MS = 5 * 60_000;
/** So long before the session ends in any case it is said. */
const WARN_MS = 10 * 60_000;

interface Typed {
  readonly at: number;
  readonly fields: Readonly<Record<string, string>>;
  /** It was sent, and perhaps saved: the next page says. */
  readonly sent: boolean;
}

const { account = '', left = '' } = document.body.dataset;
const form = document.querySelector<HTMLFormElement>('form[data-keep]');

type TextField = HTMLInputElement | HTMLTextAreaElement;
const textFields = (of: HTMLFormElement): TextField[] =>
  [...of.querySelectorAll<TextField>('textarea, input')].filter(
    ({ type, name }) =>
      ['text', 'textarea', 'number', 'date', 'time'].includes(type) && name !== '',
  );
const keyOf = (path: string): string => `${KEPT}${account} ${path}`;

function read(key: string): Typed | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '') as Typed;
  } catch {
    return undefined;
  }
}

function write(key: string, typed: Typed): void {
  try {
    localStorage.setItem(key, JSON.stringify(typed));
  } catch {
    // Full, or forbidden: then it is as it was without.
  }
}

/** What was sent is taken away once a page says that it was saved; what is old, in any case. */
function tidy(): void {
  const isSaved = document.querySelector('.message.good') !== null;
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(KEPT))) {
    const typed = read(key);
    if (
      !typed ||
      Date.now() - typed.at > KEPT_MS ||
      (typed.sent && isSaved && key.startsWith(`${KEPT}${account} `))
    )
      localStorage.removeItem(key);
    else if (typed.sent) write(key, { ...typed, sent: false });
  }
}

/** A message of the page, from its template. */
function shown(template: string): HTMLElement | undefined {
  const part = document
    .querySelector<HTMLTemplateElement>(`template#${template}`)
    ?.content.firstElementChild?.cloneNode(true);
  if (!(part instanceof HTMLElement)) return undefined;
  document.querySelector('main')?.prepend(part);
  return part;
}

function offer(of: HTMLFormElement, key: string): void {
  const typed = read(key);
  const differs =
    typed && textFields(of).some(({ name, value }) => (typed.fields[name] ?? value) !== value);
  if (!differs) return;
  const part = shown('typed-before');
  const time = part?.querySelector('time');
  if (time) time.textContent = new Date(typed.at).toLocaleString(document.documentElement.lang);
  part?.querySelector('[data-take]')?.addEventListener('click', () => {
    for (const field of textFields(of)) {
      field.value = typed.fields[field.name] ?? field.value;
      // The editor stands in the place of its field.
      field.dispatchEvent(new Event('taken'));
    }
    part.remove();
  });
  part?.querySelector('[data-drop]')?.addEventListener('click', () => {
    localStorage.removeItem(key);
    part.remove();
  });
}

let stayedAt = Date.now();
async function stay(): Promise<void> {
  if (Date.now() - stayedAt < STAY_MS) return;
  stayedAt = Date.now();
  await fetch('/desk/me/stay').catch(() => undefined);
}

if (account !== '') tidy();
if (account !== '' && form) {
  const key = keyOf(new URL(form.action).pathname + new URL(form.action).search);
  offer(form, key);
  let pause: ReturnType<typeof setTimeout> | undefined;
  const keep = (sent: boolean): void =>
    write(key, {
      at: Date.now(),
      sent,
      fields: Object.fromEntries(textFields(form).map(({ name, value }) => [name, value])),
    });
  form.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(() => keep(false), PAUSE_MS);
    void stay();
  });
  form.addEventListener('submit', () => {
    clearTimeout(pause);
    keep(true);
  });
}
// A page that shows what would come of it saves what was typed on the page before.
const saving = document.querySelector<HTMLFormElement>('form[data-saves]');
saving?.addEventListener('submit', () => {
  const key = keyOf(saving.dataset.saves ?? '');
  const typed = read(key);
  if (typed) write(key, { ...typed, sent: true });
});
// By how long it is from now: the browser's clock may be another.
if (account !== '' && left !== '')
  setTimeout(() => shown('session-ends'), Math.max(0, Number(left) - WARN_MS));
