// The site's own two scripts, as they are served: what pages gain where a browser runs them.
// Nothing needs them, and they ask nobody else.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A sheet of a calendar. */
export const favicon = (color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="2" y="4" width="28" height="26" rx="4" fill="${color}"/><rect x="5" y="12" width="22" height="15" rx="1" fill="#fff"/><path d="M9 2v6M23 2v6" stroke="${color}" stroke-width="3" stroke-linecap="round"/><path d="m10.5 19.5 4 4 7.5-8" fill="none" stroke="${color}" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>\n`;

/** Count-downs that are times without it, and filters that are not there without it. */
export const SITE_JS = `const clock = (element) => {
  const due = Date.parse(element.dateTime);
  const said = document.createElement('span');
  said.className = 'countdown';
  element.after(said);
  // The two largest units alone: days with hours, hours with minutes, minutes with seconds.
  const units = element.dataset.units.split(',');
  const show = () => {
    const left = Math.max(0, Math.round((due - Date.now()) / 1000));
    const parts = [Math.floor(left / 86400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60];
    const first = Math.min(2, Math.max(0, parts.findIndex((one) => one > 0)));
    const told = [first, first + 1].map((at) => parts[at] + units[at]).join(units[0].startsWith(' ') ? ' ' : '');
    said.textContent = left > 0 ? element.dataset.countdown + ' ' + told : '';
    if (left > 0) setTimeout(show, 1000 - (Date.now() % 1000));
  };
  show();
};
document.querySelectorAll('time[data-countdown]').forEach(clock);

// A year's table that is wider than the screen begins with the month of now.
for (const table of document.querySelectorAll('table.matrix[data-year]')) {
  const now = new Date();
  if (Number(table.dataset.year) !== now.getFullYear()) continue;
  const heads = table.tHead.rows[0].cells;
  const month = heads[now.getMonth() + 1];
  month.setAttribute('aria-current', 'date');
  table.parentElement.scrollLeft = month.offsetLeft - heads[0].offsetWidth;
}

const form = document.querySelector('form[data-filters]');
if (form) {
  form.hidden = false;
  const rows = [...document.querySelectorAll('tr[data-status]')];
  const output = form.querySelector('output');
  const wanted = new URLSearchParams(location.search);
  for (const field of form.querySelectorAll('select')) if ([...field.options].some((one) => one.value === wanted.get(field.name))) field.value = wanted.get(field.name);
  const filter = () => {
    const chosen = [...form.querySelectorAll('select')].filter((field) => field.value !== '');
    let shown = 0;
    for (const row of rows) {
      row.hidden = !chosen.every((field) => row.dataset[field.name] === field.value);
      if (!row.hidden) shown++;
    }
    for (const section of document.querySelectorAll('section[data-month]')) section.hidden = !section.querySelector('tr[data-status]:not([hidden])');
    const counts = [shown, rows.length];
    output.textContent = output.dataset.count.replace(/0/g, () => counts.shift());
    const query = new URLSearchParams(chosen.map((field) => [field.name, field.value])).toString();
    history.replaceState(null, '', query ? '?' + query : location.pathname);
  };
  form.addEventListener('change', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  filter();
}
`;

/**
 * The search page's: Chinese is cut into pairs of characters, so that any part of a name finds it.
 */
export const SEARCH_JS = `import MiniSearch from './minisearch.js';
const form = document.querySelector('form[data-search]');
const state = document.querySelector('[data-state]');
const list = document.querySelector('[data-results]');
const tokenize = (text) => {
  const tokens = [];
  for (const run of text.toLowerCase().match(/[a-z0-9.]+|[\\u3400-\\u9fff]+/g) ?? []) {
    if (/^[a-z0-9]/.test(run)) tokens.push(run);
    else if (run.length === 1) tokens.push(run);
    else for (let at = 0; at + 1 < run.length; at++) tokens.push(run.slice(at, at + 2));
  }
  return tokens;
};
const index = fetch(form.dataset.search).then((answer) => answer.json()).then((all) => {
  const search = new MiniSearch({ fields: ['title', 'text', 'id'], storeFields: ['title', 'path', 'note'], tokenize, searchOptions: { prefix: (term) => /^[a-z0-9]/.test(term), combineWith: 'AND', boost: { title: 3 } } });
  search.addAll(all);
  return search;
});
const find = async () => {
  const query = new FormData(form).get('q').trim();
  history.replaceState(null, '', query ? '?q=' + encodeURIComponent(query) : location.pathname);
  list.replaceChildren();
  state.textContent = '';
  if (query === '') return;
  const found = (await index).search(query).slice(0, 50);
  state.textContent = found.length > 0 ? form.dataset.found.replace('0', found.length) : form.dataset.none;
  for (const one of found) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = '../' + one.path;
    link.textContent = one.title;
    const note = document.createElement('span');
    note.className = 'note';
    note.textContent = one.note;
    item.append(link, note);
    list.append(item);
  }
};
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void find();
});
form.q.value = new URLSearchParams(location.search).get('q') ?? '';
void find();
`;

/** The library that the search page uses, as a module of this site. */
export function minisearch(): Buffer {
  const found = createRequire(import.meta.url).resolve('minisearch');
  return readFileSync(join(dirname(found), '..', 'es', 'index.js'));
}
