/** Writing mutants down in a line each. */
import type { Mutant } from "./types.ts";

/** Marks of a mutant, see `Mutant`. */
export const subtle = { subtle: true } as const;
export const concurrency = { concurrency: true } as const;
export const discipline = { discipline: true } as const;

/** Mutants of one file (relative to the project), hunted in `system`. */
export const within = (system: string, file: string) => (rule: string, word: string, note: string, find: string, replace: string, more: Partial<Mutant> = {}): Mutant => ({ id: `${rule}/${word}`, rule, system, file, find, replace, note, ...more });

/** Mutants of the files of a system's own folder of the implementation, named without their ending. */
export const ofSystem = (system: string) => (rule: string, word: string, file: string, note: string, find: string, replace: string, more: Partial<Mutant> = {}): Mutant => within(system, `impl/${system}/${file}.ts`)(rule, word, note, find, replace, more);
