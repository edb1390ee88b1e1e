/**
 * The whole view of both sides, and when to look at it.
 *
 * It is compared at the end of every case and now and then in between: after about max(64, entries) steps, at distances
 * drawn from the case's seed; in one case of sixteen, and in all very small ones, after every step. Where
 * that would cost more than some 40,000 entry reads a case, it is done in proportionally fewer cases.
 */
import type { Side } from "./contract.ts";
import { mix32 } from "./random.ts";

const entryReadsWanted = 40_000;
const entryReadsSmall = 4_096;

/** Whether a case is looked at after every step; a function of the case alone. */
export function everyStep(seed: number, entryCount: number, stepsExpected: number): boolean {
  const reads = entryCount * stepsExpected;
  if (reads <= entryReadsSmall) return true;
  const share = 16 * Math.max(1, Math.ceil(reads / entryReadsWanted));
  return mix32(seed, 0x5eed) % share === 0;
}

/** Steps to the next look, from 1 to twice the mean. */
export function nextLook(seed: number, step: number, entryCount: number): number {
  return 1 + (mix32(seed, step) % (2 * Math.max(64, entryCount)));
}

/** The values of all entries of one side, with those of the look before. Memory is kept from case to case. */
export class WholeView {
  values = new Int32Array(0);
  before = new Int32Array(0);
  #kept = new Int32Array(0);
  #keptBefore = new Int32Array(0);

  open(size: number): void {
    if (this.values.length === size) return;
    if (this.#kept.length < size) {
      this.#kept = new Int32Array(size * 2);
      this.#keptBefore = new Int32Array(size * 2);
    }
    this.values = this.#kept.subarray(0, size);
    this.before = this.#keptBefore.subarray(0, size);
  }

  /** Reads the side; what was read last is in `before` then. */
  look(side: Side): void {
    const older = this.before;
    this.before = this.values;
    this.values = older;
    if (side.scan !== undefined) side.scan(this.values);
    else for (let entry = 0; entry < this.values.length; entry++) this.values[entry] = side.read(entry);
  }

  same(other: WholeView): boolean {
    return alike(this.values, other.values);
  }

  /** Whether nothing changed since the look before. */
  still(): boolean {
    return alike(this.values, this.before);
  }
}

function alike(one: Int32Array, other: Int32Array): boolean {
  for (let entry = 0; entry < one.length; entry++) if (one[entry] !== other[entry]) return false;
  return true;
}
