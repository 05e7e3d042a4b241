// Whether a file is a picture, by its content and never by its name. Runs in a thread: it reads what people send.
import { imageSize } from 'image-size';

const PICTURES: Readonly<Record<string, string>> = { png: 'image/png', jpg: 'image/jpeg', gif: 'image/gif' };

/** Its media type; undefined where it is none that a channel takes. */
export function pictureType(content: Uint8Array): string | undefined {
  try {
    return PICTURES[imageSize(content).type ?? ''];
  } catch {
    return undefined;
  }
}
