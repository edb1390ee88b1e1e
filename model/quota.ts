/**
 * The model of quotas: per subscriber and resource a ledger on every core and a record of the node, moved one documented stage at a time.
 * What a stage does stands in `spec/quota/terms.ts`; here each branch names the rules it stands under, the most specific first.
 */
import { Next, type Findings, type Model, type Moved, type Setup, type Task } from "../spec/side.ts";
import { goalNumber, ruleNumber } from "../spec/quota/rules.ts";
import { Outcome, resources, sharedUnits, Stage, totalUnits, type QuotaCommand, type QuotaConfig, type QuotaParameters, type Reconfigure } from "../spec/quota/terms.ts";
import { quotaLayout, type QuotaLayout } from "../spec/quota/view.ts";
import { Cells } from "./cells.ts";
import { ownNumbers, type Numbering } from "./numbering.ts";

/** Where a row stands; rows that are over keep their results for whoever called them. */
const Row = { none: 0, request: 1, release: 2, giveBack: 3, reconfigure: 4 } as const;

/** How a unit was granted. */
export const Grant = { denied: 0, counted: 1, uncounted: 2 } as const;

export class QuotaModel implements Model<QuotaConfig> {
  readonly #at: Numbering;
  readonly #cells: Cells;
  readonly #ownCells: boolean;
  #config!: QuotaConfig;
  #layout!: QuotaLayout;
  /** Parameters published now, by group × 3 + resource. */
  #published: (QuotaParameters | null)[] = [];
  /** By slot: the row and what it works on. */
  #row = new Int32Array(0);
  #core = new Int32Array(0);
  #pair = new Int32Array(0);
  #seen = new Int32Array(0);
  #wanted = new Int32Array(0);
  #granted = new Int32Array(0);
  #grant = new Int32Array(0);
  #grantedChunk = new Int32Array(0);
  #counted = new Int32Array(0);
  #of = new Int32Array(0);
  #step = new Int32Array(0);
  #change: (Reconfigure | undefined)[] = [];
  /** By ledger: counted units granted and not given back, kept from what was answered and not from the cells. */
  #owed = new Int32Array(0);
  /** By subscriber and resource: memory of goals and of reductions; no part of the state. */
  #deniedOnce = new Uint8Array(0);
  #reduced = new Uint8Array(0);

  constructor(numbering: Numbering = ownNumbers, cells?: Cells) {
    this.#at = numbering;
    this.#ownCells = cells === undefined;
    this.#cells = cells ?? new Cells();
  }

  open(setup: Setup<QuotaConfig>): void {
    const { config, taskCountMax } = setup;
    this.#config = config;
    this.#layout = quotaLayout(config, this.#at.entry);
    if (this.#ownCells) this.#cells.open(this.#layout.size, setup.footprint);
    if (this.#row.length < taskCountMax) {
      for (const grow of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) this.#growSlots(grow, taskCountMax);
      this.#change = [];
    }
    const pairs = config.groupOf.length * resources.length;
    this.#owed = fresh(this.#owed, pairs * config.cores);
    this.#deniedOnce = freshBytes(this.#deniedOnce, pairs);
    this.#reduced = freshBytes(this.#reduced, pairs);
    this.#published = config.quotas.flat();
    for (let at = 0; at < this.#published.length; at++) {
      const parameters = this.#published[at];
      if (parameters !== null) this.#publish(at, parameters);
    }
  }

  #growSlots(which: number, size: number): void {
    const wider = new Int32Array(size);
    switch (which) {
      case 0: this.#row = wider; break;
      case 1: this.#core = wider; break;
      case 2: this.#pair = wider; break;
      case 3: this.#seen = wider; break;
      case 4: this.#wanted = wider; break;
      case 5: this.#granted = wider; break;
      case 6: this.#grant = wider; break;
      case 7: this.#grantedChunk = wider; break;
      case 8: this.#counted = wider; break;
      case 9: this.#of = wider; break;
      case 10: this.#step = wider; break;
    }
  }

  // --- Rows: what the pair calls, and what the system by itself is made of.

  /** One unit for the subscriber on this core; read `granted` once the row is done. */
  beginRequestOne(slot: number, core: number, subscriber: number, resource: number): void {
    this.#beginRequest(slot, core, subscriber, resource, 1);
  }
  #beginRequest(slot: number, core: number, subscriber: number, resource: number, count: number): void {
    this.#row[slot] = Row.request;
    this.#core[slot] = core;
    this.#pair[slot] = subscriber * resources.length + resource;
    this.#seen[slot] = -1;
    this.#wanted[slot] = count;
    this.#granted[slot] = 0;
    this.#counted[slot] = 0;
    this.#grant[slot] = Grant.denied;
    this.#grantedChunk[slot] = 0;
  }
  /** Gives one unit back to the ledger of `core`; an uncounted one changes nothing. */
  beginReleaseOne(slot: number, core: number, subscriber: number, resource: number, counted: boolean): void {
    this.#row[slot] = Row.release;
    this.#core[slot] = core;
    this.#pair[slot] = subscriber * resources.length + resource;
    this.#wanted[slot] = 1;
    this.#granted[slot] = 0;
    this.#counted[slot] = counted ? 1 : 0;
  }
  granted(slot: number): number {
    return this.#grant[slot];
  }
  /** Shared units that the last grant moved to the core. */
  grantedChunk(slot: number): number {
    return this.#grantedChunk[slot];
  }

  judgeRow(slot: number, _said: Moved, witnessAt: number, moved: Moved): number {
    this.#cells.begin(moved);
    moved.next = Next.more;
    switch (this.#row[slot]) {
      case Row.request: this.#request(slot, moved); break;
      case Row.release: this.#release(slot, moved); break;
      case Row.giveBack: this.#giveBack(slot, moved); break;
      case Row.reconfigure: this.#reconfigure(slot, moved); break;
      default: throw new Error(`slot ${slot} has no quota row to go on with`);
    }
    return witnessAt;
  }

  // --- request

  #request(slot: number, moved: Moved): void {
    const pair = this.#pair[slot];
    const published = this.#groupPair(pair);
    const core = this.#ledger(pair, this.#core[slot]);
    const unpublished = this.#published[published] === null;
    if (this.#seen[slot] < 0) {
      if (unpublished) return this.#unlimited(slot, moved);
      this.#seen[slot] = this.#cells.get(this.#layout.published.generation + published);
      return this.#stage(moved, Stage["look-up"], "QUOTA-2");
    }
    const makes = this.#missing(pair, core, this.#seen[slot]);
    if (makes >= 0) {
      if (unpublished) {
        this.#goal(moved, "quota/unpublished-midway");
        return this.#unlimited(slot, moved);
      }
      if (makes === Stage["init-core"]) this.#initCore(core, published);
      else if (makes === Stage["init-global"]) this.#initGlobal(pair, published);
      else {
        this.#stage(moved, makes, "QUOTA-9");
        this.#goal(moved, "quota/refreshed");
        return this.#applyCore(pair, core, published, moved);
      }
      return this.#stage(moved, makes, "QUOTA-6");
    }
    const { used, held, exclusive } = this.#layout.core;
    if (this.#cells.get(used + core) < this.#cells.get(exclusive + core) + this.#cells.get(held + core)) {
      this.#cells.add(used + core, 1);
      this.#stage(moved, Stage.use, "QUOTA-3", "QUOTA-14");
      return this.#grantedOne(slot, 0, moved);
    }
    const remaining = this.#cells.get(this.#layout.global.remaining + pair);
    if (remaining >= 1) return this.#borrow(slot, pair, core, remaining, moved);
    this.#deny(slot, pair, remaining, moved);
  }

  /** The stage that makes or renews what the request still lacks, or -1. */
  #missing(pair: number, core: number, seen: number): number {
    if (this.#cells.get(this.#layout.core.present + core) === 0) return Stage["init-core"];
    if (this.#cells.get(this.#layout.global.present + pair) === 0) return Stage["init-global"];
    if (this.#cells.get(this.#layout.core.generation + core) < seen) return Stage["refresh-core"];
    return -1;
  }

  #unlimited(slot: number, moved: Moved): void {
    this.#stage(moved, Stage.unlimited, "QUOTA-2");
    this.#grant[slot] = Grant.uncounted;
    this.#granted[slot] += this.#wanted[slot];
    this.#wanted[slot] = 0;
    moved.next = Next.done;
  }

  #borrow(slot: number, pair: number, core: number, remaining: number, moved: Moved): void {
    const chunk = this.#cells.get(this.#layout.core.chunk + core);
    const grant = Math.min(chunk, remaining);
    this.#stage(moved, Stage.borrow, "QUOTA-4", "QUOTA-13", "QUOTA-1");
    if (grant < chunk) this.#goal(moved, "quota/remainder");
    this.#cells.add(this.#layout.core.held + core, grant);
    this.#cells.add(this.#layout.global.remaining + pair, -grant);
    this.#cells.add(this.#layout.core.used + core, 1);
    this.#grantedOne(slot, grant, moved);
  }

  #grantedOne(slot: number, chunk: number, moved: Moved): void {
    const pair = this.#pair[slot];
    if (this.#deniedOnce[pair] === 1) this.#goal(moved, "quota/granted-after-denial");
    this.#grant[slot] = Grant.counted;
    this.#grantedChunk[slot] = chunk;
    this.#granted[slot]++;
    this.#counted[slot]++;
    this.#owed[this.#ledger(pair, this.#core[slot])]++;
    if (--this.#wanted[slot] === 0) moved.next = Next.done;
  }

  #deny(slot: number, pair: number, remaining: number, moved: Moved): void {
    if (remaining < 0) this.#stage(moved, Stage.deny, "QUOTA-5", "QUOTA-12");
    else this.#stage(moved, Stage.deny, "QUOTA-5");
    this.#goal(moved, "quota/denied");
    this.#deniedOnce[pair] = 1;
    this.#grant[slot] = Grant.denied;
    moved.next = Next.done;
  }

  #initCore(core: number, published: number): void {
    const { present, generation, exclusive, chunk } = this.#layout.core;
    this.#cells.set(present + core, 1);
    this.#cells.set(generation + core, this.#cells.get(this.#layout.published.generation + published));
    this.#cells.set(exclusive + core, this.#published[published]!.exclusive);
    this.#cells.set(chunk + core, this.#published[published]!.chunk);
  }

  #initGlobal(pair: number, published: number): void {
    const { present, generation, total, remaining } = this.#layout.global;
    this.#cells.set(present + pair, 1);
    this.#cells.set(generation + pair, this.#cells.get(this.#layout.published.generation + published));
    this.#cells.set(total + pair, this.#shared(published));
    this.#cells.set(remaining + pair, this.#shared(published));
  }

  // --- release

  /** Whether the core has more free than a chunk while it holds shared units (D27). */
  #holdsTooMuch(core: number): boolean {
    const { exclusive, chunk, used, held } = this.#layout.core;
    const holds = this.#cells.get(held + core);
    return holds > 0 && this.#cells.get(exclusive + core) + holds - this.#cells.get(used + core) > this.#cells.get(chunk + core);
  }

  #release(slot: number, moved: Moved): void {
    const pair = this.#pair[slot];
    const core = this.#ledger(pair, this.#core[slot]);
    if (this.#counted[slot] === 0) {
      this.#stage(moved, Stage["release-none"], "QUOTA-8");
      if (this.#published[this.#groupPair(pair)] !== null) this.#goal(moved, "quota/uncounted-after-configured");
      return this.#returnedOne(slot, moved);
    }
    this.#stage(moved, Stage.release, "QUOTA-7", "QUOTA-8");
    this.#cells.add(this.#layout.core.used + core, -1);
    this.#counted[slot]--;
    this.#owed[core]--;
    if (this.#holdsTooMuch(core)) this.#row[slot] = Row.giveBack;
    else this.#returnedOne(slot, moved);
  }

  #giveBack(slot: number, moved: Moved): void {
    const pair = this.#pair[slot];
    const core = this.#ledger(pair, this.#core[slot]);
    this.#stage(moved, Stage["give-back"], "QUOTA-7", "QUOTA-14", "QUOTA-13");
    if (this.#holdsTooMuch(core)) {
      this.#goal(moved, "quota/given-back");
      this.#return(pair, core, Math.min(this.#cells.get(this.#layout.core.chunk + core), this.#cells.get(this.#layout.core.held + core)), moved);
    } else this.#goal(moved, "quota/no-longer-due");
    this.#row[slot] = Row.release;
    this.#returnedOne(slot, moved);
  }

  #returnedOne(slot: number, moved: Moved): void {
    this.#granted[slot]++;
    if (--this.#wanted[slot] === 0) moved.next = Next.done;
  }

  /** Shared units go from a core back to what remains. */
  #return(pair: number, core: number, units: number, moved: Moved): void {
    const before = this.#cells.get(this.#layout.global.remaining + pair);
    this.#cells.add(this.#layout.core.held + core, -units);
    this.#cells.add(this.#layout.global.remaining + pair, units);
    this.#crossing(before, before + units, moved);
  }
  #crossing(before: number, after: number, moved: Moved): void {
    if (before >= 0 && after < 0) this.#goal(moved, "quota/overdrawn");
    if (before < 0 && after >= 1) this.#goal(moved, "quota/recovered");
  }

  /** The pair's stage `undo`: the unit and the chunk granted for it go back in one step. */
  undoOne(_slot: number, core: number, subscriber: number, resource: number, chunk: number, moved: Moved): void {
    this.#cells.begin(moved);
    const pair = subscriber * resources.length + resource;
    const ledger = this.#ledger(pair, core);
    this.#cells.add(this.#layout.core.used + ledger, -1);
    this.#owed[ledger]--;
    const held = this.#cells.get(this.#layout.core.held + ledger);
    // A change of quota may have taken the chunk back and lent it to units in use since: only what is free goes back.
    const free = this.#cells.get(this.#layout.core.exclusive + ledger) + held - this.#cells.get(this.#layout.core.used + ledger);
    this.#return(pair, ledger, Math.min(chunk, held, free), moved);
  }

  // --- reconfigure

  #reconfigure(slot: number, moved: Moved): void {
    const change = this.#change[slot]!;
    const published = change.group * resources.length + resources.indexOf(change.resource);
    const step = this.#step[slot]++;
    if (step === 0) return this.#publishStage(published, change.to, moved);
    // Steps 1.. go through the group's subscribers: each core's record, then the node's.
    const each = this.#config.cores + 1;
    const subscriber = this.#nthOfGroup(change.group, Math.floor((step - 1) / each));
    const pair = subscriber * resources.length + (published % resources.length);
    const core = (step - 1) % each;
    if (core < this.#config.cores) {
      this.#stage(moved, Stage["apply-core"], "QUOTA-9");
      this.#applyCore(pair, this.#ledger(pair, core), published, moved);
    } else this.#applyGlobal(pair, published, moved);
    if (step === each * this.#sizeOfGroup(change.group)) moved.next = Next.done;
  }

  #publishStage(published: number, to: QuotaParameters | null, moved: Moved): void {
    if (to !== null && sharedUnits(to, this.#config.cores, this.#config.memoryUnits) < 0) {
      this.#stage(moved, Stage["refuse-change"], "QUOTA-1");
      this.#goal(moved, "quota/refused-change");
      moved.outcome.push(Outcome.refused);
      moved.next = Next.done;
      return;
    }
    this.#stage(moved, Stage.publish, "QUOTA-15", "QUOTA-9");
    this.#published[published] = to;
    if (to === null) this.#withdraw(published);
    else this.#publish(published, to);
    if (to === null || this.#sizeOfGroup(Math.floor(published / resources.length)) === 0) moved.next = Next.done;
  }

  #publish(published: number, to: QuotaParameters): void {
    const { configured, generation, total, exclusive, chunk } = this.#layout.published;
    this.#cells.set(configured + published, 1);
    this.#cells.add(generation + published, 1);
    this.#cells.set(total + published, totalUnits(to, this.#config.memoryUnits));
    this.#cells.set(exclusive + published, to.exclusive);
    this.#cells.set(chunk + published, to.chunk);
  }
  #withdraw(published: number): void {
    const { configured, generation, total, exclusive, chunk } = this.#layout.published;
    for (const column of [configured, total, exclusive, chunk]) this.#cells.set(column + published, 0);
    this.#cells.add(generation + published, 1);
  }

  /** Brings one core's record to what is published; the caller has named the stage. */
  #applyCore(pair: number, core: number, published: number, moved: Moved): void {
    const { present, generation, exclusive, chunk, used, held } = this.#layout.core;
    const parameters = this.#published[published];
    const current = this.#cells.get(this.#layout.published.generation + published);
    if (this.#cells.get(present + core) === 0 || parameters === null || this.#cells.get(generation + core) === current) return;
    const old = this.#cells.get(exclusive + core);
    if (parameters.exclusive < old) {
      const borrowed = Math.max(0, Math.min(this.#cells.get(used + core), old) - parameters.exclusive);
      moved.rules.push(this.#at.rule + ruleNumber("QUOTA-10"));
      this.#reduced[pair] = 1;
      if (borrowed > 0) {
        const before = this.#cells.get(this.#layout.global.remaining + pair);
        this.#goal(moved, "quota/borrowed-by-shrinking");
        this.#cells.add(held + core, borrowed);
        this.#cells.add(this.#layout.global.remaining + pair, -borrowed);
        this.#crossing(before, before - borrowed, moved);
      }
    } else if (parameters.exclusive > old) {
      const returned = Math.min(parameters.exclusive - old, this.#cells.get(held + core));
      moved.rules.push(this.#at.rule + ruleNumber("QUOTA-11"));
      if (returned > 0) {
        this.#goal(moved, "quota/returned-by-growing");
        this.#return(pair, core, returned, moved);
      }
    }
    if (parameters.chunk !== this.#cells.get(chunk + core) && this.#cells.get(held + core) > 0) this.#goal(moved, "quota/chunk-changed");
    this.#cells.set(exclusive + core, parameters.exclusive);
    this.#cells.set(chunk + core, parameters.chunk);
    this.#cells.set(generation + core, current);
  }

  #applyGlobal(pair: number, published: number, moved: Moved): void {
    this.#stage(moved, Stage["apply-global"], "QUOTA-12", "QUOTA-9");
    const { present, generation, total, remaining } = this.#layout.global;
    const current = this.#cells.get(this.#layout.published.generation + published);
    if (this.#cells.get(present + pair) === 0 || this.#published[published] === null || this.#cells.get(generation + pair) === current) return;
    const shared = this.#shared(published);
    const before = this.#cells.get(remaining + pair);
    const change = shared - this.#cells.get(total + pair);
    if (change < 0) this.#reduced[pair] = 1;
    this.#cells.add(remaining + pair, change);
    this.#cells.set(total + pair, shared);
    this.#cells.set(generation + pair, current);
    this.#crossing(before, before + change, moved);
  }

  // --- The system by itself

  start(task: Task): void {
    const command = task.command as QuotaCommand;
    const slot = task.slot;
    if (command.kind === "request") this.#beginRequest(slot, task.core, command.subscriber, resources.indexOf(command.resource), command.count);
    else if (command.kind === "reconfigure") this.#beginReconfigure(slot, command);
    else {
      const of = task.of;
      this.beginReleaseOne(slot, this.#core[of], Math.floor(this.#pair[of] / resources.length), this.#pair[of] % resources.length, false);
      this.#wanted[slot] = this.#granted[of];
      this.#counted[slot] = this.#counted[of];
      this.#of[slot] = task.core === this.#core[of] ? 0 : 1;
    }
  }
  #beginReconfigure(slot: number, command: Reconfigure): void {
    this.#row[slot] = Row.reconfigure;
    this.#change[slot] = command;
    this.#step[slot] = 0;
  }
  /** A reconfiguration as a row of the pair. */
  beginReconfigureRow(slot: number, command: Reconfigure): void {
    this.#beginReconfigure(slot, command);
  }

  move(slot: number, moved: Moved): void {
    this.judge(slot, moved, 0, moved);
  }

  judge(slot: number, said: Moved, witnessAt: number, moved: Moved): number {
    const row = this.#row[slot];
    this.judgeRow(slot, said, witnessAt, moved);
    if (row === Row.release && this.#of[slot] === 1) this.#goal(moved, "quota/foreign-release");
    if (moved.next === Next.done && moved.outcome.count === 0) this.#answer(slot, row, moved);
    return witnessAt;
  }

  #answer(slot: number, row: number, moved: Moved): void {
    if (row === Row.reconfigure) return moved.outcome.push(Outcome.done);
    if (row !== Row.request) {
      moved.outcome.push(Outcome.done);
      moved.outcome.push(this.#granted[slot]);
      return;
    }
    moved.outcome.push(this.#grant[slot] === Grant.denied ? Outcome.denied : Outcome.done);
    moved.outcome.push(this.#granted[slot]);
    moved.yields = this.#granted[slot];
  }

  read(entry: number): number {
    return this.#cells.peek(entry);
  }
  scan(into: Int32Array): void {
    this.#cells.scan(into);
  }

  // --- What must hold

  invariants(found: Findings): void {
    const { present, used, held, exclusive, chunk } = this.#layout.core;
    const pairs = this.#config.groupOf.length * resources.length;
    for (let pair = 0; pair < pairs; pair++) {
      let sum = 0;
      for (let core = 0; core < this.#config.cores; core++) {
        const ledger = this.#ledger(pair, core);
        if (this.#cells.peek(present + ledger) === 0) continue;
        const holds = this.#cells.peek(held + ledger);
        const uses = this.#cells.peek(used + ledger);
        sum += holds;
        if (uses < 0) this.#found(found, "QUOTA-13", used + ledger, `used is ${uses}`);
        if (uses > this.#cells.peek(exclusive + ledger) + holds) this.#found(found, "QUOTA-3", used + ledger, `${uses} used of ${this.#cells.peek(exclusive + ledger)} + ${holds}`);
        if (holds < 0 || this.#cells.peek(chunk + ledger) < 1) this.#found(found, "QUOTA-1", held + ledger, `held ${holds}, chunk ${this.#cells.peek(chunk + ledger)}`);
      }
      if (this.#cells.peek(this.#layout.global.present + pair) === 0) continue;
      const remaining = this.#cells.peek(this.#layout.global.remaining + pair);
      const total = this.#cells.peek(this.#layout.global.total + pair);
      if (sum + remaining !== total) this.#found(found, "QUOTA-13", this.#layout.global.remaining + pair, `${sum} held + ${remaining} remaining, ${total} shared`);
      if (remaining < 0 && this.#reduced[pair] === 0) this.#found(found, "QUOTA-12", this.#layout.global.remaining + pair, `${remaining} remain without a reduction`);
    }
  }

  obligations(found: Findings): void {
    for (let pair = 0; pair < this.#config.groupOf.length * resources.length; pair++) {
      const published = this.#groupPair(pair);
      const current = this.#cells.peek(this.#layout.published.generation + published);
      for (let core = 0; core < this.#config.cores; core++) {
        const ledger = this.#ledger(pair, core);
        const uses = this.#cells.peek(this.#layout.core.used + ledger);
        if (uses !== this.#owed[ledger]) this.#found(found, "QUOTA-7", this.#layout.core.used + ledger, `${uses} used, ${this.#owed[ledger]} granted and not released`);
        if (this.#published[published] === null || this.#cells.peek(this.#layout.core.present + ledger) === 0) continue;
        const generation = this.#cells.peek(this.#layout.core.generation + ledger);
        if (generation !== current) this.#found(found, "QUOTA-9", this.#layout.core.generation + ledger, `generation ${generation}, published is ${current}`);
      }
    }
  }

  // --- Small words

  #ledger(pair: number, core: number): number {
    return pair * this.#config.cores + core;
  }
  #groupPair(pair: number): number {
    return this.#config.groupOf[Math.floor(pair / resources.length)] * resources.length + (pair % resources.length);
  }
  #shared(published: number): number {
    return sharedUnits(this.#published[published]!, this.#config.cores, this.#config.memoryUnits);
  }
  #sizeOfGroup(group: number): number {
    let size = 0;
    for (const one of this.#config.groupOf) if (one === group) size++;
    return size;
  }
  #nthOfGroup(group: number, n: number): number {
    let left = n;
    for (let subscriber = 0; subscriber < this.#config.groupOf.length; subscriber++) if (this.#config.groupOf[subscriber] === group && left-- === 0) return subscriber;
    throw new Error(`group ${group} has no subscriber number ${n}`);
  }
  #stage(moved: Moved, stage: number, first: string, second?: string, third?: string): void {
    moved.stages.push(this.#at.stage + stage);
    moved.rules.push(this.#at.rule + ruleNumber(first));
    if (second !== undefined) moved.rules.push(this.#at.rule + ruleNumber(second));
    if (third !== undefined) moved.rules.push(this.#at.rule + ruleNumber(third));
  }
  #goal(moved: Moved, id: string): void {
    moved.goals.push(this.#at.goal + goalNumber(id));
  }
  #found(found: Findings, rule: string, entry: number, text: string): void {
    found.add(this.#at.rule + ruleNumber(rule), entry, text);
  }
}

function fresh(array: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  if (array.length < size) return new Int32Array(size);
  array.fill(0);
  return array;
}
function freshBytes(array: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (array.length < size) return new Uint8Array(size);
  array.fill(0);
  return array;
}
