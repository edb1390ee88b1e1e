/** A fault seeded on purpose: an exact piece of source, met once, and what stands there instead, under the rule it breaks. */
export interface Mutant {
  /** The rule and a word: `QUOTA-4/whole-chunk`. */
  readonly id: string;
  readonly rule: string;
  readonly system: string;
  /** Relative to the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** What goes wrong, and where a real system had it. */
  readonly note: string;
  /** Shows only where two cores interleave: on a single core it must pass. */
  readonly concurrency?: true;
  /** Shows only in the accesses to shared memory. */
  readonly discipline?: true;
}
