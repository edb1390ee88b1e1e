/** What counts of hits say of a rate: exact one-sided limits of a binomial (Clopper and Pearson, 1934). */

/** How likely at most `hits` of `runs` are at this rate. */
function atMost(hits: number, runs: number, rate: number): number {
  if (rate <= 0) return 1;
  if (rate >= 1) return hits >= runs ? 1 : 0;
  let log = runs * Math.log1p(-rate);
  let sum = Math.exp(log);
  for (let i = 1; i <= hits; i++) {
    log += Math.log((runs - i + 1) / i) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(log);
  }
  return Math.min(1, sum);
}

/** The highest rate under which so few hits, or fewer, have a likelihood of at least `alpha`: a rate above it is refuted. */
export function upperLimit(hits: number, runs: number, alpha: number): number {
  let low = hits / runs;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (atMost(hits, runs, middle) >= alpha) low = middle;
    else high = middle;
  }
  return low;
}
