/** A case that can be stepped through, written down at any point as words, and returned to. */
import type { Alone } from "../alone.ts";
import type { Case } from "../case.ts";
import { Ints, type Side } from "../contract.ts";
import type { Pair } from "../pair.ts";
import type { RunOptions } from "../run.ts";
import type { Failure } from "../verdict.ts";
import type { Accesses } from "./accesses.ts";
import { Footprints, none, wide } from "./footprints.ts";
import { Constants } from "./constants.ts";
import { Room, Strips } from "./room.ts";
import { Snapshots } from "./snapshots.ts";
import { States } from "./states.ts";
import { Reader } from "./words.ts";

/** Messages and timers that one case may make: the room for them is part of every state. */
const derivedCountMax = 24;

/** Programs whose private members can be reached (`loader/open.ts`), driven together or one alone. */
export interface Walked {
  readonly loop: Pair | Alone;
  readonly sides: readonly Side[];
  /** Notes the accesses to shared memory of a side that has such memory. */
  readonly accesses?: Accesses;
}

export class Walk {
  readonly loop: Pair | Alone;
  /** Of the case that is open. */
  states = new States();
  footprints = new Footprints();
  readonly #walked: Walked;
  #constants = new Constants();
  #engine!: Strips;
  #snapshots: Snapshots[] = [];
  readonly #words = new Ints(1024);
  readonly #reader = new Reader();
  readonly #noted = new Ints(64);
  #one!: Case;
  #wasUnderWay = false;
  #wereBlocked = 0;
  /** Whether the programs stand in the state whose words are in the draft: no step has been made since it was written or returned to. */
  #stands = false;
  #options: RunOptions = {};

  constructor(walked: Walked) {
    this.#walked = walked;
    this.loop = walked.loop;
  }

  /**
   * Forgets the states of the case before, opens this one and runs its first `settled` events to their end on the base schedule; the failure met on the way, if any.
   * Who will not ask for footprints says so.
   */
  open(one: Case, settled: number, footprint = true): Failure | undefined {
    this.#one = one;
    this.#stands = false;
    this.#options = { footprint };
    // The search before may have been broken off; the first events of this case are not its to choose in.
    this.loop.chooser = undefined;
    this.#walked.accesses?.clear();
    this.states = new States();
    this.footprints = new Footprints();
    this.#constants = new Constants();
    const failure = this.loop.begin(one, derivedCountMax, this.#options);
    if (failure !== undefined) return failure;
    for (const record of this.loop.lent) this.#constants.numberOf(record);
    for (const side of this.#walked.sides) for (const memory of side.scratch ?? []) this.#constants.numberOf(memory);
    this.#constants.hold(one.config);
    for (const event of one.events) if (event.do === "op") this.#constants.hold(event.command);
    const room = new Room(this.states.draft);
    this.#engine = new Strips(room);
    this.#snapshots = this.#walked.sides.map((side) => new Snapshots(side, this.#constants, room));
    let current = -1;
    while (this.loop.canMove() > 0) {
      const slot = this.loop.baseAfter(current);
      if (slot >= settled && slot < one.events.length) break;
      const met = this.loop.moveOn(slot);
      if (met !== undefined) return met;
      current = slot;
    }
    return undefined;
  }

  /** The number of the present state. Call `loop.canMove()` before: listing what can move is part of it. */
  here(): number {
    const words = this.#words;
    words.clear();
    this.loop.saveEngine(words);
    let end = this.#engine.write(words.items, words.count);
    for (const snapshots of this.#snapshots) end = Math.max(end, snapshots.save());
    this.states.draft.count = end;
    this.#stands = true;
    return this.states.put();
  }

  /** Returns to a state. */
  goTo(state: number): void {
    this.states.get(state);
    this.#engine.read(this.#words);
    this.#reader.begin(this.#words.items);
    this.loop.restoreEngine(this.#reader);
    for (const snapshots of this.#snapshots) snapshots.restore(this.#stands);
    this.states.draft.settle();
    this.#stands = true;
    this.loop.canMove();
  }

  /** The task or event makes its step; the failure it shows, if any. */
  step(slot: number): Failure | undefined {
    this.#stands = false;
    this.#noted.clear();
    this.#wasUnderWay = this.loop.isUnderWay(slot);
    this.#wereBlocked = this.loop.blockedCount;
    this.#walked.accesses?.note(this.#noted);
    const failure = this.loop.moveOn(slot);
    this.#walked.accesses?.note(undefined);
    return failure;
  }

  /** The footprint of the step just made. */
  footprint(slot: number): number {
    if (this.#options.footprint !== true) throw new Error("a footprint was asked for in a case that was opened without them: what its steps read was not noted");
    // A task that is let go takes its core back before whatever would have begun there.
    const letGo = this.loop.blockedCount < this.#wereBlocked + (this.loop.blocks ? 1 : 0);
    if (this.loop.laneOf(slot) < 0 || this.loop.sentOrSet || letGo) return wide;
    this.loop.touched(this.#noted);
    return this.footprints.numberOf(this.#noted);
  }

  /** Whether steps of two tasks with these footprints can be made in either order with the same end. */
  independent(one: number, ofOne: number, other: number, ofOther: number): boolean {
    const { loop } = this;
    const lane = loop.laneOf(one);
    return lane >= 0 && lane !== loop.laneOf(other) && !this.footprints.meet(ofOne, ofOther) && !loop.areRivals(one, other);
  }

  /** Whether the step just made, with this footprint, is nothing to anybody else, now or later. A task that had yet to begin might have had to wait for its core. */
  isPrivate(footprint: number): boolean {
    return footprint === none && this.#wasUnderWay && this.loop.eventsAreOver;
  }

  /** The way from where nothing can move to the end of the case; the failure met there. Leaves the present state. */
  rest(): Failure | undefined {
    this.#stands = false;
    return this.loop.comeToRest(this.#options);
  }

  /** The case that is walked through. */
  get one(): Case {
    return this.#one;
  }
}
