/** A fault by its id, planted: for whoever needs one at work, and not a verdict on it. */
import { fileURLToPath } from "node:url";
import type { System } from "../engine/contract.ts";
import type { Texts } from "../engine/loader/load.ts";
import { patchTexts } from "../engine/loader/patch.ts";
import { systemByName } from "../systems/index.ts";
import { mutants } from "./index.ts";
import type { Mutant } from "./types.ts";

export interface Planted {
  readonly mutant: Mutant;
  readonly system: System;
  /** The text of its file with the fault in it, for the loader. */
  readonly texts: Texts;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Throws if no mutant by hand has this id, or its file has changed and does not have the text any more. */
export function planted(id: string): Planted {
  const mutant = mutants.find((one) => one.id === id);
  if (mutant === undefined) throw new Error(`there is no mutant ${id} in harness/mutants`);
  const patched = patchTexts([{ file: root + mutant.file, find: mutant.find, replace: mutant.replace }]);
  if (!patched.ok) throw new Error(`${id} no longer fits its text: ${JSON.stringify(patched.error)}`);
  return { mutant, system: systemByName(mutant.system)!, texts: patched.texts };
}
