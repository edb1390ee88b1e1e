/** How a part that is composed into a larger system numbers what it reports. */

/** Added to every number that a part reports; all 0 where the part is a system by itself. */
export interface Numbering {
  /** First entry of the part's view. */
  readonly entry: number;
  /** Position of the part's first rule, stage and goal in the lists of the whole. */
  readonly rule: number;
  readonly stage: number;
  readonly goal: number;
}

/** The part is a system by itself. */
export const unnumbered: Numbering = { entry: 0, rule: 0, stage: 0, goal: 0 };
