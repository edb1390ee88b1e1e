/**
 * Which tasks can run now, and which of them the base schedule would move.
 *
 * Operations belong to a lane (a core, counted over all nodes) and begin there in the order of the case; a lane has
 * one task under way at a time unless that one is blocked. A message or timer needs its lane free too. Events that
 * are no operations divide the list: one can be applied when all before it has begun, and nothing after it begins
 * before. The list of what can run changes only when a task begins, ends, blocks or is freed, a message is sent, a clock
 * or the network is touched; it is made anew then and otherwise kept.
 */
import type { Case } from "./case.ts";
import type { Ints, System, Task } from "./contract.ts";
import type { Reader } from "./explore/words.ts";
import type { Clocks } from "./clocks.ts";
import type { Network } from "./network.ts";
import { hashId } from "./random.ts";
import { References } from "./references.ts";
import { nothing, State } from "./tasks.ts";
import type { Tasks } from "./tasks.ts";

export class Schedule {
  readonly #tasks: Tasks;
  readonly #network: Network;
  readonly #clocks: Clocks;
  readonly #references: References;
  #case!: Case;
  #anyOrder = false;
  #nodeCount = 0;
  #laneCount = 0;
  #laneBase = new Int32Array(8);
  #coreCount = new Int32Array(8);
  #up = new Uint8Array(8);
  /** The task under way on each lane, -1 for none. */
  #running = new Int32Array(16);
  /** First operation of each lane that has not begun, and the one after it. */
  #laneNext = new Int32Array(16);
  #laneLast = new Int32Array(16);
  #nextInLane = new Int32Array(0);
  /** Lanes on which a freed operation waits for its turn, so that no later one begins: holds the number of the listing. */
  #held = new Int32Array(16);
  #listing = 0;
  /** Begun and unfinished, but not under way: blocked, or freed and not yet moved. */
  #parked = new Int32Array(16);
  #parkedCount = 0;
  /** First event that is no operation and not applied. */
  #barrier = 0;
  /** Events begun, applied or skipped. */
  #settled = 0;
  runnable = new Int32Array(64);
  runnableCount = 0;
  dirty = true;
  blockedCount = 0;
  skippedOperations = 0;
  operations = 0;

  constructor(tasks: Tasks, network: Network, clocks: Clocks) {
    this.#tasks = tasks;
    this.#network = network;
    this.#clocks = clocks;
    this.#references = new References(tasks);
  }

  get nodeCount(): number {
    return this.#nodeCount;
  }

  get allSettled(): boolean {
    return this.#settled === this.#tasks.eventCount;
  }

  /** Whether the task has begun and has its lane. */
  isUnderWay(slot: number): boolean {
    const lane = this.#tasks.lane[slot];
    return lane >= 0 && this.#running[lane] === slot;
  }

  /** Whether only operations are left to begin. */
  get barriersPassed(): boolean {
    return this.#barrier === this.#tasks.eventCount;
  }

  open(system: System, one: Case): void {
    this.#case = one;
    this.#anyOrder = system.channels === "any";
    this.#openLanes(system, one);
    const tasks = this.#tasks;
    const count = one.events.length;
    tasks.open(count);
    if (this.#nextInLane.length < count) this.#nextInLane = new Int32Array(count + 64);
    for (let slot = 0; slot < count; slot++) {
      const event = one.events[slot];
      const key = hashId(event.id);
      if (event.do !== "op") {
        tasks.event(slot, event.id, key, "node" in event ? event.node : -1, -1, -1);
        continue;
      }
      const lane = this.laneOf(event.node, event.core);
      tasks.event(slot, event.id, key, event.node, event.core, lane);
      this.#nextInLane[slot] = -1;
      if (this.#laneLast[lane] < 0) this.#laneNext[lane] = slot;
      else this.#nextInLane[this.#laneLast[lane]] = slot;
      this.#laneLast[lane] = slot;
    }
    this.#references.open(system, one);
    this.#barrier = this.#nextBarrier(0);
    this.#settled = 0;
    this.#parkedCount = 0;
    this.blockedCount = 0;
    this.skippedOperations = 0;
    this.operations = 0;
    this.runnableCount = 0;
    this.dirty = true;
  }

  /** Number of a core over all nodes; throws when there is no such core. */
  laneOf(node: number, core: number): number {
    if (!(node >= 0 && node < this.#nodeCount && core >= 0 && core < this.#coreCount[node])) {
      throw new RangeError(`there is no core ${core} on node ${node}: a case, message or timer names it; the configuration has ${this.#nodeCount} nodes`);
    }
    return this.#laneBase[node] + core;
  }

  isUp(node: number): boolean {
    return this.#up[node] === 1;
  }

  setUp(node: number): void {
    this.#up[node] = 1;
    this.dirty = true;
  }

  /** Makes the list of what can run, in canonical order: by event at the root, then by age. */
  list(): void {
    this.dirty = false;
    do {
      this.runnableCount = 0;
      this.#listing++;
      this.#listParked();
    } while (this.#listLanes());
    if (this.#network.inFlight > 0) this.#listMessages();
    if (this.#clocks.count > 0) this.#listTimers();
    if (this.#barrier < this.#tasks.eventCount && this.#settled === this.#barrier) this.#add(this.#barrier);
    this.#sort();
  }

  /** What the base schedule moves: the task moved last while it can run, else the first that exists, else the next event. */
  base(current: number): number {
    const tasks = this.#tasks;
    if (current >= 0 && tasks.state[current] === State.ready) {
      const lane = tasks.lane[current];
      if (lane >= 0 && this.#running[lane] === current) return current;
    }
    for (let i = 0; i < this.runnableCount; i++) {
      const slot = this.runnable[i];
      if (slot >= tasks.eventCount || tasks.state[slot] === State.ready) return slot;
    }
    return this.runnable[0];
  }

  /** The record of an operation for the sides. */
  operationTask(slot: number): Task {
    const tasks = this.#tasks;
    const event = this.#case.events[slot];
    if (event.do !== "op") throw new Error(`event ${event.id} is no operation: the engine confused its slots`);
    return {
      slot,
      id: event.id,
      key: tasks.key[slot],
      node: event.node,
      core: event.core,
      kind: "op",
      cause: slot,
      command: event.command,
      body: nothing,
      of: this.#references.of(slot),
    };
  }

  /** The task makes its first move. */
  begin(slot: number): void {
    const tasks = this.#tasks;
    const lane = tasks.lane[slot];
    if (slot < tasks.eventCount) {
      this.#laneNext[lane] = this.#nextInLane[slot];
      this.#settled++;
      this.operations++;
      this.#references.begin(slot);
    } else if (tasks.sender[slot] >= 0) {
      this.#network.take(slot, tasks.sender[slot], tasks.node[slot]);
    } else {
      this.#clocks.take(slot);
    }
    tasks.state[slot] = State.ready;
    this.#running[lane] = slot;
    this.dirty = true;
  }

  /** A begun task moves again: if it had lost its lane, it has it back. */
  resume(slot: number): void {
    const lane = this.#tasks.lane[slot];
    if (this.#running[lane] === slot) return;
    this.#unpark(slot);
    this.#running[lane] = slot;
    this.dirty = true;
  }

  finish(slot: number, yields: number): void {
    const tasks = this.#tasks;
    tasks.state[slot] = State.finished;
    tasks.yields[slot] = yields;
    this.#running[tasks.lane[slot]] = -1;
    this.dirty = true;
  }

  block(slot: number, on: number): void {
    const tasks = this.#tasks;
    tasks.state[slot] = State.blocked;
    tasks.waitingOn[slot] = on;
    this.#running[tasks.lane[slot]] = -1;
    if (this.#parkedCount === this.#parked.length) {
      const wider = new Int32Array(this.#parkedCount * 2);
      wider.set(this.#parked);
      this.#parked = wider;
    }
    this.#parked[this.#parkedCount++] = slot;
    this.blockedCount++;
    this.dirty = true;
  }

  /** Tasks that wait for this number can run again. */
  free(what: number): void {
    for (let i = 0; i < this.#parkedCount; i++) {
      const slot = this.#parked[i];
      if (this.#tasks.state[slot] === State.blocked && this.#tasks.waitingOn[slot] === what) this.#unblock(slot);
    }
  }

  /** Every blocked task may try again. */
  freeAll(): void {
    for (let i = 0; i < this.#parkedCount; i++) if (this.#tasks.state[this.#parked[i]] === State.blocked) this.#unblock(this.#parked[i]);
  }

  /** Slots of the blocked tasks, in canonical order. */
  blockedSlots(): number[] {
    const tasks = this.#tasks;
    const slots = Array.from(this.#parked.subarray(0, this.#parkedCount)).filter((slot) => tasks.state[slot] === State.blocked);
    return slots.sort((a, b) => tasks.root[a] - tasks.root[b] || a - b);
  }
  /** Their ids. */
  blockedIds(): string[] {
    return this.blockedSlots().map((slot) => this.#tasks.id[slot]);
  }

  /** The event (no operation) at the barrier is applied. */
  applied(slot: number): void {
    this.#tasks.state[slot] = State.finished;
    this.#settled++;
    this.#barrier = this.#nextBarrier(slot + 1);
    this.dirty = true;
  }

  /** A message in flight is lost. */
  lose(slot: number): void {
    this.#network.take(slot, this.#tasks.sender[slot], this.#tasks.node[slot]);
    this.#tasks.state[slot] = State.gone;
    this.dirty = true;
  }

  /** Loses what is in flight between two nodes, both ways. */
  loseBetween(one: number, other: number): void {
    for (let slot = this.#network.losable(one, other); slot >= 0; slot = this.#network.losable(one, other)) this.lose(slot);
    for (let slot = this.#network.losable(other, one); slot >= 0; slot = this.#network.losable(other, one)) this.lose(slot);
  }

  cancelTimer(slot: number): void {
    this.#clocks.take(slot);
    this.#tasks.state[slot] = State.gone;
    this.dirty = true;
  }

  /** The node dies: its tasks never finish and yield nothing, its timers and all messages from and to it are gone. */
  crash(node: number): void {
    const tasks = this.#tasks;
    this.#up[node] = 0;
    for (let slot = 0; slot < tasks.count; slot++) {
      const state = tasks.state[slot];
      if (slot >= tasks.eventCount && state === State.waiting) {
        if (tasks.sender[slot] < 0) {
          if (tasks.node[slot] === node) this.cancelTimer(slot);
        } else if (tasks.node[slot] === node || tasks.sender[slot] === node) this.lose(slot);
      } else if (tasks.node[slot] === node && tasks.lane[slot] >= 0 && (state === State.ready || state === State.blocked)) {
        if (state === State.blocked) this.blockedCount--;
        if (this.#running[tasks.lane[slot]] === slot) this.#running[tasks.lane[slot]] = -1;
        else this.#unpark(slot);
        tasks.state[slot] = State.gone;
      }
    }
    this.dirty = true;
  }

  /** Writes down who runs where, who waits and what has begun; what was listed follows from it. */
  save(into: Ints): void {
    for (let node = 0; node < this.#nodeCount; node++) into.push(this.#up[node]);
    for (let lane = 0; lane < this.#laneCount; lane++) {
      into.push(this.#running[lane]);
      into.push(this.#laneNext[lane]);
    }
    into.push(this.#barrier);
    into.push(this.#settled);
    into.push(this.#parkedCount);
    for (const slot of this.#parked.slice(0, this.#parkedCount).sort()) into.push(slot);
    this.#references.save(into);
  }

  /** Returns to what was saved of the same case; `tasks` must have been restored. */
  restore(from: Reader): void {
    for (let node = 0; node < this.#nodeCount; node++) this.#up[node] = from.next();
    for (let lane = 0; lane < this.#laneCount; lane++) {
      this.#running[lane] = from.next();
      this.#laneNext[lane] = from.next();
    }
    this.#barrier = from.next();
    this.#settled = from.next();
    this.#parkedCount = from.next();
    this.blockedCount = 0;
    for (let i = 0; i < this.#parkedCount; i++) {
      this.#parked[i] = from.next();
      if (this.#tasks.state[this.#parked[i]] === State.blocked) this.blockedCount++;
    }
    this.#references.restore(from);
    this.dirty = true;
  }

  /** Whether what one of them does first can keep the other from beginning: both would use up the same operation. */
  rivals(one: number, other: number): boolean {
    const { eventCount } = this.#tasks;
    return one < eventCount && other < eventCount && this.#references.rivals(one, other);
  }

  #openLanes(system: System, one: Case): void {
    const nodeCount = system.nodeCount(one.config);
    if (this.#up.length < nodeCount) {
      this.#laneBase = new Int32Array(nodeCount);
      this.#coreCount = new Int32Array(nodeCount);
      this.#up = new Uint8Array(nodeCount);
    }
    this.#nodeCount = nodeCount;
    let lanes = 0;
    for (let node = 0; node < nodeCount; node++) {
      this.#laneBase[node] = lanes;
      this.#coreCount[node] = system.coreCount(one.config, node);
      this.#up[node] = 1;
      lanes += this.#coreCount[node];
    }
    if (this.#running.length < lanes) {
      this.#running = new Int32Array(lanes * 2);
      this.#laneNext = new Int32Array(lanes * 2);
      this.#laneLast = new Int32Array(lanes * 2);
      this.#held = new Int32Array(lanes * 2);
    }
    this.#laneCount = lanes;
    this.#listing = 0;
    for (let lane = 0; lane < lanes; lane++) {
      this.#running[lane] = -1;
      this.#laneNext[lane] = -1;
      this.#laneLast[lane] = -1;
      this.#held[lane] = 0;
    }
  }

  #nextBarrier(from: number): number {
    const events = this.#case.events;
    let slot = from;
    while (slot < events.length && events[slot].do === "op") slot++;
    return slot;
  }

  #listParked(): void {
    for (let i = 0; i < this.#parkedCount; i++) {
      const slot = this.#parked[i];
      const lane = this.#tasks.lane[slot];
      if (this.#tasks.state[slot] !== State.ready || this.#running[lane] >= 0) continue;
      this.#add(slot);
      if (slot < this.#tasks.eventCount) this.#held[lane] = this.#listing;
    }
  }

  /** Adds what is under way and the operations that can begin; true when one was skipped, as that may let others go. */
  #listLanes(): boolean {
    let skipped = false;
    for (let lane = 0; lane < this.#laneCount; lane++) {
      const running = this.#running[lane];
      if (running >= 0) {
        this.#add(running);
        continue;
      }
      let slot = this.#laneNext[lane];
      if (slot < 0 || this.#held[lane] === this.#listing) continue;
      while (slot >= 0 && slot < this.#barrier && (this.#up[this.#tasks.node[slot]] === 0 || this.#references.isDead(slot))) {
        this.#tasks.state[slot] = State.skipped;
        this.skippedOperations++;
        this.#settled++;
        slot = this.#nextInLane[slot];
        this.#laneNext[lane] = slot;
        skipped = true;
      }
      if (slot >= 0 && slot < this.#barrier && this.#references.isSettled(slot)) this.#add(slot);
    }
    return skipped;
  }

  #listMessages(): void {
    const { oldest, channelCount } = this.#network;
    for (let c = 0; c < channelCount; c++) {
      for (let slot = oldest[c]; slot >= 0; slot = this.#anyOrder ? this.#network.following(slot) : -1) {
        if (this.#running[this.#tasks.lane[slot]] < 0) this.#add(slot);
      }
    }
  }

  #listTimers(): void {
    const { pending, count } = this.#clocks;
    for (let i = 0; i < count; i++) {
      const slot = pending[i];
      if (this.#running[this.#tasks.lane[slot]] < 0 && this.#clocks.due(slot)) this.#add(slot);
    }
  }

  #add(slot: number): void {
    if (this.runnableCount === this.runnable.length) {
      const wider = new Int32Array(this.runnableCount * 2);
      wider.set(this.runnable);
      this.runnable = wider;
    }
    this.runnable[this.runnableCount++] = slot;
  }

  #sort(): void {
    const { runnable, runnableCount } = this;
    const root = this.#tasks.root;
    for (let i = 1; i < runnableCount; i++) {
      const slot = runnable[i];
      const key = root[slot];
      let at = i - 1;
      while (at >= 0 && (root[runnable[at]] > key || (root[runnable[at]] === key && runnable[at] > slot))) {
        runnable[at + 1] = runnable[at];
        at--;
      }
      runnable[at + 1] = slot;
    }
  }

  #unblock(slot: number): void {
    this.#tasks.state[slot] = State.ready;
    this.blockedCount--;
    this.dirty = true;
  }

  #unpark(slot: number): void {
    const at = this.#parked.indexOf(slot);
    if (at < 0 || at >= this.#parkedCount) throw new Error(`task ${this.#tasks.id[slot]} is not waiting: a strategy chose what cannot run`);
    this.#parked.copyWithin(at, at + 1, this.#parkedCount);
    this.#parkedCount--;
  }
}
