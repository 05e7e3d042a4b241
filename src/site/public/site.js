const clock = (element) => {
  const due = Date.parse(element.dateTime);
  const said = document.createElement('span');
  said.className = 'countdown';
  element.after(said);
  // The two largest units alone: days with hours, hours with minutes, minutes with seconds.
  const units = element.dataset.units.split(',');
  const show = () => {
    const left = Math.max(0, Math.round((due - Date.now()) / 1000));
    const parts = [
      Math.floor(left / 86400),
      Math.floor(left / 3600) % 24,
      Math.floor(left / 60) % 60,
      left % 60,
    ];
    const first = Math.min(
      2,
      Math.max(
        0,
        parts.findIndex((one) => one > 0),
      ),
    );
    const told = [first, first + 1]
      .map((at) => parts[at] + units[at])
      .join(units[0].startsWith(' ') ? ' ' : '');
    said.textContent = left > 0 ? `${element.dataset.countdown} ${told}` : '';
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
  for (const field of form.querySelectorAll('select'))
    if ([...field.options].some((one) => one.value === wanted.get(field.name)))
      field.value = wanted.get(field.name);
  const filter = () => {
    const chosen = [...form.querySelectorAll('select')].filter((field) => field.value !== '');
    let shown = 0;
    for (const row of rows) {
      row.hidden = !chosen.every((field) => row.dataset[field.name] === field.value);
      if (!row.hidden) shown++;
    }
    for (const section of document.querySelectorAll('section[data-month]'))
      section.hidden = !section.querySelector('tr[data-status]:not([hidden])');
    const counts = [shown, rows.length];
    output.textContent = output.dataset.count.replace(/0/g, () => counts.shift());
    const query = new URLSearchParams(chosen.map((field) => [field.name, field.value])).toString();
    history.replaceState(null, '', query ? `?${query}` : location.pathname);
  };
  form.addEventListener('change', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  filter();
}
