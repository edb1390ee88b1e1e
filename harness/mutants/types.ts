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
  /** Takes more than ten cases to be caught, by the median over seeds. */
  readonly subtle?: true;
}

/** A generated mutant that no check can kill, since the program with it does the same. */
export interface Equivalent {
  /** Relative to the project. */
  readonly file: string;
  /** The piece of source and what becomes of it, as `tandem mutants --generated` prints them: on one line each. */
  readonly before: string;
  readonly after: string;
  /** How many mutants of the file with these two texts survive; 1. */
  readonly times?: number;
  /** Why nothing can tell the two programs apart. */
  readonly reason: string;
}
