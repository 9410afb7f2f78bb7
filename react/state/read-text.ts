// A file as text: programs write UTF-8, UTF-16 with a mark, or the letters of Windows.

import { texts } from '../texts.ts';

/** A storyboard of 500 frames with the longest prompts. */
const MAX_BYTES = 4_000_000;

/** Its text, or why there is none, as a sentence. */
export async function readText(file: Blob): Promise<{ text: string } | { problem: string }> {
  const t = texts.scene.storyboard.file;
  if (file.size > MAX_BYTES) return { problem: t.tooLarge };
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    return { problem: texts.modal.cannotOpen };
  }
  const text = decoded(bytes);
  // No text has a NUL in it; a picture or a table of Excel itself does.
  return text.includes('\0') ? { problem: t.notText } : { text };
}

function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
