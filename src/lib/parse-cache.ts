// Texts that are read again and again and seldom change: each is parsed once, and what came of it
// is shared. Not for values that anybody changes.
import { LRUCache } from 'lru-cache';

/**
 * The same reading, which remembers what came of the texts that it read last.
 * @param most so many texts are remembered
 */
export function readOnce<T>(read: (text: string) => T, most: number): (text: string) => T {
  const known = new LRUCache<string, { readonly value: T }>({ max: most });
  return (text) => {
    const found = known.get(text);
    if (found) return found.value;
    const value = read(text);
    known.set(text, { value });
    return value;
  };
}
