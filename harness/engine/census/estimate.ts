/**
 * What a campaign has not seen, judged by what it has seen once or twice.
 *
 * Good and Turing: a case would have shown something new exactly for the items that it alone holds. So items seen in exactly one case,
 * over the number of cases, estimate how many new items the next case brings; the probability that it brings any is at most that.
 * Chao: from the items seen in one case (q1) and in two (q2) of m, at least (m - 1)/m · q1 (q1 - 1) / (2 (q2 + 1)) items exist that no case
 * has shown (the bias-corrected form, which needs no case distinction for q2 = 0). Both are about more cases drawn the same way: what this way
 * of drawing can never reach they do not see. Steered cases are not drawn alike, so there both are hints only.
 */
export interface Estimate {
  /** Items reached in at least one case, in exactly one, in exactly two. */
  readonly seen: number;
  readonly once: number;
  readonly twice: number;
  /** New items to be expected of the next case, at most 1: a bound of the probability that it shows something new. */
  readonly nextNew: number;
  /** At least so many items are there that no case has shown, to a tenth. */
  readonly unseenLeast: number;
}

/** `counts`: in how many of `cases` cases each item was reached; zeros count as not seen. */
export function estimate(counts: readonly number[], cases: number): Estimate {
  let seen = 0;
  let once = 0;
  let twice = 0;
  for (const count of counts) {
    if (count > 0) seen++;
    if (count === 1) once++;
    if (count === 2) twice++;
  }
  const nextNew = cases === 0 ? 1 : Math.min(1, once / cases);
  const chao = once < 2 ? 0 : (((cases - 1) / cases) * once * (once - 1)) / (2 * (twice + 1));
  return { seen, once, twice, nextNew: Math.round(nextNew * 1e6) / 1e6, unseenLeast: Math.round(chao * 10) / 10 };
}
