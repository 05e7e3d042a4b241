// A file that brings its own text needs no title beside it. Without a script the browser asks for one.

const upload = document.querySelector<HTMLInputElement>('input[name="upload"]');
const title = document.querySelector<HTMLInputElement>('input[name="title"]');
upload?.addEventListener('change', () => {
  if (title) title.required = ![...(upload.files ?? [])].some(({ name }) => name === 'release.md' || /\.zip$/i.test(name));
});
