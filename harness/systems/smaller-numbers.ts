/** Smaller whole numbers to try in place of one. */

/**
 * The least, the next, then the value less ever smaller powers of two, down to the one before; each once, the smallest first. Empty when nothing is smaller. So what must
 * not fall below some number comes there in a few tries, and so does one of which only the lowest bits count: those stay where a power of two above them is taken away.
 */
export function smallerNumbers(value: number, least: number): number[] {
  const tries = [least, least + 1];
  let less = 1;
  while (less * 2 <= value - least) less *= 2;
  for (; less >= 1; less /= 2) tries.push(value - less);
  return tries.filter((each, at) => each >= least && each < value && tries.indexOf(each) === at);
}
