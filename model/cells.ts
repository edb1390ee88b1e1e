/** The model's memory: one plain table of integers, numbered as the view is, that notes what a step reads and writes. */
import type { Moved } from "../spec/side.ts";

/** Every entry reads 0 after `open`. An entry below 0 is of a column that is not there (`nowhere`): it reads 0, and may be set to nothing else. Between `begin` and the next one, reads and writes are noted in that step's record. */
export class Cells {
  #values = new Int32Array(0);
  #moved: Moved | undefined;
  #footprint = false;

  open(size: number, footprint: boolean): void {
    if (this.#values.length === size) this.#values.fill(0);
    else this.#values = new Int32Array(size);
    this.#footprint = footprint;
    this.#moved = undefined;
  }

  /** Reads and writes belong to this step from now on. */
  begin(moved: Moved): void {
    this.#moved = moved;
  }

  get(entry: number): number {
    if (entry < 0) return 0;
    if (this.#footprint && this.#moved !== undefined) this.#moved.reads.push(entry);
    return this.#values[entry];
  }

  set(entry: number, value: number): void {
    if (entry < 0) return absent(value);
    if (this.#values[entry] === value) return;
    this.#values[entry] = value;
    if (this.#moved !== undefined) this.#moved.writes.push(entry);
  }

  add(entry: number, change: number): void {
    this.set(entry, this.get(entry) + change);
  }

  /** Looks without leaving a trace: for reports, invariants and obligations. */
  peek(entry: number): number {
    return entry < 0 ? 0 : this.#values[entry];
  }

  scan(into: Int32Array): void {
    into.set(this.#values);
  }

  save(): Int32Array {
    return this.#values.slice();
  }

  restore(saved: Int32Array): void {
    this.#values.set(saved);
  }
}

function absent(value: number): void {
  if (value !== 0) throw new Error(`a column that is not there cannot hold ${value}`);
}
