/** The texts of a mutant written by hand, for a search of its every schedule. */
import { fileURLToPath } from "node:url";
import type { Texts } from "../engine/loader/load.ts";
import { patchTexts } from "../engine/loader/patch.ts";
import { mutants } from "../mutants/index.ts";
import { InvalidInput } from "./usage.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Refuses an id that is none, or one of another system. */
export function textsOfMutant(id: string, system: string): Texts {
  const mutant = mutants.find((one) => one.id === id && one.system === system);
  if (mutant === undefined) throw new InvalidInput("the command line", { at: "--mutant", expected: `the id of a mutant of ${system} (tandem mutants ${system} prints them)`, found: JSON.stringify(id) });
  const patched = patchTexts([{ file: `${root}${mutant.file}`, find: mutant.find, replace: mutant.replace }]);
  if (!patched.ok) throw new InvalidInput(id, { at: mutant.file, expected: `to meet ${JSON.stringify(mutant.find)} once`, found: `${patched.error.met} times` });
  return patched.texts;
}
