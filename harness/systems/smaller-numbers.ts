/** Smaller whole numbers to try in place of one. */

/**
 * The least, the next, then ever nearer to the value, each time half of what is left, down to the one before; each once, the smallest first. Empty when nothing is
 * smaller. So what must not fall below some number comes there in a few tries.
 */
export function smallerNumbers(value: number, least: number): number[] {
  const tries = [least, least + 1];
  for (let less = (value - least) >> 1; less >= 1; less >>= 1) tries.push(value - less);
  return tries.filter((each, at) => each >= least && each < value && tries.indexOf(each) === at);
}
