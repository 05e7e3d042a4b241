// Buttons that copy what is in a field. Without them it is marked and copied by hand.
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copies]')) {
  const field = document.getElementById(button.dataset.copies ?? '');
  // Without encryption a browser lets no page write what is copied.
  if (!(field instanceof HTMLTextAreaElement) || !('clipboard' in navigator)) continue;
  button.hidden = false;
  button.addEventListener('click', () => {
    field.select();
    void navigator.clipboard.writeText(field.value).then(() => {
      button.textContent = button.dataset.copied ?? '';
    });
  });
}
