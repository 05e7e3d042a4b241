import MiniSearch from './minisearch.js';

const form = document.querySelector('form[data-search]');
const state = document.querySelector('[data-state]');
const list = document.querySelector('[data-results]');
const tokenize = (text) => {
  const tokens = [];
  for (const run of text.toLowerCase().match(/[a-z0-9.]+|[\u3400-\u9fff]+/g) ?? []) {
    if (/^[a-z0-9]/.test(run)) tokens.push(run);
    else if (run.length === 1) tokens.push(run);
    else for (let at = 0; at + 1 < run.length; at++) tokens.push(run.slice(at, at + 2));
  }
  return tokens;
};
const index = fetch(form.dataset.search)
  .then((answer) => answer.json())
  .then((all) => {
    const search = new MiniSearch({
      fields: ['title', 'text', 'id'],
      storeFields: ['title', 'path', 'note'],
      tokenize,
      searchOptions: {
        prefix: (term) => /^[a-z0-9]/.test(term),
        combineWith: 'AND',
        boost: { title: 3 },
      },
    });
    search.addAll(all);
    return search;
  });
const find = async () => {
  const query = new FormData(form).get('q').trim();
  history.replaceState(null, '', query ? `?q=${encodeURIComponent(query)}` : location.pathname);
  list.replaceChildren();
  state.textContent = '';
  if (query === '') return;
  const found = (await index).search(query).slice(0, 50);
  state.textContent =
    found.length > 0 ? form.dataset.found.replace('0', found.length) : form.dataset.none;
  for (const one of found) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = `../${one.path}`;
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
