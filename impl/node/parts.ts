/**
 * The five systems that a node is made of, with their numbers in the whole, and what the node itself remembers.
 *
 * Who may touch what: the unit behind a session's structure and behind a port belongs to the core that took it, and is seen by that core alone, as a port that another core lets go comes back to it by its list. That an operation's packet has been processed, and with what outcome, is written by the core that processed it and read by
 * the operation's: under a lock, which every step of the processing holds, as it may be the last. That lock comes before all those of the parts.
 */
import { firstGoal, firstRule, ruleNumber } from "../../spec/node/rules.ts";
import { lowestPort, natOf, portsOf, quotaOf, remoteAddressesOf, rssOf, slabOf, structuresOf } from "../../spec/node/parts.ts";
import { firstStage, sessionWait, type NodeConfig } from "../../spec/node/terms.ts";
import { nodeLayout, type NodeLayout, type PartName } from "../../spec/node/view.ts";
import type { Allocate } from "../../spec/port-allocation/terms.ts";
import type { Headers } from "../../spec/rss-distribution/composed.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { grown, grownOver } from "../grown.ts";
import { MemorySlab } from "../memory-slab/index.ts";
import type { Surroundings } from "../nat-session/composed.ts";
import { NatSessionEngine } from "../nat-session/index.ts";
import type { Numbering } from "../numbering.ts";
import { PortEngine } from "../port-allocation/index.ts";
import { QuotaLedger } from "../quota/index.ts";
import { Records } from "../records.ts";
import { Distributor } from "../rss-distribution/index.ts";
import { guard } from "../accessor.ts";
import { Field, unitWord } from "./words.ts";

const endRule = ruleNumber("NODE-1");

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/** Numbers of a part; its first entry shows when a configuration is known. */
function numbersOf(part: PartName, whole: Numbering): { entry: number; readonly rule: number; readonly stage: number; readonly goal: number } {
  return { entry: 0, rule: whole.rule + firstRule[part], stage: whole.stage + firstStage[part], goal: whole.goal + firstGoal[part] };
}

export class NodeParts {
  readonly #whole: Numbering;
  readonly #numbers: { readonly [P in PartName]: ReturnType<typeof numbersOf> };
  readonly distribution: Distributor;
  readonly memory: MemorySlab;
  readonly session: NatSessionEngine;
  readonly port: PortEngine;
  readonly quota: QuotaLedger;
  /** First stage of the node in a larger system. */
  readonly stage0: number;
  config!: NodeConfig;
  layout!: NodeLayout;
  /** Profile `rfc`. */
  rfc = false;
  /** Structures that memory numbers. */
  structures = 0;
  /** By position of a remote: that of its address among those that ports know. */
  remoteAddress = new Int32Array(0);
  readonly rows = new Records(Field.words);
  records = this.rows.all;
  /** By slot of an operation: the lock of its packet's end; then, `slots` further on, 1 if the packet has been processed. */
  ends = new Int32Array(new SharedArrayBuffer(0));
  #slots = 0;
  /** Ports that sessions count before the first that is not well-known. */
  #ordinary = 0;
  /** By session structure, and by handle of a port. */
  sessionUnit = new Int32Array(0);
  portUnit = new Int32Array(0);
  /** Headers and request at hand: what the systems are asked with is set down here, so that nothing need be made for a packet. */
  readonly headers: Changeable<Headers> = { protocol: 0, sourceAddress: 0, destinationAddress: 0, sourcePort: 0, destinationPort: 0 };
  readonly request: Changeable<Allocate> = { kind: "allocate", subscriber: 0, address: 0, protocol: "tcp", remote: 0, remotePort: 0, privatePort: 0, typePort: 0, want: null, count: 1 };

  constructor(whole: Numbering) {
    const numbers = { distribution: numbersOf("distribution", whole), memory: numbersOf("memory", whole), session: numbersOf("session", whole), port: numbersOf("port", whole), quota: numbersOf("quota", whole) };
    this.#whole = whole;
    this.#numbers = numbers;
    this.stage0 = whole.stage;
    this.distribution = new Distributor(numbers.distribution);
    this.memory = new MemorySlab(numbers.memory, {
      taken: (slot, object, moved) => this.session.noteTaken(this.records[slot * Field.words + Field.core] * this.structures + object, moved),
      letGo: (slot, _object, moved) => this.session.letGo(slot, moved),
    });
    this.session = new NatSessionEngine(numbers.session, this.#surroundings());
    this.port = new PortEngine(numbers.port);
    this.quota = new QuotaLedger(numbers.quota);
  }

  /** What sessions ask of the distribution. */
  #surroundings(): Surroundings {
    return {
      bucketOf: (protocol, source, sourcePort, destination, destinationPort) => {
        this.setHeaders(protocol, source, sourcePort, destination, destinationPort);
        return this.distribution.bucketOf(this.headers);
      },
      coreOfBucket: (bucket) => this.distribution.coreOfBucket(bucket),
      coreOfLockedBucket: (bucket) => this.distribution.coreOfLockedBucket(bucket),
      lockBuckets: () => this.distribution.lockBuckets(),
      unlockBuckets: () => this.distribution.unlockBuckets(),
      moveBucket: (bucket, to, moved) => this.distribution.moveBucket(bucket, to, moved),
      refuseBucket: (moved) => this.distribution.refuseBucket(moved),
      wait0: sessionWait,
    };
  }

  open(setup: Setup<NodeConfig>): void {
    const { config, poison, profile, taskCountMax } = setup;
    const layout = nodeLayout(config, profile);
    const { first, objects, handles } = layout;
    this.config = config;
    this.layout = layout;
    this.rfc = profile === "rfc";
    this.structures = structuresOf(config);
    const remoteAddresses = remoteAddressesOf(config);
    this.remoteAddress = Int32Array.from(config.remotes, (one) => remoteAddresses.indexOf(one.address));
    for (const part of Object.keys(first) as PartName[]) this.#numbers[part].entry = this.#whole.entry + first[part];
    this.records = this.rows.open(taskCountMax, poison);
    this.ends = grownOver(this.ends, taskCountMax * 2, (bytes) => new SharedArrayBuffer(bytes)).fill(poison);
    this.sessionUnit = grown(this.sessionUnit, objects).fill(poison).fill(0, 0, objects);
    this.portUnit = grown(this.portUnit, handles).fill(poison).fill(0, 0, handles);
    this.#slots = taskCountMax;
    this.#ordinary = config.low - lowestPort(config);
    this.ends.fill(0, 0, taskCountMax);
    guard(this.ends, 0, this.endOf(0), this.endOf(1), this.#whole.rule + endRule, taskCountMax);
    this.distribution.open({ ...setup, config: rssOf(config) });
    this.memory.open({ ...setup, config: slabOf(config) });
    this.session.open({ ...setup, config: natOf(config) });
    this.port.open({ ...setup, config: portsOf(config) });
    this.quota.open({ ...setup, config: quotaOf(config) });
  }

  /** What sessions know a port by: how far it is from the first that they count. */
  offsetOfPort(handle: number): number {
    const { ports, tables, wellKnownPorts } = this.layout.port;
    const beyond = handle - tables * ports;
    return beyond < 0 ? (handle % ports) + this.#ordinary : beyond % wellKnownPorts;
  }
  /** The handle of the port that sessions number so. */
  handleOfSessionPort(number: number): number {
    const { port, session } = this.layout;
    const table = (number / session.ports) | 0;
    const offset = number - table * session.ports;
    if (offset >= this.#ordinary) return table * port.ports + offset - this.#ordinary;
    return port.tables * port.ports + table * port.wellKnownPorts + offset;
  }

  /** Word that says whether an operation's packet has been processed. */
  endOf(slot: number): number {
    return this.#slots + slot;
  }

  /** Addresses as signed or unsigned 32-bit numbers. */
  setHeaders(protocol: number, source: number, sourcePort: number, destination: number, destinationPort: number): void {
    const { headers } = this;
    headers.protocol = protocol;
    headers.sourceAddress = source >>> 0;
    headers.sourcePort = sourcePort;
    headers.destinationAddress = destination >>> 0;
    headers.destinationPort = destinationPort;
  }

  /** A unit stands behind a structure, and behind a port. */
  noteSessionUnit(object: number, subscriber: number, core: number, counted: number, moved: Moved): void {
    this.sessionUnit[object] = unitWord(subscriber, core, counted);
    moved.writes.push(this.#whole.entry + this.layout.sessionUnit + object);
  }
  notePortUnit(handle: number, subscriber: number, core: number, counted: number, moved: Moved): void {
    this.portUnit[handle] = unitWord(subscriber, core, counted);
    moved.writes.push(this.#whole.entry + this.layout.portUnit + handle);
  }

  /** It does so no longer; the unit. */
  takeSessionUnit(object: number, moved: Moved): number {
    const unit = this.sessionUnit[object];
    this.sessionUnit[object] = 0;
    moved.writes.push(this.#whole.entry + this.layout.sessionUnit + object);
    return unit;
  }
  takePortUnit(handle: number, moved: Moved): number {
    const unit = this.portUnit[handle];
    this.portUnit[handle] = 0;
    moved.writes.push(this.#whole.entry + this.layout.portUnit + handle);
    return unit;
  }
}
