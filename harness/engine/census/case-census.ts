/**
 * What one case reaches, noticed while it runs.
 *
 * *Operation × state class*: counted when a task ends. The kind is that of its command (a message or timer has its label, and says that it is one);
 * the state class is what the end met: the most specific rule that the model's last step stands under (rules tell a full table from an
 * empty one, in the system's own words), the answer's code, whether the task had to wait on the way, and whether it wrote
 * an entry that a task under way at the same time had written (*contended*).
 *
 * *Timer race*: two tasks whose lives overlap write the same entry, and exactly one of them is periodic: a timer that came due, or
 * an operation of a kind that the system lists as `periodic` (a sweep, a scan, an ageing). One that was over when the other began is no race, however
 * near. Named by both kinds and the column of the entry; of each entry the last writer of either sort is remembered.
 */
import type { Case } from "../case.ts";
import { Next } from "../contract.ts";
import type { Moved, System, View } from "../contract.ts";
import { Numbered } from "../numbered.ts";
import type { MoveCounter, Pair } from "../pair.ts";
import type { Tasks } from "../tasks.ts";

/** What a case reached; numbers of the last two are those of the `CaseCensus` that made it. */
export interface Reached {
  /** Positions in the system's lists, ascending. */
  readonly rules: readonly number[];
  readonly goals: readonly number[];
  readonly stages: readonly number[];
  readonly operations: ReadonlySet<number>;
  readonly races: ReadonlySet<number>;
}

const Fared = { waited: 1, contended: 2 } as const;
const answerMax = 255;
const rulesMax = 1 << 10;
const stampMax = 2_000_000_000;

/** Follows any number of cases, one after another, on the pairs it is set into. */
export class CaseCensus implements MoveCounter {
  readonly #system: System;
  readonly #periodicKinds: ReadonlySet<string>;
  readonly #kinds = new Numbered<string>();
  readonly #raceNames = new Numbered<string>();
  readonly #before: { rules: Int32Array; goals: Int32Array; stages: Int32Array };
  #case!: Case;
  #tasks!: Tasks;
  #view!: View;
  #operations = new Set<number>();
  #races = new Set<number>();
  #now = 0;
  /** By slot: moves made by anybody when the task made its first and last; 0 while it is under way. */
  #began = new Int32Array(0);
  #ended = new Int32Array(0);
  #kind = new Int32Array(0);
  #fared = new Uint8Array(0);
  #periodic = new Uint8Array(0);
  /** By entry: slot of the task that wrote it last, on top of a stamp of the case; of those that are periodic and of the others. */
  #byPeriodic = new Int32Array(0);
  #byOther = new Int32Array(0);
  #first = 1;
  #width = 0;

  /** Refuses systems of more than 1,022 rules. */
  constructor(system: System) {
    if (system.rules.length >= rulesMax - 1) throw new RangeError(`${system.name} has ${system.rules.length} rules; the census has room for ${rulesMax - 2}`);
    this.#system = system;
    this.#periodicKinds = new Set(system.periodic ?? []);
    this.#before = { rules: new Int32Array(system.rules.length), goals: new Int32Array(system.goals.length), stages: new Int32Array(system.stages.length) };
  }

  /** The case will run on this pair now. */
  begin(one: Case, pair: Pair): void {
    pair.counter = this;
    this.#case = one;
    this.#operations = new Set();
    this.#races = new Set();
    this.#before.rules.set(pair.rulesReached);
    this.#before.goals.set(pair.goalsReached);
    this.#before.stages.set(pair.stagesReached);
  }

  /** It has run, and nothing else has since. */
  end(pair: Pair): Reached {
    pair.counter = undefined;
    const more = (now: Int32Array, before: Int32Array): number[] => [...now.keys()].filter((at) => now[at] > before[at]);
    return {
      rules: more(pair.rulesReached, this.#before.rules),
      goals: more(pair.goalsReached, this.#before.goals),
      stages: more(pair.stagesReached, this.#before.stages),
      operations: this.#operations,
      races: this.#races,
    };
  }

  /** The name of an operation × state class: `open: PORT-17, answer 1, contended`. */
  operationName(number: number): string {
    const fared = number & 3;
    const answer = (number >> 2) & answerMax;
    const rule = ((number >> 10) & (rulesMax - 1)) - 1;
    const words = [rule < 0 ? "no rule" : this.#system.rules[rule].id, ...(answer === 0 ? [] : [`answer ${answer - 1}`])];
    if (fared & Fared.waited) words.push("waited");
    if (fared & Fared.contended) words.push("contended");
    return `${this.#kinds.list[number >> 20]}: ${words.join(", ")}`;
  }

  /** The name of a timer race: `timer sweep × send at session.state`. */
  raceName(number: number): string {
    return this.#raceNames.list[number];
  }

  open(tasks: Tasks, view: View): void {
    this.#tasks = tasks;
    this.#view = view;
    this.#now = 0;
    this.#first += this.#width;
    this.#width = tasks.countMax;
    if (this.#began.length < tasks.countMax) {
      const length = tasks.countMax + 64;
      this.#began = new Int32Array(length);
      this.#ended = new Int32Array(length);
      this.#kind = new Int32Array(length);
      this.#fared = new Uint8Array(length);
      this.#periodic = new Uint8Array(length);
    }
    if (this.#byOther.length < view.size || this.#first > stampMax) {
      this.#byOther = new Int32Array(view.size);
      this.#byPeriodic = new Int32Array(view.size);
      this.#first = 1;
    }
  }

  moved(slot: number, said: Moved, judged: Moved): void {
    this.#now++;
    if (this.#tasks.moves[slot] === 0) this.#begins(slot);
    if (said.next === Next.blocked) this.#fared[slot] |= Fared.waited;
    this.#writes(slot, said);
    this.#writes(slot, judged);
    if (said.next === Next.done) this.#ends(slot, said, judged);
  }

  #begins(slot: number): void {
    const tasks = this.#tasks;
    const event = slot < tasks.eventCount ? this.#case.events[slot] : undefined;
    const kind = tasks.kind(slot);
    const label = event?.do === "op" ? event.command.kind : `${kind} ${tasks.label[slot]}`;
    this.#began[slot] = this.#now;
    this.#ended[slot] = 0;
    this.#fared[slot] = 0;
    this.#kind[slot] = this.#kinds.numberOf(label);
    this.#periodic[slot] = kind === "timer" || (event !== undefined && this.#periodicKinds.has(label)) ? 1 : 0;
  }

  #writes(slot: number, { writes }: Moved): void {
    const periodic = this.#periodic[slot] === 1;
    const own = periodic ? this.#byPeriodic : this.#byOther;
    const others = periodic ? this.#byOther : this.#byPeriodic;
    for (let i = 0; i < writes.count; i++) {
      const entry = writes.items[i];
      const alike = own[entry] - this.#first;
      if (alike >= 0 && alike !== slot && this.#overlap(alike, slot)) this.#fared[slot] |= Fared.contended;
      const unlike = others[entry] - this.#first;
      if (unlike >= 0 && this.#overlap(unlike, slot)) {
        this.#fared[slot] |= Fared.contended;
        this.#race(periodic ? slot : unlike, periodic ? unlike : slot, entry);
      }
      own[entry] = this.#first + slot;
    }
  }

  /** Whether the task that wrote earlier is under way still, or ended after the other had begun. */
  #overlap(earlier: number, slot: number): boolean {
    return this.#ended[earlier] === 0 || this.#ended[earlier] > this.#began[slot];
  }

  #race(periodic: number, other: number, entry: number): void {
    const { table, name } = this.#view.columns[this.#view.columnOf(entry)];
    const kinds = this.#kinds.list;
    this.#races.add(this.#raceNames.numberOf(`${kinds[this.#kind[periodic]]} × ${kinds[this.#kind[other]]} at ${table}.${name}`));
  }

  #ends(slot: number, { outcome }: Moved, { rules }: Moved): void {
    this.#ended[slot] = this.#now;
    const rule = rules.count === 0 ? 0 : rules.items[0] + 1;
    const answer = outcome.count === 0 ? 0 : Math.max(0, Math.min(outcome.items[0], answerMax - 1)) + 1;
    this.#operations.add((this.#kind[slot] << 20) | (rule << 10) | (answer << 2) | this.#fared[slot]);
  }
}
