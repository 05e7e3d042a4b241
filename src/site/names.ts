// What things are called in the language of whoever reads. Not for ids: plan/types.ts.
import { languageIn, type Messages } from '../i18n/index.ts';
import type { Name, Release } from '../plan/types.ts';
import { nameInLanguage } from './model.ts';
import { releaseName } from './pages/fragments.ts';

/** A name as whoever reads these words reads it. */
export function named(name: Name, words: Messages): string {
  return nameInLanguage(name, languageIn(words));
}

/** A release as people call it: what, whether an interpretation, for which period. */
export function titled(
  release: Pick<Release, 'name' | 'follows' | 'period'>,
  words: Messages,
): string {
  return releaseName(release, languageIn(words));
}
