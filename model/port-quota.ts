/** The model of ports under quotas: it calls the rows of the two models it is made of, and says what stands between them. */
import { goals as portGoals, rules as portRules } from "../spec/port-allocation/rules.ts";
import { goalNumber, ruleNumber } from "../spec/port-quota/rules.ts";
import { Outcome, quotaStage0, undoStage, type PortQuotaCommand, type PortQuotaConfig } from "../spec/port-quota/terms.ts";
import { portQuotaLayout } from "../spec/port-quota/view.ts";
import { resources } from "../spec/quota/terms.ts";
import type { Allocate } from "../spec/port-allocation/terms.ts";
import { Next, type Findings, type Model, type Moved, type Setup, type Task } from "../spec/side.ts";
import { Cells } from "./cells.ts";
import { ownNumbers } from "./numbering.ts";
import { PortModel } from "./port-allocation/index.ts";
import { Grant, QuotaModel } from "./quota.ts";

const ports = resources.indexOf("ports");

/** Which row of which part a slot is in. */
type Phase = "request" | "allocate" | "undo" | "free" | "collect" | "release" | "age" | "reconfigure";

interface Work {
  phase: Phase;
  readonly core: number;
  readonly kind: PortQuotaCommand["kind"];
  readonly allocate: Allocate | undefined;
  /** Slot whose ports are closed. */
  readonly of: number;
  /** Units still wanted (open) and done. */
  left: number;
  done: number;
  /** The unit in hand: was it counted, and how large a chunk came with it; the port being freed. */
  counted: boolean;
  chunk: number;
  handle: number;
}

/** The unit that stands behind a port: whose it is, and the ledger it was granted from. */
interface Unit {
  readonly subscriber: number;
  readonly core: number;
  readonly counted: boolean;
}

export class PortQuotaModel implements Model<PortQuotaConfig> {
  readonly #cells = new Cells();
  readonly #quotaNumbers = { entry: 0, rule: portRules.length, stage: quotaStage0, goal: portGoals.length };
  readonly #ports = new PortModel(ownNumbers, this.#cells);
  readonly #quota = new QuotaModel(this.#quotaNumbers, this.#cells);
  #usedAt = 0;
  #cores = 0;
  #subscribers = 0;
  #work: Work[] = [];
  /** By slot of an operation: handles of the ports it was given, the last given last. */
  #given: number[][] = [];
  /** Units behind ports in use and behind ports that wait in a list, by handle. */
  readonly #units = new Map<number, Unit>();

  open(setup: Setup<PortQuotaConfig>): void {
    const { config, profile } = setup;
    const layout = portQuotaLayout(config, profile);
    this.#cells.open(layout.ports.size + layout.quota.size, setup.footprint);
    this.#quotaNumbers.entry = layout.ports.size;
    this.#ports.open({ ...setup, config: config.ports });
    this.#quota.open({ ...setup, config: config.quota });
    this.#usedAt = layout.quota.core.used;
    this.#cores = config.quota.cores;
    this.#subscribers = config.quota.groupOf.length;
    this.#work = [];
    this.#given = [];
    this.#units.clear();
  }

  start(task: Task): void {
    const command = task.command as PortQuotaCommand;
    const { slot, core } = task;
    const allocate = command.kind === "open" ? command.allocate : undefined;
    const work: Work = { phase: "request", core, kind: command.kind, allocate, of: task.of, left: allocate?.count ?? 0, done: 0, counted: false, chunk: 0, handle: -1 };
    this.#work[slot] = work;
    if (command.kind === "open") this.#requestNext(slot, work);
    else if (command.kind === "close") this.#freeNext(slot, work);
    else if (command.kind === "collect") this.#collectNext(slot, work);
    else if (command.kind === "age") {
      work.phase = "age";
      this.#ports.beginAge(slot, core);
    } else {
      work.phase = "reconfigure";
      this.#quota.beginReconfigureRow(slot, command);
    }
  }

  move(slot: number, moved: Moved): void {
    this.#step(slot, undefined, 0, moved);
  }
  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
    return this.#step(slot, said, witnessAt, moved);
  }

  #step(slot: number, said: Moved | undefined, witnessAt: number, moved: Moved): number {
    const work = this.#work[slot];
    switch (work.phase) {
      case "request":
      case "release":
      case "reconfigure":
        this.#quota.judgeRow(slot, said ?? moved, witnessAt, moved);
        if (moved.next === Next.done) this.#afterQuota(slot, work, moved);
        return witnessAt;
      case "undo":
        this.#undo(slot, work, moved);
        return witnessAt;
      default: {
        const at = this.#ports.judgeRow(slot, said, witnessAt, moved);
        if (work.phase === "age" && moved.next === Next.more) work.done++;
        if (moved.next === Next.done) this.#afterPorts(slot, work, moved);
        return at;
      }
    }
  }

  #afterQuota(slot: number, work: Work, moved: Moved): void {
    if (work.phase === "reconfigure") {
      // A refused change has answered already.
      if (moved.outcome.count === 0) moved.outcome.push(Outcome.done);
      return;
    }
    if (work.phase === "request") return this.#requested(slot, work, moved);
    this.#rule(moved, "PAIR-3", "PAIR-4");
    moved.next = Next.more;
    if (work.kind === "close") this.#closeNext(slot, work, moved);
    else this.#collectNext(slot, work);
  }

  /** PAIR-1: only a granted unit looks for a port. */
  #requested(slot: number, work: Work, moved: Moved): void {
    const grant = this.#quota.granted(slot);
    if (grant === Grant.denied) {
      this.#rule(moved, "PAIR-1");
      this.#goal(moved, "pair/denied-by-quota");
      return this.#opened(work, Outcome.denied, moved);
    }
    work.counted = grant === Grant.counted;
    work.chunk = this.#quota.grantedChunk(slot);
    work.phase = "allocate";
    this.#ports.beginAllocateOne(slot, work.core, work.allocate!);
    moved.next = Next.more;
  }

  #afterPorts(slot: number, work: Work, moved: Moved): void {
    switch (work.phase) {
      case "allocate":
        return this.#allocated(slot, work, moved);
      case "free":
        return this.#freed(slot, work, moved);
      case "collect":
        return this.#collected(slot, work, moved);
      default:
        this.#answer(work, moved);
    }
  }

  #allocated(slot: number, work: Work, moved: Moved): void {
    const handle = this.#ports.givenPort(slot);
    if (handle < 0) {
      if (!work.counted) return this.#opened(work, Outcome.refused, moved);
      this.#rule(moved, "PAIR-2");
      work.phase = "undo";
      moved.next = Next.more;
      return;
    }
    this.#units.set(handle, { subscriber: work.allocate!.subscriber, core: work.core, counted: work.counted });
    (this.#given[slot] ??= []).push(handle);
    work.done++;
    work.left--;
    if (work.left === 0) return this.#opened(work, Outcome.done, moved);
    this.#requestNext(slot, work);
    moved.next = Next.more;
  }

  /** PAIR-2: the unit, and the chunk that came with it, go back. */
  #undo(_slot: number, work: Work, moved: Moved): void {
    moved.stages.push(undoStage);
    this.#rule(moved, "PAIR-2");
    this.#goal(moved, "pair/undone");
    if (work.chunk > 0) this.#goal(moved, "pair/chunk-undone");
    this.#quota.undoOne(_slot, work.core, work.allocate!.subscriber, ports, work.chunk, moved);
    this.#opened(work, Outcome.refused, moved);
  }

  #opened(work: Work, code: number, moved: Moved): void {
    moved.outcome.push(code);
    moved.outcome.push(work.done);
    moved.yields = work.done;
    moved.next = Next.done;
  }

  /** PAIR-3: a port that its holder freed takes its unit along; one handed over keeps it. */
  #freed(slot: number, work: Work, moved: Moved): void {
    this.#given[work.of].pop();
    this.#rule(moved, "PAIR-3", "PAIR-4");
    work.done++;
    if (this.#ports.freedHere(slot)) this.#releaseUnit(slot, work, moved);
    else this.#closeNext(slot, work, moved);
  }
  #collected(slot: number, work: Work, moved: Moved): void {
    const handle = this.#ports.collectedPort(slot);
    if (handle < 0) return this.#answer(work, moved);
    this.#rule(moved, "PAIR-3");
    this.#goal(moved, "pair/handed-unit");
    work.handle = handle;
    work.done++;
    this.#releaseUnit(slot, work, moved);
  }
  #releaseUnit(slot: number, work: Work, moved: Moved): void {
    const unit = this.#units.get(work.handle)!;
    this.#units.delete(work.handle);
    work.phase = "release";
    this.#rule(moved, "PAIR-3");
    if (unit.core !== work.core) this.#goal(moved, "quota/foreign-release");
    this.#quota.beginReleaseOne(slot, unit.core, unit.subscriber, ports, unit.counted);
    moved.next = Next.more;
  }
  #closeNext(slot: number, work: Work, moved: Moved): void {
    if (this.#given[work.of].length === 0) return this.#answer(work, moved);
    this.#freeNext(slot, work);
    moved.next = Next.more;
  }
  #answer(work: Work, moved: Moved): void {
    moved.outcome.push(Outcome.done);
    moved.outcome.push(work.done);
    moved.next = Next.done;
  }

  #requestNext(slot: number, work: Work): void {
    work.phase = "request";
    this.#quota.beginRequestOne(slot, work.core, work.allocate!.subscriber, ports);
  }
  #freeNext(slot: number, work: Work): void {
    const handles = this.#given[work.of];
    work.phase = "free";
    work.handle = handles[handles.length - 1];
    this.#ports.beginFreeOne(slot, work.core, work.handle);
  }
  #collectNext(slot: number, work: Work): void {
    work.phase = "collect";
    this.#ports.beginCollectOne(slot, work.core);
  }

  read(entry: number): number {
    return this.#cells.peek(entry);
  }
  scan(into: Int32Array): void {
    this.#cells.scan(into);
  }

  invariants(found: Findings): void {
    this.#ports.invariants(found);
    this.#quota.invariants(found);
  }

  /** PAIR-4, beside what the parts owe. */
  obligations(found: Findings): void {
    this.#ports.obligations(found);
    this.#quota.obligations(found);
    const standing = new Int32Array(this.#subscribers * this.#cores);
    for (const unit of this.#units.values()) if (unit.counted) standing[unit.subscriber * this.#cores + unit.core]++;
    for (let at = 0; at < standing.length; at++) {
      const entry = this.#usedAt + (Math.floor(at / this.#cores) * resources.length + ports) * this.#cores + (at % this.#cores);
      const used = this.#cells.peek(entry);
      if (used !== standing[at]) found.add(ruleNumber("PAIR-4"), entry, `${used} units in use behind ${standing[at]} ports`);
    }
  }

  #rule(moved: Moved, ...ids: readonly string[]): void {
    for (const id of ids) moved.rules.push(ruleNumber(id));
  }
  #goal(moved: Moved, id: string): void {
    moved.goals.push(goalNumber(id));
  }
}
