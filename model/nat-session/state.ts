/** What the model of NAT sessions remembers: the entries of the view, and how structures, keys and tables are found among them. */
import { goalNumber } from "../../spec/nat-session/rules.ts";
import { failKinds, KeyBit, State, type FailKind, type NatConfig, type NatType, type Protocol } from "../../spec/nat-session/terms.ts";
import { natLayout, type NatLayout } from "../../spec/nat-session/view.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import type { Cells } from "../cells.ts";
import type { Numbering } from "../numbering.ts";
import type { Surroundings } from "./composed.ts";
import { addressNumber, bucketOf, type Packet } from "./packet.ts";

export type Field = keyof NatLayout["object"];
/** A key of a session: the structure it names, and which of its two. */
export interface Key {
  readonly object: number;
  readonly bit: number;
}
/** An external endpoint: position of the NAT address, and port. */
export interface External {
  readonly address: number;
  readonly port: number;
}

export class NatState {
  readonly at: Numbering;
  readonly cells: Cells;
  config!: NatConfig;
  profile = "";
  layout!: NatLayout;
  setup!: Setup<NatConfig>;
  /** Addresses of subscribers, of the NAT and of remotes, as numbers. */
  inside: number[] = [];
  outside: number[] = [];
  remotes: number[] = [];
  /** Who received the packet that was forwarded last: subscriber + 1, 0 the outside. */
  receiver = 0;
  /** Memory of goals only: the type each structure was made with, and the flows that were retired. */
  typeAt: number[] = [];
  retired = new Set<string>();

  /** What stands around the sessions in a node; undefined where they stand alone. */
  readonly around: Surroundings | undefined;

  constructor(at: Numbering, cells: Cells, around?: Surroundings) {
    this.at = at;
    this.cells = cells;
    this.around = around;
  }

  open(setup: Setup<NatConfig>): void {
    const { config } = setup;
    this.setup = setup;
    this.config = config;
    this.profile = setup.profile;
    this.layout = natLayout(config, this.at.entry);
    this.inside = config.subscribers.map((one) => addressNumber(one.address));
    this.outside = config.addresses.map(addressNumber);
    this.remotes = config.remotes.map((one) => addressNumber(one.address));
    this.typeAt = [];
    this.retired.clear();
    if (this.around === undefined) this.cells.open(this.layout.size, setup.footprint);
    if (this.around === undefined) config.table.forEach((core, bucket) => this.cells.set(this.layout.bucket.core + bucket, core));
    for (const one of config.statics) {
      const port = this.portEntry(one.address, one.protocol === "tcp", one.externalPort);
      if (port >= 0) this.cells.set(port, -1);
    }
    this.cells.set(this.layout.node.type, typeBits(config.type));
  }

  goal(moved: Moved, id: string): void {
    moved.goals.push(this.at.goal + goalNumber(id));
  }
  now(): number {
    return this.setup.nowMs(0);
  }

  // --- Structures

  get(field: Field, object: number): number {
    return this.cells.get(this.layout.object[field] + object);
  }
  set(field: Field, object: number, value: number): void {
    this.cells.set(this.layout.object[field] + object, value);
  }
  ownerOf(object: number): number {
    return Math.floor(object / this.config.objects);
  }
  /** The lead of a hairpin pair; any other structure is its own. */
  leadOf(object: number): number {
    const partner = this.get("partner", object);
    return partner > 0 && this.get("lead", object) === 0 ? partner - 1 : object;
  }
  /** Both keys of the session that `lead` leads. */
  keysOf(lead: number): Key[] {
    const partner = this.get("partner", lead);
    return [{ object: lead, bit: KeyBit.outbound }, partner > 0 ? { object: partner - 1, bit: KeyBit.outbound } : { object: lead, bit: KeyBit.inbound }];
  }
  objectsOf(lead: number): number[] {
    const partner = this.get("partner", lead);
    return partner > 0 ? [lead, partner - 1] : [lead];
  }
  idle(lead: number): boolean {
    const limit = [this.config.idleMs.tcp, this.config.idleMs.udp, this.config.idleMs.icmp][this.get("protocol", lead) - 1];
    return this.now() - (this.get("stamp", lead) - 1) > limit;
  }

  // --- Keys and tables

  /** Whether the structure stands under the key that this packet looks up. */
  names(object: number, packet: Packet): boolean {
    if (this.get("protocol", object) !== packet.protocol + 1) return false;
    if (packet.from > 0)
      return this.get("subscriber", object) === packet.from && this.get("privatePort", object) === packet.sourcePort && this.get("remoteAddress", object) === (packet.destinationAddress | 0) && this.get("remotePort", object) === packet.destinationPort;
    const nat = this.get("natAddress", object) - 1;
    return this.get("remoteAddress", object) === (packet.sourceAddress | 0) && this.get("remotePort", object) === packet.sourcePort && this.outside[nat] === packet.destinationAddress && this.get("natPort", object) === packet.destinationPort;
  }
  /** The packet that would look this key up. */
  looker({ object, bit }: Key): Packet {
    const subscriber = this.get("subscriber", object);
    const remote = { address: this.get("remoteAddress", object) >>> 0, port: this.get("remotePort", object) };
    const protocol = this.get("protocol", object) - 1;
    if (bit === KeyBit.outbound) return { protocol, from: subscriber, sourceAddress: this.inside[subscriber - 1], sourcePort: this.get("privatePort", object), destinationAddress: remote.address, destinationPort: remote.port, salt: 0 };
    return { protocol, from: 0, sourceAddress: remote.address, sourcePort: remote.port, destinationAddress: this.outside[this.get("natAddress", object) - 1], destinationPort: this.get("natPort", object), salt: 0 };
  }
  bucketOf(packet: Packet): number {
    if (this.around !== undefined) return this.around.bucketOf(packet);
    const domain = packet.from === 0 ? 0 : this.config.subscribers[packet.from - 1].domain + 1;
    return bucketOf(packet, domain, this.config.table.length);
  }
  coreOfBucket(bucket: number): number {
    if (this.around !== undefined) return this.around.coreOfBucket(bucket);
    return this.cells.get(this.layout.bucket.core + bucket);
  }
  rightCore(packet: Packet): number {
    return this.coreOfBucket(this.bucketOf(packet));
  }
  /** Number under which tasks wait for the session that `lead` leads. */
  waitFor(lead: number): number {
    return lead + (this.around?.wait ?? 0);
  }
  /** Whether a key has to be in the global table, seen from the core that makes its session. */
  mustBeGlobal(key: Key, core: number): boolean {
    return this.config.perPacket || this.rightCore(this.looker(key)) !== core;
  }

  localEntry(core: number, object: number): number {
    return this.layout.local.keys + core * this.layout.objects + object;
  }
  isLocal(core: number, { object, bit }: Key): boolean {
    return (this.cells.get(this.localEntry(core, object)) & bit) !== 0;
  }
  addLocal(core: number, { object, bit }: Key): void {
    const entry = this.localEntry(core, object);
    this.cells.set(entry, this.cells.get(entry) | bit);
  }
  removeLocal(core: number, { object, bit }: Key): void {
    const entry = this.localEntry(core, object);
    this.cells.set(entry, this.cells.get(entry) & ~bit);
  }
  /** Whether the core holds any key of the session. */
  holds(core: number, lead: number): boolean {
    return this.objectsOf(lead).some((object) => this.cells.get(this.localEntry(core, object)) !== 0);
  }
  isGlobal({ object, bit }: Key): boolean {
    return (this.get("global", object) & bit) !== 0;
  }
  addGlobal({ object, bit }: Key): void {
    this.set("global", object, this.get("global", object) | bit);
  }
  removeGlobal({ object, bit }: Key): void {
    this.set("global", object, this.get("global", object) & ~bit);
  }
  /** The structure under the packet's key in a core's own table (-1: the global one); -1 if there is none. */
  find(core: number, packet: Packet): number {
    const bit = packet.from > 0 ? KeyBit.outbound : KeyBit.inbound;
    const table = core < 0 ? this.layout.object.global : this.localEntry(core, 0);
    for (let object = 0; object < this.layout.objects; object++) if ((this.cells.get(table + object) & bit) !== 0 && this.names(object, packet)) return object;
    return -1;
  }

  // --- Mappings, pairs, ports

  /** The founder of the mapping of a subscriber's endpoint; -1 none. */
  mappingOf(protocol: number, subscriber: number, port: number): number {
    for (let object = 0; object < this.layout.objects; object++)
      if (this.get("binding", object) > 0 && this.get("protocol", object) === protocol + 1 && this.get("subscriber", object) === subscriber + 1 && this.get("privatePort", object) === port) return object;
    return -1;
  }
  /** The founder of the mapping that has this external endpoint; -1 none. */
  mappingAt(protocol: number, external: External): number {
    for (let object = 0; object < this.layout.objects; object++)
      if (this.get("binding", object) > 0 && this.get("protocol", object) === protocol + 1 && this.get("natAddress", object) === external.address + 1 && this.get("natPort", object) === external.port) return object;
    return -1;
  }
  /** Entry of a port of the pool; -1 if it is outside. */
  portEntry(address: number, tcp: boolean, port: number): number {
    if (port < this.config.low || port > this.config.high) return -1;
    return this.layout.port.user + (address * 2 + (tcp ? 0 : 1)) * this.layout.ports + port - this.config.low;
  }
  failing(core: number, kind: FailKind): number {
    return this.layout.failing.pending + core * failKinds.length + failKinds.indexOf(kind);
  }
  type(): NatType {
    const bits = this.cells.get(this.layout.node.type);
    return { mapping: (bits & 1) !== 0, fullCone: (bits & 2) !== 0, pairing: (bits & 4) !== 0 };
  }
  /** Position of a NAT address; -1 if it is none. */
  natAddress(address: number): number {
    return this.outside.indexOf(address);
  }
  live(object: number): boolean {
    return this.get("state", object) === State.live;
  }
}

export function typeBits(type: NatType): number {
  return (type.mapping ? 1 : 0) + (type.fullCone ? 2 : 0) + (type.pairing ? 4 : 0);
}
export function isTcp(protocol: number): boolean {
  return protocol === 0;
}
/** Position of a protocol's name. */
export function protocolNumber(protocol: Protocol): number {
  return protocol === "tcp" ? 0 : protocol === "udp" ? 1 : 2;
}
