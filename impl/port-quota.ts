/**
 * Ports under quotas, the fast program: one row that calls the rows of the two engines. What stands behind a port (its subscriber, the core whose ledger the unit came
 * from, whether it was counted) lies in one word by the port's handle, written by the core that took the port; what could break PAIR-3 here is a release that asks another core's word.
 */
import { rules as portRules, goals as portGoals } from "../spec/port-allocation/rules.ts";
import type { Allocate } from "../spec/port-allocation/terms.ts";
import { Outcome, quotaStage0, undoStage, type PortQuotaCommand, type PortQuotaConfig } from "../spec/port-quota/terms.ts";
import { portQuotaLayout } from "../spec/port-quota/view.ts";
import { resources } from "../spec/quota/terms.ts";
import { Next, type Moved, type Setup, type Side, type Task } from "../spec/side.ts";
import { unnumbered } from "./numbering.ts";
import { PortEngine } from "./port-allocation/index.ts";
import { QuotaLedger } from "./quota/index.ts";
import { Records } from "./records.ts";

const ports = resources.indexOf("ports");

/** What the row does next. `releaseFreed` goes on with the ports of a flow that is closed, `releaseCollected` with those that wait in a list. */
const Phase = { request: 0, allocate: 1, undo: 2, free: 3, collect: 4, releaseFreed: 5, releaseCollected: 6, age: 7, reconfigure: 8 } as const;

/** Words of an operation's record. `head`: handle + 1 of the port given last, the others follow by `#earlier`. */
const Field = { phase: 0, core: 1, subscriber: 2, left: 3, done: 4, counted: 5, chunk: 6, head: 7, of: 8, handle: 9, words: 10 } as const;

export class PortQuotaEngine implements Side<PortQuotaConfig> {
  readonly #quotaNumbers = { entry: 0, rule: portRules.length, stage: quotaStage0, goal: portGoals.length };
  readonly #ports = new PortEngine(unnumbered);
  readonly #quota = new QuotaLedger(this.#quotaNumbers);
  readonly #rows = new Records(Field.words);
  #records = this.#rows.all;
  /** By slot: what an open asks for. */
  readonly #allocates: Allocate[] = [];
  /** By handle: subscriber × 32 + core × 2 + counted; and the handle + 1 given before it to the same operation. */
  #unit!: Int32Array;
  #earlier!: Int32Array;

  open(setup: Setup<PortQuotaConfig>): void {
    const { config, profile, poison, taskCountMax } = setup;
    const { ports: layout } = portQuotaLayout(config, profile);
    this.#quotaNumbers.entry = layout.size;
    this.#ports.open({ ...setup, config: config.ports });
    this.#quota.open({ ...setup, config: config.quota });
    const handles = layout.tables * (layout.ports + layout.wellKnownPorts);
    this.#unit = new Int32Array(handles).fill(poison);
    this.#earlier = new Int32Array(handles).fill(poison);
    this.#records = this.#rows.open(taskCountMax, poison);
  }

  start(task: Task): void {
    const command = task.command as PortQuotaCommand;
    const { slot, core } = task;
    const r = this.#rows.begin(slot);
    const records = this.#records;
    records[r + Field.core] = core;
    records[r + Field.done] = 0;
    records[r + Field.head] = 0;
    switch (command.kind) {
      case "open":
        records[r + Field.subscriber] = command.allocate.subscriber;
        records[r + Field.left] = command.allocate.count;
        this.#allocates[slot] = command.allocate;
        this.#requestNext(slot, r);
        return;
      case "close":
        records[r + Field.of] = task.of * Field.words;
        this.#freeNext(slot, r);
        return;
      case "collect":
        this.#collectNext(slot, r);
        return;
      case "age":
        records[r + Field.phase] = Phase.age;
        this.#ports.beginAge(slot, core, task.kind === "timer");
        return;
      case "reconfigure":
        records[r + Field.phase] = Phase.reconfigure;
        this.#quota.beginReconfigure(slot, command);
    }
  }

  move(slot: number, moved: Moved): void {
    const r = slot * Field.words;
    switch (this.#records[r + Field.phase]) {
      case Phase.request:
        this.#quota.moveRow(slot, moved);
        if (moved.next === Next.done) this.#requested(slot, r, moved);
        return;
      case Phase.releaseFreed:
        this.#quota.moveRow(slot, moved);
        if (moved.next === Next.done) this.#closeNext(slot, r, moved);
        return;
      case Phase.releaseCollected:
        this.#quota.moveRow(slot, moved);
        if (moved.next !== Next.done) return;
        this.#collectNext(slot, r);
        moved.next = Next.more;
        return;
      case Phase.reconfigure:
        this.#quota.moveRow(slot, moved);
        if (moved.next === Next.done) moved.outcome.push(this.#quota.answer(slot));
        return;
      case Phase.undo:
        this.#undo(slot, r, moved);
        return;
      case Phase.allocate:
        this.#ports.moveRow(slot, moved);
        if (moved.next === Next.done) this.#allocated(slot, r, moved);
        return;
      case Phase.free:
        this.#ports.moveRow(slot, moved);
        if (moved.next === Next.done) this.#freed(slot, r, moved);
        return;
      case Phase.collect:
        this.#ports.moveRow(slot, moved);
        if (moved.next === Next.done) this.#collected(slot, r, moved);
        return;
      case Phase.age:
        this.#ports.moveRow(slot, moved);
        if (moved.next === Next.done) this.#answer(r, Outcome.done, moved);
        else this.#records[r + Field.done]++;
    }
  }

  // --- open

  #requestNext(slot: number, r: number): void {
    this.#records[r + Field.phase] = Phase.request;
    this.#quota.beginRequestOne(slot, this.#records[r + Field.core], this.#records[r + Field.subscriber], ports);
  }

  #requested(slot: number, r: number, moved: Moved): void {
    const records = this.#records;
    if (this.#quota.answer(slot) !== Outcome.done) return this.#opened(r, Outcome.denied, moved);
    records[r + Field.counted] = this.#quota.counted(slot);
    records[r + Field.chunk] = this.#quota.chunk(slot);
    records[r + Field.phase] = Phase.allocate;
    this.#ports.beginAllocateOne(slot, records[r + Field.core], this.#allocates[slot]);
    moved.next = Next.more;
  }

  #allocated(slot: number, r: number, moved: Moved): void {
    const records = this.#records;
    const handle = this.#ports.givenPort(slot);
    if (handle < 0) {
      if (records[r + Field.counted] === 0) return this.#opened(r, Outcome.refused, moved);
      records[r + Field.phase] = Phase.undo;
      moved.next = Next.more;
      return;
    }
    this.#unit[handle] = records[r + Field.subscriber] * 32 + records[r + Field.core] * 2 + records[r + Field.counted];
    this.#earlier[handle] = records[r + Field.head];
    records[r + Field.head] = handle + 1;
    records[r + Field.done]++;
    if (--records[r + Field.left] === 0) return this.#opened(r, Outcome.done, moved);
    this.#requestNext(slot, r);
    moved.next = Next.more;
  }

  #undo(slot: number, r: number, moved: Moved): void {
    const records = this.#records;
    this.#quota.undoOne(records[r + Field.core], records[r + Field.subscriber], ports, records[r + Field.chunk], moved);
    moved.stages.push(undoStage);
    this.#opened(r, Outcome.refused, moved);
  }

  #opened(r: number, code: number, moved: Moved): void {
    this.#answer(r, code, moved);
    moved.yields = this.#records[r + Field.done];
  }

  // --- close and collect

  #freeNext(slot: number, r: number): void {
    const records = this.#records;
    const of = records[r + Field.of] + Field.head;
    const handle = records[of] - 1;
    records[of] = this.#earlier[handle];
    records[r + Field.handle] = handle;
    records[r + Field.phase] = Phase.free;
    this.#ports.beginFreeOne(slot, records[r + Field.core], handle);
  }

  #freed(slot: number, r: number, moved: Moved): void {
    this.#records[r + Field.done]++;
    if (this.#ports.freedHere(slot)) this.#releaseUnit(slot, r, Phase.releaseFreed, moved);
    else this.#closeNext(slot, r, moved);
  }

  #collectNext(slot: number, r: number): void {
    this.#records[r + Field.phase] = Phase.collect;
    this.#ports.beginCollectOne(slot, this.#records[r + Field.core]);
  }

  #collected(slot: number, r: number, moved: Moved): void {
    const handle = this.#ports.collectedPort(slot);
    if (handle < 0) return this.#answer(r, Outcome.done, moved);
    this.#records[r + Field.handle] = handle;
    this.#records[r + Field.done]++;
    this.#releaseUnit(slot, r, Phase.releaseCollected, moved);
  }

  #releaseUnit(slot: number, r: number, phase: number, moved: Moved): void {
    const unit = this.#unit[this.#records[r + Field.handle]];
    this.#records[r + Field.phase] = phase;
    this.#quota.beginReleaseOne(slot, (unit >> 1) & 15, unit >> 5, ports, unit & 1);
    moved.next = Next.more;
  }

  #closeNext(slot: number, r: number, moved: Moved): void {
    if (this.#records[this.#records[r + Field.of] + Field.head] === 0) return this.#answer(r, Outcome.done, moved);
    this.#freeNext(slot, r);
    moved.next = Next.more;
  }

  /** The row that was called is done, and so is the operation. */
  #answer(r: number, code: number, moved: Moved): void {
    moved.outcome.push(code);
    moved.outcome.push(this.#records[r + Field.done]);
  }

  // --- How it looks from outside

  read(entry: number): number {
    return entry < this.#quotaNumbers.entry ? this.#ports.read(entry) : this.#quota.read(entry);
  }
  scan(into: Int32Array): void {
    this.#ports.scan(into);
    this.#quota.scan(into);
  }
}
