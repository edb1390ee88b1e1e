/** Pieces of source to be replaced. */
import { readSource, type Texts } from "./load.ts";

/** In `file` (absolute path): an exact piece, met once, and what stands there instead; or the whole text. */
export type Patch =
  | { readonly file: string; readonly find: string; readonly replace: string }
  | { readonly file: string; readonly text: string };

/** The piece is met `met` times instead of once: the source has moved on. */
export interface StaleMutant {
  readonly _tag: "StaleMutant";
  readonly file: string;
  readonly find: string;
  readonly met: number;
}

/** The texts of the patched files. Patches of one file are applied in turn, each to what the one before left. */
export function patchTexts(patches: readonly Patch[]): { readonly ok: true; readonly texts: Texts } | { readonly ok: false; readonly error: StaleMutant } {
  const texts = new Map<string, string>();
  for (const patch of patches) {
    if ("text" in patch) {
      texts.set(patch.file, patch.text);
      continue;
    }
    const text = texts.get(patch.file) ?? readSource(patch.file);
    const met = timesMet(text, patch.find);
    if (met !== 1) return { ok: false, error: { _tag: "StaleMutant", file: patch.file, find: patch.find, met } };
    const at = text.indexOf(patch.find);
    texts.set(patch.file, text.slice(0, at) + patch.replace + text.slice(at + patch.find.length));
  }
  return { ok: true, texts };
}

/** Overlapping places count each; an empty piece is met nowhere. */
function timesMet(text: string, find: string): number {
  if (find === "") return 0;
  let count = 0;
  for (let at = text.indexOf(find); at >= 0; at = text.indexOf(find, at + 1)) count++;
  return count;
}
