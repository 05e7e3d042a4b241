// A picker beside each field with a colour in it: either follows the other. Nothing needs it: the
// colour can be typed.

for (const picker of document.querySelectorAll<HTMLInputElement>('input[data-color]')) {
  const field = document.getElementById(picker.dataset.color ?? '');
  if (!(field instanceof HTMLInputElement)) continue;
  const follow = (): void => {
    const typed = field.value.trim();
    picker.value = /^#[0-9a-f]{6}$/i.test(typed) ? typed : (picker.dataset.none ?? '');
  };
  follow();
  picker.hidden = false;
  picker.addEventListener('input', () => {
    field.value = picker.value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  for (const event of ['input', 'taken']) field.addEventListener(event, follow);
}
