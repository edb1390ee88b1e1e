import { Numbered } from "../numbered.ts";

/** Numbers for what cannot be written as a word: texts, functions, fractions, objects that never change. Shared by snapshots that are compared. */
export class Constants extends Numbered<unknown> {
  /** The object and all that is reached from it never change. */
  hold(value: unknown): void {
    if (typeof value !== "object" || value === null || this.has(value)) return;
    this.numberOf(value);
    for (const inner of Object.values(value)) this.hold(inner);
  }
}
