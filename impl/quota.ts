/**
 * Quotas, the fast program: every ledger and record is a few words of one shared buffer, every operation a row of a typed array.
 *
 * A unit that fits under a core's own ledger costs one lock that nobody else wants; the node's record is locked only to move a chunk. Locks are taken in
 * ascending order: published parameters, ledgers, node's records. What could break the rules here: a stage that believes an earlier look (QUOTA-6, -9)
 * instead of looking again under its lock.
 */
import { Next, type Moved, type Setup, type Side, type Task } from "../spec/side.ts";
import { ruleNumber } from "../spec/quota/rules.ts";
import { Outcome, resources, sharedUnits, Stage, totalUnits, type QuotaCommand, type QuotaConfig, type Reconfigure } from "../spec/quota/terms.ts";
import { coreColumns, globalColumns, publishedColumns, quotaLayout, type QuotaLayout } from "../spec/quota/view.ts";
import { unnumbered, type Numbering } from "./numbering.ts";
import { acquire, guard, load, peek, poke, release, store } from "./shared.ts";

/** Words of a core's ledger; the first six are columns of the view. `ready`: the node's record is known to be there. */
const Ledger = { present: 0, generation: 1, exclusive: 2, chunk: 3, used: 4, held: 5, ready: 6, words: 7 } as const;
/** Words of a node's record. */
const Node = { present: 0, generation: 1, total: 2, remaining: 3, words: 4 } as const;
/** Words of published parameters; their generation and whether there are any stand in a word of their own, read without the lock. */
const Published = { total: 0, exclusive: 1, chunk: 2, words: 3 } as const;

/** Words of an operation's record. */
const Field = { step: 0, core: 1, pair: 2, seen: 3, wanted: 4, granted: 5, grant: 6, grantedChunk: 7, counted: 8, change: 9, kind: 10, words: 12 } as const;
const Step = { lookUp: 0, use: 1, initCore: 2, initGlobal: 3, refresh: 4, borrow: 5, release: 6, giveBack: 7, publish: 8, apply: 9 } as const;
const Kind = { request: 0, release: 1, reconfigure: 2 } as const;
/** How a unit was granted. */
export const Granted = { denied: 0, counted: 1, uncounted: 2 } as const;

const kinds = resources.length;

export class QuotaLedger implements Side<QuotaConfig> {
  readonly #at: Numbering;
  #mem = new Int32Array(new SharedArrayBuffer(4096));
  #records = new Int32Array(0);
  #config!: QuotaConfig;
  #layout!: QuotaLayout;
  #cores = 0;
  #pairs = 0;
  #publishedCount = 0;
  /** First words of each region; locks first, in the order they are taken. */
  #publishedLock = 0;
  #ledgerLock = 0;
  #nodeLock = 0;
  #generation = 0;
  #published = 0;
  #ledger = 0;
  #node = 0;
  /** By subscriber: its group. By group: its subscribers, `#memberAt[group]` the first. */
  #groupOf = new Int32Array(0);
  #members = new Int32Array(0);
  #memberAt = new Int32Array(1);
  /** By slot: the change a reconfiguration makes, and its group × 3 + resource. */
  #changes: (Reconfigure | undefined)[] = [];

  /** `numbering`: where this part's numbers begin in a larger system. */
  constructor(numbering: Numbering = unnumbered) {
    this.#at = numbering;
  }

  open(setup: Setup<QuotaConfig>): void {
    const { config } = setup;
    this.#config = config;
    this.#layout = quotaLayout(config, this.#at.entry);
    this.#cores = config.cores;
    this.#pairs = config.groupOf.length * kinds;
    this.#publishedCount = config.quotas.length * kinds;
    this.#place(setup);
    this.#groups();
    for (let at = 0; at < this.#publishedCount; at++) {
      const parameters = config.quotas[(at / kinds) | 0][at % kinds];
      if (parameters === null) continue;
      this.#writePublished(at, totalUnits(parameters, config.memoryUnits), parameters.exclusive, parameters.chunk);
      store(this.#mem, this.#generation + at, 3);
    }
  }

  /** Lays the regions out, clears them, and declares what each lock guards. */
  #place(setup: Setup<QuotaConfig>): void {
    const ledgers = this.#pairs * this.#cores;
    const shift = setup.poison === 0 ? 0 : 1 + (setup.poison & 15);
    this.#publishedLock = shift;
    this.#ledgerLock = this.#publishedLock + this.#publishedCount;
    this.#nodeLock = this.#ledgerLock + ledgers;
    this.#generation = this.#nodeLock + this.#pairs;
    this.#published = this.#generation + this.#publishedCount;
    this.#ledger = this.#published + this.#publishedCount * Published.words;
    this.#node = this.#ledger + ledgers * Ledger.words;
    const end = this.#node + this.#pairs * Node.words;
    if (this.#mem.length < end) this.#mem = new Int32Array(new SharedArrayBuffer(end * 8));
    const words = setup.taskCountMax * Field.words;
    if (this.#records.length < words) {
      this.#records = new Int32Array(words);
      this.#changes = Array.from({ length: setup.taskCountMax }, () => undefined);
    }
    if (setup.poison !== 0) {
      this.#mem.fill(setup.poison | 0);
      this.#records.fill(setup.poison | 0);
    }
    this.#mem.fill(0, 0, end);
    const mem = this.#mem;
    for (let at = 0; at < this.#publishedCount; at++) guard(mem, this.#publishedLock + at, this.#published + at * Published.words, this.#published + (at + 1) * Published.words, this.#at.rule + ruleNumber("QUOTA-15"));
    for (let at = 0; at < ledgers; at++) guard(mem, this.#ledgerLock + at, this.#ledger + at * Ledger.words, this.#ledger + (at + 1) * Ledger.words, this.#at.rule + ruleNumber("QUOTA-3"));
    for (let at = 0; at < this.#pairs; at++) guard(mem, this.#nodeLock + at, this.#node + at * Node.words, this.#node + (at + 1) * Node.words, this.#at.rule + ruleNumber("QUOTA-4"));
  }

  #groups(): void {
    const { groupOf, quotas } = this.#config;
    if (this.#groupOf.length < groupOf.length) {
      this.#groupOf = new Int32Array(groupOf.length);
      this.#members = new Int32Array(groupOf.length);
    }
    if (this.#memberAt.length <= quotas.length) this.#memberAt = new Int32Array(quotas.length + 1);
    let count = 0;
    for (let group = 0; group < quotas.length; group++) {
      this.#memberAt[group] = count;
      for (let subscriber = 0; subscriber < groupOf.length; subscriber++) {
        if (groupOf[subscriber] !== group) continue;
        this.#groupOf[subscriber] = group;
        this.#members[count++] = subscriber;
      }
    }
    this.#memberAt[quotas.length] = count;
  }

  // --- Rows

  /** One unit for the subscriber on this core. */
  beginRequestOne(slot: number, core: number, subscriber: number, resource: number): void {
    this.#begin(slot, Kind.request, Step.lookUp, core, subscriber * kinds + resource, 1);
  }
  /** One unit back to the ledger of `core`. */
  beginReleaseOne(slot: number, core: number, subscriber: number, resource: number, counted: boolean): void {
    this.#begin(slot, Kind.release, Step.release, core, subscriber * kinds + resource, 1);
    this.#records[slot * Field.words + Field.counted] = counted ? 1 : 0;
  }
  beginReconfigureRow(slot: number, command: Reconfigure): void {
    this.#begin(slot, Kind.reconfigure, Step.publish, 0, command.group * kinds + resources.indexOf(command.resource), 0);
    this.#changes[slot] = command;
  }
  granted(slot: number): number {
    return this.#records[slot * Field.words + Field.grant];
  }
  grantedChunk(slot: number): number {
    return this.#records[slot * Field.words + Field.grantedChunk];
  }
  #begin(slot: number, kind: number, step: number, core: number, pair: number, wanted: number): void {
    const r = slot * Field.words;
    const records = this.#records;
    records[r + Field.kind] = kind;
    records[r + Field.step] = step;
    records[r + Field.core] = core;
    records[r + Field.pair] = pair;
    records[r + Field.wanted] = wanted;
    records[r + Field.seen] = 0;
    records[r + Field.granted] = 0;
    records[r + Field.counted] = 0;
    records[r + Field.grant] = Granted.denied;
    records[r + Field.grantedChunk] = 0;
    records[r + Field.change] = 0;
  }

  /** One stage of the slot's row. */
  moveRow(slot: number, moved: Moved): void {
    const r = slot * Field.words;
    moved.next = Next.more;
    switch (this.#records[r + Field.step]) {
      case Step.lookUp: return this.#lookUp(r, moved);
      case Step.use: return this.#use(r, moved);
      case Step.initCore: return this.#initCore(r, moved);
      case Step.initGlobal: return this.#initGlobal(r, moved);
      case Step.refresh: return this.#refresh(r, moved);
      case Step.borrow: return this.#borrow(r, moved);
      case Step.release: return this.#release(r, moved);
      case Step.giveBack: return this.#giveBack(r, moved);
      case Step.publish: return this.#publish(r, this.#changes[slot]!, moved);
      case Step.apply: return this.#apply(r, moved);
    }
  }

  // --- request

  #lookUp(r: number, moved: Moved): void {
    const packed = load(this.#mem, this.#generation + this.#publishedOf(this.#records[r + Field.pair]));
    if ((packed & 1) === 0) return this.#unlimited(r, moved);
    this.#records[r + Field.seen] = packed >> 1;
    this.#records[r + Field.step] = Step.use;
    moved.stages.push(this.#at.stage + Stage["look-up"]);
  }

  #unlimited(r: number, moved: Moved): void {
    const records = this.#records;
    records[r + Field.granted] += records[r + Field.wanted];
    records[r + Field.grant] = Granted.uncounted;
    moved.stages.push(this.#at.stage + Stage.unlimited);
    moved.next = Next.done;
  }

  #use(r: number, moved: Moved): void {
    const mem = this.#mem;
    const id = this.#ledgerId(r);
    const ledger = this.#ledger + id * Ledger.words;
    acquire(mem, this.#ledgerLock + id);
    let step: number = Step.borrow;
    if (peek(mem, ledger + Ledger.present) === 0) step = Step.initCore;
    else if (peek(mem, ledger + Ledger.ready) === 0) step = Step.initGlobal;
    else if (peek(mem, ledger + Ledger.generation) < this.#records[r + Field.seen]) step = Step.refresh;
    else if (this.#fits(ledger)) {
      this.#count(r, id, ledger, 0, moved);
      step = Step.use;
    }
    this.#records[r + Field.step] = step;
    release(mem, this.#ledgerLock + id);
  }

  /** Under the ledger's lock: a unit is free at this core. */
  #fits(ledger: number): boolean {
    return peek(this.#mem, ledger + Ledger.used) < peek(this.#mem, ledger + Ledger.exclusive) + peek(this.#mem, ledger + Ledger.held);
  }

  /** Under the ledger's lock: one more in use; `chunk` shared units came with it. */
  #count(r: number, id: number, ledger: number, chunk: number, moved: Moved): void {
    const records = this.#records;
    poke(this.#mem, ledger + Ledger.used, peek(this.#mem, ledger + Ledger.used) + 1);
    moved.writes.push(this.#layout.core.used + id);
    moved.stages.push(this.#at.stage + (chunk > 0 ? Stage.borrow : Stage.use));
    records[r + Field.grant] = Granted.counted;
    records[r + Field.grantedChunk] = chunk;
    records[r + Field.granted]++;
    records[r + Field.counted]++;
    if (--records[r + Field.wanted] === 0) moved.next = Next.done;
  }

  #initCore(r: number, moved: Moved): void {
    const mem = this.#mem;
    const id = this.#ledgerId(r);
    const ledger = this.#ledger + id * Ledger.words;
    const at = this.#publishedOf(this.#records[r + Field.pair]);
    acquire(mem, this.#publishedLock + at);
    acquire(mem, this.#ledgerLock + id);
    const packed = load(mem, this.#generation + at);
    if ((packed & 1) === 0) this.#unlimited(r, moved);
    else {
      const from = this.#published + at * Published.words;
      poke(mem, ledger + Ledger.present, 1);
      poke(mem, ledger + Ledger.generation, packed >> 1);
      poke(mem, ledger + Ledger.exclusive, peek(mem, from + Published.exclusive));
      poke(mem, ledger + Ledger.chunk, peek(mem, from + Published.chunk));
      const { present, generation, exclusive, chunk } = this.#layout.core;
      moved.writes.push(present + id);
      moved.writes.push(generation + id);
      moved.writes.push(exclusive + id);
      moved.writes.push(chunk + id);
      moved.stages.push(this.#at.stage + Stage["init-core"]);
      this.#records[r + Field.step] = Step.initGlobal;
    }
    release(mem, this.#ledgerLock + id);
    release(mem, this.#publishedLock + at);
  }

  #initGlobal(r: number, moved: Moved): void {
    const mem = this.#mem;
    const id = this.#ledgerId(r);
    const pair = this.#records[r + Field.pair];
    const node = this.#node + pair * Node.words;
    const at = this.#publishedOf(pair);
    acquire(mem, this.#publishedLock + at);
    acquire(mem, this.#ledgerLock + id);
    acquire(mem, this.#nodeLock + pair);
    const packed = load(mem, this.#generation + at);
    if (peek(mem, node + Node.present) === 1) this.#ready(r, id);
    else if ((packed & 1) === 0) this.#unlimited(r, moved);
    else {
      const from = this.#published + at * Published.words;
      const shared = peek(mem, from + Published.total) - this.#cores * peek(mem, from + Published.exclusive);
      poke(mem, node + Node.present, 1);
      poke(mem, node + Node.generation, packed >> 1);
      poke(mem, node + Node.total, shared);
      poke(mem, node + Node.remaining, shared);
      const { present, generation, total, remaining } = this.#layout.global;
      moved.writes.push(present + pair);
      moved.writes.push(generation + pair);
      moved.writes.push(total + pair);
      moved.writes.push(remaining + pair);
      moved.stages.push(this.#at.stage + Stage["init-global"]);
      this.#ready(r, id);
    }
    release(mem, this.#nodeLock + pair);
    release(mem, this.#ledgerLock + id);
    release(mem, this.#publishedLock + at);
  }
  /** The node's record is there for good: the ledger need not ask again. */
  #ready(r: number, id: number): void {
    poke(this.#mem, this.#ledger + id * Ledger.words + Ledger.ready, 1);
    this.#records[r + Field.step] = Step.use;
  }

  #refresh(r: number, moved: Moved): void {
    const mem = this.#mem;
    const id = this.#ledgerId(r);
    const pair = this.#records[r + Field.pair];
    const at = this.#publishedOf(pair);
    acquire(mem, this.#publishedLock + at);
    acquire(mem, this.#ledgerLock + id);
    acquire(mem, this.#nodeLock + pair);
    // The change itself may have come by since the look: then the record is no longer too old, and nothing is reported.
    if (peek(mem, this.#ledger + id * Ledger.words + Ledger.generation) >= this.#records[r + Field.seen]) this.#records[r + Field.step] = Step.use;
    else if ((load(mem, this.#generation + at) & 1) === 0) this.#unlimited(r, moved);
    else {
      this.#renew(id, pair, at, moved);
      moved.stages.push(this.#at.stage + Stage["refresh-core"]);
      this.#records[r + Field.step] = Step.use;
    }
    release(mem, this.#nodeLock + pair);
    release(mem, this.#ledgerLock + id);
    release(mem, this.#publishedLock + at);
  }

  #borrow(r: number, moved: Moved): void {
    const mem = this.#mem;
    const id = this.#ledgerId(r);
    const pair = this.#records[r + Field.pair];
    const ledger = this.#ledger + id * Ledger.words;
    const node = this.#node + pair * Node.words;
    acquire(mem, this.#ledgerLock + id);
    acquire(mem, this.#nodeLock + pair);
    this.#records[r + Field.step] = Step.use;
    const remaining = peek(mem, node + Node.remaining);
    // Another core may have released a unit of this ledger since the look.
    if (this.#fits(ledger)) this.#count(r, id, ledger, 0, moved);
    else if (remaining >= 1) {
      const grant = Math.min(peek(mem, ledger + Ledger.chunk), remaining);
      this.#shift(id, pair, grant, moved);
      this.#count(r, id, ledger, grant, moved);
    } else {
      moved.stages.push(this.#at.stage + Stage.deny);
      this.#records[r + Field.grant] = Granted.denied;
      moved.next = Next.done;
    }
    release(mem, this.#nodeLock + pair);
    release(mem, this.#ledgerLock + id);
  }

  /** Under both locks: units go from what remains to the core (negative: back). */
  #shift(id: number, pair: number, units: number, moved: Moved): void {
    const mem = this.#mem;
    const held = this.#ledger + id * Ledger.words + Ledger.held;
    const remaining = this.#node + pair * Node.words + Node.remaining;
    poke(mem, held, peek(mem, held) + units);
    poke(mem, remaining, peek(mem, remaining) - units);
    moved.writes.push(this.#layout.core.held + id);
    moved.writes.push(this.#layout.global.remaining + pair);
  }

  // --- release

  /** Under the ledger's lock: more is free than a chunk, while shared units are held. */
  #tooMuch(ledger: number): boolean {
    const mem = this.#mem;
    const held = peek(mem, ledger + Ledger.held);
    return held > 0 && peek(mem, ledger + Ledger.exclusive) + held - peek(mem, ledger + Ledger.used) > peek(mem, ledger + Ledger.chunk);
  }

  #release(r: number, moved: Moved): void {
    const mem = this.#mem;
    const records = this.#records;
    if (records[r + Field.counted] === 0) {
      moved.stages.push(this.#at.stage + Stage["release-none"]);
      return this.#returned(r, moved);
    }
    const id = this.#ledgerId(r);
    const ledger = this.#ledger + id * Ledger.words;
    acquire(mem, this.#ledgerLock + id);
    poke(mem, ledger + Ledger.used, peek(mem, ledger + Ledger.used) - 1);
    const back = this.#tooMuch(ledger);
    release(mem, this.#ledgerLock + id);
    records[r + Field.counted]--;
    moved.writes.push(this.#layout.core.used + id);
    moved.stages.push(this.#at.stage + Stage.release);
    if (back) records[r + Field.step] = Step.giveBack;
    else this.#returned(r, moved);
  }

  #giveBack(r: number, moved: Moved): void {
    const mem = this.#mem;
    const id = this.#ledgerId(r);
    const pair = this.#records[r + Field.pair];
    const ledger = this.#ledger + id * Ledger.words;
    acquire(mem, this.#ledgerLock + id);
    acquire(mem, this.#nodeLock + pair);
    if (this.#tooMuch(ledger)) this.#shift(id, pair, -Math.min(peek(mem, ledger + Ledger.chunk), peek(mem, ledger + Ledger.held)), moved);
    release(mem, this.#nodeLock + pair);
    release(mem, this.#ledgerLock + id);
    moved.stages.push(this.#at.stage + Stage["give-back"]);
    this.#records[r + Field.step] = Step.release;
    this.#returned(r, moved);
  }

  #returned(r: number, moved: Moved): void {
    this.#records[r + Field.granted]++;
    if (--this.#records[r + Field.wanted] === 0) moved.next = Next.done;
  }

  /** One unit and the chunk granted for it go back, in one locked section. */
  undoOne(_slot: number, core: number, subscriber: number, resource: number, chunk: number, moved: Moved): void {
    const mem = this.#mem;
    const pair = subscriber * kinds + resource;
    const id = pair * this.#cores + core;
    const ledger = this.#ledger + id * Ledger.words;
    acquire(mem, this.#ledgerLock + id);
    acquire(mem, this.#nodeLock + pair);
    poke(mem, ledger + Ledger.used, peek(mem, ledger + Ledger.used) - 1);
    moved.writes.push(this.#layout.core.used + id);
    const held = peek(mem, ledger + Ledger.held);
    // Units lent for what is in use, after a change of quota, are not this unit's to return.
    const back = Math.min(chunk, held, peek(mem, ledger + Ledger.exclusive) + held - peek(mem, ledger + Ledger.used));
    if (back > 0) this.#shift(id, pair, -back, moved);
    release(mem, this.#nodeLock + pair);
    release(mem, this.#ledgerLock + id);
  }

  // --- reconfigure

  #publish(r: number, change: Reconfigure, moved: Moved): void {
    const mem = this.#mem;
    const at = this.#records[r + Field.pair];
    const { to } = change;
    if (to !== null && sharedUnits(to, this.#cores, this.#config.memoryUnits) < 0) {
      moved.stages.push(this.#at.stage + Stage["refuse-change"]);
      this.#records[r + Field.grant] = Outcome.refused;
      moved.next = Next.done;
      return;
    }
    acquire(mem, this.#publishedLock + at);
    const generation = (load(mem, this.#generation + at) >> 1) + 1;
    if (to === null) this.#writePublished(at, 0, 0, 0);
    else this.#writePublished(at, totalUnits(to, this.#config.memoryUnits), to.exclusive, to.chunk);
    store(mem, this.#generation + at, generation * 2 + (to === null ? 0 : 1));
    release(mem, this.#publishedLock + at);
    for (const column of publishedColumns) moved.writes.push(this.#layout.published[column] + at);
    moved.stages.push(this.#at.stage + Stage.publish);
    this.#records[r + Field.step] = Step.apply;
    if (to === null || this.#memberAt[change.group] === this.#memberAt[change.group + 1]) moved.next = Next.done;
  }
  #writePublished(at: number, total: number, exclusive: number, chunk: number): void {
    const to = this.#published + at * Published.words;
    poke(this.#mem, to + Published.total, total);
    poke(this.#mem, to + Published.exclusive, exclusive);
    poke(this.#mem, to + Published.chunk, chunk);
  }

  /** The next record of the group's next subscriber: its cores', then the node's. */
  #apply(r: number, moved: Moved): void {
    const mem = this.#mem;
    const at = this.#records[r + Field.pair];
    const group = (at / kinds) | 0;
    const each = this.#cores + 1;
    const n = this.#records[r + Field.change]++;
    const first = this.#memberAt[group];
    const pair = this.#members[first + ((n / each) | 0)] * kinds + (at % kinds);
    const core = n % each;
    acquire(mem, this.#publishedLock + at);
    if (core < this.#cores) {
      const id = pair * this.#cores + core;
      acquire(mem, this.#ledgerLock + id);
      acquire(mem, this.#nodeLock + pair);
      this.#renew(id, pair, at, moved);
      release(mem, this.#nodeLock + pair);
      release(mem, this.#ledgerLock + id);
      moved.stages.push(this.#at.stage + Stage["apply-core"]);
    } else {
      acquire(mem, this.#nodeLock + pair);
      this.#renewNode(pair, at, moved);
      release(mem, this.#nodeLock + pair);
      moved.stages.push(this.#at.stage + Stage["apply-global"]);
    }
    release(mem, this.#publishedLock + at);
    if (n + 1 === each * (this.#memberAt[group + 1] - first)) moved.next = Next.done;
  }

  /** Under the three locks: a core's ledger goes over to what is published. */
  #renew(id: number, pair: number, at: number, moved: Moved): void {
    const mem = this.#mem;
    const ledger = this.#ledger + id * Ledger.words;
    const packed = load(mem, this.#generation + at);
    if ((packed & 1) === 0 || peek(mem, ledger + Ledger.present) === 0 || peek(mem, ledger + Ledger.generation) === packed >> 1) return;
    const from = this.#published + at * Published.words;
    const old = peek(mem, ledger + Ledger.exclusive);
    const now = peek(mem, from + Published.exclusive);
    if (now < old) {
      const borrowed = Math.min(peek(mem, ledger + Ledger.used), old) - now;
      if (borrowed > 0) this.#shift(id, pair, borrowed, moved);
    } else {
      const returned = Math.min(now - old, peek(mem, ledger + Ledger.held));
      if (returned > 0) this.#shift(id, pair, -returned, moved);
    }
    poke(mem, ledger + Ledger.exclusive, now);
    poke(mem, ledger + Ledger.chunk, peek(mem, from + Published.chunk));
    poke(mem, ledger + Ledger.generation, packed >> 1);
    moved.writes.push(this.#layout.core.exclusive + id);
    moved.writes.push(this.#layout.core.chunk + id);
    moved.writes.push(this.#layout.core.generation + id);
  }

  /** Under both locks: the node's record goes over to what is published. */
  #renewNode(pair: number, at: number, moved: Moved): void {
    const mem = this.#mem;
    const node = this.#node + pair * Node.words;
    const packed = load(mem, this.#generation + at);
    if ((packed & 1) === 0 || peek(mem, node + Node.present) === 0 || peek(mem, node + Node.generation) === packed >> 1) return;
    const from = this.#published + at * Published.words;
    const shared = peek(mem, from + Published.total) - this.#cores * peek(mem, from + Published.exclusive);
    poke(mem, node + Node.remaining, peek(mem, node + Node.remaining) + shared - peek(mem, node + Node.total));
    poke(mem, node + Node.total, shared);
    poke(mem, node + Node.generation, packed >> 1);
    moved.writes.push(this.#layout.global.remaining + pair);
    moved.writes.push(this.#layout.global.total + pair);
    moved.writes.push(this.#layout.global.generation + pair);
  }

  // --- The system by itself

  start(task: Task): void {
    const command = task.command as QuotaCommand;
    const slot = task.slot;
    if (command.kind === "request") {
      this.#begin(slot, Kind.request, Step.lookUp, task.core, command.subscriber * kinds + resources.indexOf(command.resource), command.count);
      return;
    }
    if (command.kind === "reconfigure") return this.beginReconfigureRow(slot, command);
    const of = task.of * Field.words;
    this.#begin(slot, Kind.release, Step.release, this.#records[of + Field.core], this.#records[of + Field.pair], this.#records[of + Field.granted]);
    this.#records[slot * Field.words + Field.counted] = this.#records[of + Field.counted];
  }

  move(slot: number, moved: Moved): void {
    this.moveRow(slot, moved);
    if (moved.next !== Next.done) return;
    const r = slot * Field.words;
    const granted = this.#records[r + Field.granted];
    switch (this.#records[r + Field.kind]) {
      case Kind.request:
        moved.outcome.push(this.#records[r + Field.grant] === Granted.denied ? Outcome.denied : Outcome.done);
        moved.outcome.push(granted);
        moved.yields = granted;
        return;
      case Kind.release:
        moved.outcome.push(Outcome.done);
        moved.outcome.push(granted);
        return;
      default:
        moved.outcome.push(this.#records[r + Field.grant]);
    }
  }

  // --- How it looks from outside

  read(entry: number): number {
    const { published, global, core } = this.#layout;
    const mem = this.#mem;
    if (entry >= core.present) {
      const ledgers = this.#pairs * this.#cores;
      const at = entry - core.present;
      return mem[this.#ledger + (at % ledgers) * Ledger.words + ((at / ledgers) | 0)];
    }
    if (entry >= global.present) {
      const at = entry - global.present;
      return mem[this.#node + (at % this.#pairs) * Node.words + ((at / this.#pairs) | 0)];
    }
    const at = entry - published.configured;
    const column = (at / this.#publishedCount) | 0;
    const packed = mem[this.#generation + (at % this.#publishedCount)];
    if (column === 0) return packed & 1;
    if (column === 1) return packed >> 1;
    return mem[this.#published + (at % this.#publishedCount) * Published.words + column - 2];
  }

  scan(into: Int32Array): void {
    const { published, global, core } = this.#layout;
    const mem = this.#mem;
    const ledgers = this.#pairs * this.#cores;
    for (let at = 0; at < this.#publishedCount; at++) {
      const packed = mem[this.#generation + at];
      into[published.configured + at] = packed & 1;
      into[published.generation + at] = packed >> 1;
      for (let word = 0; word < Published.words; word++) into[published.total + word * this.#publishedCount + at] = mem[this.#published + at * Published.words + word];
    }
    for (let column = 0; column < globalColumns.length; column++) for (let pair = 0; pair < this.#pairs; pair++) into[global.present + column * this.#pairs + pair] = mem[this.#node + pair * Node.words + column];
    for (let column = 0; column < coreColumns.length; column++) for (let id = 0; id < ledgers; id++) into[core.present + column * ledgers + id] = mem[this.#ledger + id * Ledger.words + column];
  }

  // --- Small words

  #publishedOf(pair: number): number {
    return this.#groupOf[(pair / kinds) | 0] * kinds + (pair % kinds);
  }
  #ledgerId(r: number): number {
    return this.#records[r + Field.pair] * this.#cores + this.#records[r + Field.core];
  }
}
