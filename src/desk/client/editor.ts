// An editor in the place of the plan's text field: colours, completion from the plan's schema, and
// the same errors at the same line as everywhere. Without it the field works as it is.
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
}
interface Mark {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const field = document.querySelector<HTMLTextAreaElement>('textarea[data-editor]');
const nonce = document.querySelector<HTMLScriptElement>('script[data-nonce]')?.dataset.nonce ?? '';

/** The desk's own colours, light and dark. */
const COLOURS = HighlightStyle.define([
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName), tags.keyword],
    color: 'var(--main)',
  },
  { tag: [tags.string, tags.number, tags.bool, tags.attributeValue], color: 'var(--good)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
]);
const THEME = EditorView.theme({
  '&': { color: 'var(--ink)' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    backgroundColor: 'var(--ground)',
    color: 'var(--soft)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine': { backgroundColor: 'transparent', boxShadow: 'inset 3px 0 var(--line)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
  },
});

/** The keys above a line, by how far each is set in. */
function pathAt(state: EditorState, line: number): string[] {
  const path: string[] = [];
  let depth = indentOf(state.doc.line(line).text);
  for (let above = line - 1; above > 0 && depth > 0; above--) {
    const { text } = state.doc.line(above);
    const key = /^\s*([^\s#:][^:]*):/.exec(text)?.[1];
    if (key === undefined || indentOf(text) >= depth) continue;
    path.unshift(key);
    depth = indentOf(text);
  }
  return path;
}

const indentOf = (text: string): number => /^\s*/.exec(text)?.[0].length ?? 0;

/** What may stand below a path, by the schema. */
function schemasAt(schema: Schema, path: readonly string[]): Schema[] {
  let all = [schema];
  for (const key of path)
    all = all.flatMap(alternatives).flatMap((one) => {
      const own = one.properties?.[key];
      const any =
        typeof one.additionalProperties === 'object' ? one.additionalProperties : undefined;
      return own ?? any ?? [];
    });
  return all.flatMap(alternatives);
}

function alternatives(schema: Schema): Schema[] {
  return schema.anyOf ? schema.anyOf.flatMap(alternatives) : [schema];
}

function completions(schema: Schema): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const path = pathAt(context.state, line.number);
    const value = /^\s*([\w-]+):\s+([\w-]*)$/.exec(before);
    if (value) {
      const options = schemasAt(schema, [...path, value[1] ?? '']).flatMap((one) =>
        (one.enum ?? []).map(String),
      );
      return options.length > 0
        ? {
            from: context.pos - (value[2]?.length ?? 0),
            options: options.map((label) => ({ label, type: 'enum' })),
          }
        : null;
    }
    const key = /^\s*([\w-]*)$/.exec(before);
    if (!key || (!context.explicit && key[1] === '')) return null;
    const found = new Map<string, Schema>();
    for (const one of schemasAt(schema, path))
      for (const [name, own] of Object.entries(one.properties ?? {})) found.set(name, own);
    const options = [...found].map(([label, own]) => ({
      label,
      apply: `${label}: `,
      type: 'property',
      ...(own.description ? { detail: own.description } : {}),
    }));
    return options.length > 0 ? { from: context.pos - (key[1]?.length ?? 0), options } : null;
  };
}

/** Asks the desk what is wrong with the text; it says so at line and column. */
async function marks(view: EditorView, file: string, csrf: string): Promise<Diagnostic[]> {
  const answer = await fetch('/api/v1/plan/check', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
    body: JSON.stringify({ file, text: view.state.doc.toString() }),
  });
  if (!answer.ok) return [];
  const { marks: found } = (await answer.json()) as { marks: Mark[] };
  return found.map(({ line, column, message }) => {
    const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
    const from = Math.min(at.from + column - 1, at.to);
    return { from, to: at.to, severity: 'error', message };
  });
}

function edit(area: HTMLTextAreaElement, schema: Schema): void {
  const { editor: file = '', csrf = '' } = area.dataset;
  const view = new EditorView({
    parent: area.parentElement ?? document.body,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ 'aria-label': `YAML ${file}`, spellcheck: 'false' }),
        EditorState.readOnly.of(area.readOnly),
        EditorView.lineWrapping,
        lineNumbers(),
        highlightActiveLine(),
        history(),
        bracketMatching(),
        highlightSelectionMatches(),
        syntaxHighlighting(COLOURS),
        THEME,
        yaml(),
        autocompletion({ override: [completions(schema)] }),
        lintGutter(),
        ...(area.readOnly ? [] : [linter((one) => marks(one, file, csrf), { delay: 600 })]),
        keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          area.value = update.state.doc.toString();
          area.dispatchEvent(new Event('input', { bubbles: true }));
        }),
      ],
    }),
  });
  area.hidden = true;
  area.addEventListener('taken', () =>
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: area.value } }),
  );
  area.form?.addEventListener('submit', () => {
    area.value = view.state.doc.toString();
  });
}

if (field) {
  fetch('/desk/plan/schema.json')
    .then((answer) => answer.json() as Promise<Schema>)
    .then((schema) => edit(field, schema))
    .catch(() => {
      field.hidden = false;
    });
}
