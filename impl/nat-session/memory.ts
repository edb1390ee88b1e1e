/**
 * The memory of NAT sessions: one Int32Array over a SharedArrayBuffer for what cores share, one for what each has to itself, one row for each operation. Reused by the next case.
 *
 * Who may touch what:
 * - *under a lock*: heads of the global table's buckets and of the two indexes of mappings (a lock each), paired addresses and sessions counted (a lock a subscriber), ports (a lock a table),
 *   free queues (a lock a core), and of a structure its state, references and binding (a lock each). Locks are taken in ascending order of their words, which is the order of this list.
 * - *whoever holds the bucket*, plainly: the links of its chain.
 * - *the maker, then nobody*: all other words of a structure. They are written before a key leads to it and stay while one does, so that whoever found it may read them.
 * - *atomically*: stamps (a hit stores no more than that), the cores of the distributor's buckets, the NAT type.
 * - *one core alone*: its own table, its lists, the buckets it knows to be its own (nobody else may take one away), failures to come, whether its sweep is armed.
 */
import { ruleNumber } from "../../spec/nat-session/rules.ts";
import { failKinds, protocols, type NatConfig, type NatType } from "../../spec/nat-session/terms.ts";
import { natLayout, type NatLayout } from "../../spec/nat-session/view.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { fillBits } from "../bits.ts";
import type { Numbering } from "../numbering.ts";
import { guard } from "../accessor.ts";
import type { Surroundings } from "./composed.ts";
import { addressNumber, Policy } from "./policy.ts";
import { Regions } from "./regions.ts";
import { Field, Key, Row, Type } from "./words.ts";

const guarded = [
  [Row.state, ruleNumber("NAT-10")],
  [Row.references, ruleNumber("NAT-15")],
  [Row.binding, ruleNumber("NAT-24")],
] as const;
const globalRule = ruleNumber("NAT-9");
const mappingRule = ruleNumber("NAT-24");
const pairRule = ruleNumber("NAT-25");
const resourceRule = ruleNumber("NAT-17");

/** An array for `size` words: the one that there is, or a wider one, of twice its length at least. */
function grown<T extends ArrayBufferLike>(words: Int32Array<T>, size: number, make: (bytes: number) => T): Int32Array<T> {
  return words.length < size ? new Int32Array(make(4 * Math.max(size, words.length * 2))) : words;
}
const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
const alone = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);

/** Bits of a NAT type, as in the view. */
export function typeBits(type: NatType): number {
  return (type.mapping ? Type.mapping : 0) | (type.fullCone ? Type.fullCone : 0) | (type.pairing ? Type.pairing : 0);
}

/** Everything a stage needs: the words, where the regions begin, and what the configuration says. Numbers named `…At` are word indexes. */
export class NatMemory extends Regions {
  mem = new Int32Array(shared(4096));
  own = new Int32Array(alone(0));
  records = new Int32Array(alone(0));
  /** Two keys, of the session at hand. */
  readonly keys = new Int32Array(2 * Key.words);
  readonly policy = new Policy();
  setup!: Setup<NatConfig>;
  config!: NatConfig;
  layout!: NatLayout;
  /** First stage of this part in a larger system. */
  stage0 = 0;

  /** The node that this is a part of; undefined: it is a system by itself. */
  surroundings: Surroundings | undefined = undefined;
  /** Added to objects that tasks wait for. */
  wait0 = 0;
  perPacket = false;
  /** Whether a packet that reaches another core than the right one is handed over. */
  handsOver = false;
  /** Profile `rfc`. */
  rfc = false;
  /** -1: not counted. */
  quota = -1;
  sweepMs = 0;
  idleMs = new Int32Array(3);
  /** Addresses as signed 32-bit numbers, by position. */
  natNumbers = new Int32Array(0);
  subscriberNumbers = new Int32Array(0);
  domains = new Int32Array(0);
  remoteNumbers = new Int32Array(0);
  remotePorts = new Int32Array(0);
  /** Begins every hash of keys. */
  seed = 0;

  open(setup: Setup<NatConfig>, numbering: Numbering, surroundings: Surroundings | undefined): void {
    const { config } = setup;
    this.setup = setup;
    this.config = config;
    this.layout = natLayout(config, numbering.entry);
    this.stage0 = numbering.stage;
    this.surroundings = surroundings;
    this.wait0 = surroundings?.wait0 ?? 0;
    this.#settle(config, setup.profile);
    this.seed = setup.poison | 0;
    const first = setup.poison & 31;
    this.divide(config, first);
    this.mem = grown(this.mem, this.sharedEnd, shared);
    this.own = grown(this.own, this.ownEnd, alone);
    this.records = grown(this.records, setup.taskCountMax * Field.words, alone);
    if (setup.poison !== 0) for (const reused of [this.mem, this.own, this.records]) reused.fill(setup.poison);
    this.mem.fill(0, first, this.sharedEnd);
    this.own.fill(0, first, this.ownEnd);
    this.#declare(numbering.rule);
    this.#fill(config);
  }

  #settle(config: NatConfig, profile: string): void {
    const { idleMs } = config;
    this.perPacket = config.perPacket;
    this.handsOver = !config.perPacket && this.surroundings === undefined;
    this.rfc = profile === "rfc";
    this.quota = config.quota ?? -1;
    this.sweepMs = config.sweepMs;
    this.idleMs.set([idleMs.tcp, idleMs.udp, idleMs.icmp]);
    this.natNumbers = Int32Array.from(config.addresses, addressNumber);
    this.subscriberNumbers = Int32Array.from(config.subscribers, (one) => addressNumber(one.address));
    this.domains = Int32Array.from(config.subscribers, (one) => one.domain);
    this.remoteNumbers = Int32Array.from(config.remotes, (one) => addressNumber(one.address));
    this.remotePorts = Int32Array.from(config.remotes, (one) => one.port);
    this.policy.open(config);
  }

  #declare(rule0: number): void {
    const { mem } = this;
    const each = (lockAt: number, at: number, words: number, count: number, rule: number): void => guard(mem, lockAt, at, at + words, rule0 + rule, count);
    each(this.globalLockAt, this.globalAt, 1, this.globalMask + 1, globalRule);
    each(this.endpointLockAt, this.endpointAt, 1, this.mappingMask + 1, mappingRule);
    each(this.externalLockAt, this.externalAt, 1, this.mappingMask + 1, mappingRule);
    each(this.pairLockAt, this.pairAt, 2, this.domains.length, pairRule);
    each(this.quotaLockAt, this.quotaAt, 1, this.domains.length, resourceRule);
    if (this.surroundings === undefined) each(this.portLockAt, this.portAt, this.portTableWords, this.addresses * 2, resourceRule);
    each(this.queueLockAt, this.queueAt, this.queueWords, this.cores, resourceRule);
    for (let object = 0; object < this.objects; object++) {
      for (const [word, rule] of guarded) guard(mem, this.objectLockAt + object, this.row(object) + word, this.row(object) + word + 1, rule0 + rule);
    }
  }

  /** Every structure is free, and every port but those of static mappings. */
  #fill(config: NatConfig): void {
    const { mem } = this;
    mem.set(config.table, this.coreOfAt);
    mem[this.typeAt] = typeBits(config.type);
    for (let core = 0; core < this.cores; core++) {
      const at = this.queueAt + core * this.queueWords;
      mem[at + 1] = this.perCore;
      for (let n = 0; n < this.perCore; n++) mem[at + 2 + n] = core * this.perCore + n;
    }
    // As a part it gives no port, and only notes who has each.
    for (let table = 0; this.surroundings === undefined && table < this.addresses * 2; table++) fillBits(mem, this.portAt + table * this.portTableWords, this.ports);
    for (const { protocol, address, externalPort } of config.statics) {
      const port = externalPort - config.low;
      if (port < 0 || port >= this.ports) continue;
      const table = this.portAt + this.portTable(address, protocols.indexOf(protocol)) * this.portTableWords;
      mem[table + (port >>> 5)] &= ~(1 << (port & 31));
      mem[table + this.portWords + port] = -1;
    }
  }

  /** First word of a structure. */
  row(object: number): number {
    return this.objectAt + object * Row.words;
  }
  /** The core that a structure belongs to. */
  owner(object: number): number {
    return (object / this.perCore) | 0;
  }
  /** The lead of a structure's session: itself, but for a hairpin's receiver. */
  leadOf(object: number): number {
    const row = this.row(object);
    return this.mem[row + Row.partner] !== 0 && this.mem[row + Row.lead] === 0 ? this.mem[row + Row.partner] - 1 : object;
  }
  /** Number of the table of ports of an address and protocol: TCP, or everything else. */
  portTable(address: number, protocol: number): number {
    return address * 2 + (protocol === 0 ? 0 : 1);
  }
  /** Position + 1 of a NAT address, 0 if it is none. */
  natPosition(address: number): number {
    const { natNumbers } = this;
    // Not `indexOf`: that is a call out of compiled code, a sixth of the time of a packet that hits.
    for (let n = 0; n < natNumbers.length; n++) if (natNumbers[n] === address) return n + 1;
    return 0;
  }

  /** A documented stage was taken. */
  tell(moved: Moved, stage: number): void {
    moved.stages.push(this.stage0 + stage);
  }
  /** A free choice below `below`, made by an operation at a documented stage. */
  choose(r: number, stage: number, below: number): number {
    return (this.setup.draw((r / Field.words) | 0, this.stage0 + stage, this.records[r + Field.draws]++) >>> 0) % below;
  }
  /** Whether a call of a kind is to fail at this core; then one less will. */
  fails(r: number, kind: number, moved: Moved): boolean {
    const n = this.records[r + Field.core] * failKinds.length + kind;
    if (this.own[this.pendingAt + n] === 0) return false;
    this.own[this.pendingAt + n]--;
    moved.writes.push(this.layout.failing.pending + n);
    return true;
  }
}
