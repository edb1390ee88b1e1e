/** An exact piece of source, met once, and what stands there instead. */
import { readSource } from "./load.ts";

export interface Patch {
  /** Absolute path of the file. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The patch's text is not met exactly once any more: the mutant says nothing about the code that stands there now. */
export interface Stale {
  readonly _tag: "Stale";
  readonly file: string;
  readonly find: string;
  readonly met: number;
}

/** The patched text of the file, or why the patch does not fit. */
export function patched(patch: Patch): { readonly _tag: "Patched"; readonly text: string } | Stale {
  const source = readSource(patch.file);
  const met = source.split(patch.find).length - 1;
  if (met !== 1) return { _tag: "Stale", file: patch.file, find: patch.find, met };
  return { _tag: "Patched", text: source.replace(patch.find, () => patch.replace) };
}
