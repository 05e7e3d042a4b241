// What a file that is brought in may be called, wherever it comes to lie: on this disk, in an
// address, on a reader's own machine.
import { oddCharacter } from '../lib/plain-text.ts';

/** Of a file system's 255, bytes in UTF-8: drafts and small twins have the same name and more. */
const LONGEST = 180;
/** Names that Windows keeps for devices, whatever follows the dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Nothing that leads elsewhere, nothing hidden, nothing that another system cannot hold, and no `#`
 * or `%`, which mean something else in an address.
 */
export function isFileName(name: string): boolean {
  const fits =
    name !== '' && Buffer.byteLength(name) <= LONGEST && oddCharacter(name) === undefined;
  return fits && !/^[.~]|[/\\:*?"<>|#%\t\r\n]|[. ~]$/.test(name) && !DEVICE.test(name);
}
