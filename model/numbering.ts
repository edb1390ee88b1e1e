/** Where the numbers of a part begin when it is composed with others. */

/** Offsets added to a part's own numbers of entries, rules, stages and goals. */
export interface Numbering {
  readonly entry: number;
  readonly rule: number;
  readonly stage: number;
  readonly goal: number;
}

/** A part that stands alone. */
export const ownNumbers: Numbering = { entry: 0, rule: 0, stage: 0, goal: 0 };
