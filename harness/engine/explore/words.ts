/** Words of a state on their way back: read in the order in which they were written. */
export class Reader {
  words: Int32Array = new Int32Array(0);
  at = 0;

  /** Begins with the first of these words. */
  begin(words: Int32Array): void {
    this.words = words;
    this.at = 0;
  }

  next(): number {
    return this.words[this.at++];
  }

  /** The next `count` words, not copied. */
  take(count: number): Int32Array {
    this.at += count;
    return this.words.subarray(this.at - count, this.at);
  }
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** The two words of a 64-bit number. */
export function halvesOf(value: number): readonly [number, number] {
  double[0] = value;
  return [halves[0], halves[1]];
}

/** The number of which these are the two words. */
export function fromHalves(low: number, high: number): number {
  halves[0] = low;
  halves[1] = high;
  return double[0];
}
