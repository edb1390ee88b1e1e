/** Smaller whole numbers to try in place of one. */

/** The least, the next, the middle and the one before; each once, the smallest first. Empty when nothing is smaller. */
export function smallerNumbers(value: number, least: number): number[] {
  const tries = [least, least + 1, (value + least) >> 1, value - 1];
  return tries.filter((each, at) => each >= least && each < value && tries.indexOf(each) === at);
}
