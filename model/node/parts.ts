/** What the model of the node is made of: the models of five systems on one table of entries. */
import { lowestPort, natOf, portsOf, quotaOf, remoteAddressesOf, rssOf, slabOf, structuresOf } from "../../spec/node/parts.ts";
import { firstGoal, firstRule, goalNumber, ruleNumber } from "../../spec/node/rules.ts";
import { firstStage, sessionWait, type NodeConfig } from "../../spec/node/terms.ts";
import { nodeLayout, type NodeLayout, type PartName } from "../../spec/node/view.ts";
import type { Headers } from "../../spec/rss-distribution/composed.ts";
import type { Moved, Setup } from "../../spec/side.ts";
import { Cells } from "../cells.ts";
import { MemorySlabModel } from "../memory-slab/index.ts";
import type { Surroundings } from "../nat-session/composed.ts";
import { NatSessionModel } from "../nat-session/index.ts";
import { addressNumber, type Packet } from "../nat-session/packet.ts";
import type { External } from "../nat-session/state.ts";
import { PortModel } from "../port-allocation/index.ts";
import { QuotaModel, type Unit } from "../quota/index.ts";
import { RssModel } from "../rss-distribution/index.ts";

export class Parts {
  readonly cells = new Cells();
  config!: NodeConfig;
  profile = "";
  layout!: NodeLayout;
  distribution!: RssModel;
  memory!: MemorySlabModel;
  session!: NatSessionModel;
  ports!: PortModel;
  quota!: QuotaModel;
  /** Structures that memory numbers. */
  structures = 0;
  #remotes: number[] = [];
  /** Sessions' objects that were ever taken; memory of a goal only. */
  readonly usedBefore = new Set<number>();
  /** Units behind sessions' objects and behind ports, as they were granted. */
  readonly unitOfSession = new Map<number, Unit>();
  readonly unitOfPort = new Map<number, Unit>();

  open(setup: Setup<NodeConfig>): void {
    const { config, profile } = setup;
    this.config = config;
    this.profile = profile;
    this.layout = nodeLayout(config, profile);
    this.structures = structuresOf(config);
    const { cells } = this;
    cells.open(this.layout.size, setup.footprint);
    const of = (part: PartName) => ({ entry: this.layout.first[part], rule: firstRule[part], stage: firstStage[part], goal: firstGoal[part] });
    this.distribution = new RssModel(of("distribution"), cells);
    this.memory = new MemorySlabModel(of("memory"), cells);
    this.session = new NatSessionModel(of("session"), cells, this.#around());
    this.ports = new PortModel(of("port"), cells);
    this.quota = new QuotaModel(of("quota"), cells);
    this.distribution.open({ ...setup, config: rssOf(config) });
    this.memory.open({ ...setup, config: slabOf(config) });
    this.session.open({ ...setup, config: natOf(config) });
    this.ports.open({ ...setup, config: portsOf(config) });
    this.quota.open({ ...setup, config: quotaOf(config) });
    this.usedBefore.clear();
    this.unitOfSession.clear();
    this.unitOfPort.clear();
    this.#remotes = remoteAddressesOf(config).map(addressNumber);
  }

  /** Position of the remote address that a packet goes to; −1 if it is none (hairpin). */
  remoteOf({ destinationAddress }: Packet): number {
    return this.#remotes.indexOf(destinationAddress);
  }
  /** The external endpoint that a port's handle stands for. */
  externalOf(handle: number): External {
    const { ports, tables, wellKnownPorts } = this.layout.port;
    const beyond = handle - tables * ports;
    if (beyond < 0) return { address: Math.floor(handle / ports / 2), port: this.config.low + (handle % ports) };
    return { address: Math.floor(beyond / wellKnownPorts / 2), port: this.config.ports.wellKnown!.low + (beyond % wellKnownPorts) };
  }
  /** Its entry among those of the sessions' ports, whose numbers go on from the well-known ports to all others. */
  sessionEntryOf(handle: number): number {
    const { ports, tables, wellKnownPorts } = this.layout.port;
    const beyond = handle - tables * ports;
    const table = beyond < 0 ? Math.floor(handle / ports) : Math.floor(beyond / wellKnownPorts);
    return this.layout.session.port.user + table * this.layout.session.ports + this.externalOf(handle).port - lowestPort(this.config);
  }
  /** The handle of the port that has this entry. */
  handleOf(entry: number): number {
    const { layout, config } = this;
    const at = entry - layout.session.port.user;
    const table = Math.floor(at / layout.session.ports);
    const port = lowestPort(config) + (at % layout.session.ports);
    if (port >= config.low) return table * layout.port.ports + port - config.low;
    return layout.port.tables * layout.port.ports + table * layout.port.wellKnownPorts + port - config.ports.wellKnown!.low;
  }

  /** NODE-5: sessions ask the distribution whose a packet is. */
  #around(): Surroundings {
    const { distribution } = this;
    return {
      bucketOf: (packet) => distribution.bucketOf(headersOf(packet)),
      coreOfBucket: (bucket) => distribution.coreOfBucket(bucket),
      moveBucket: (bucket, to, moved) => distribution.moveBucket(bucket, to, moved),
      refuseBucket: (moved) => distribution.refuseBucket(moved),
      wait: sessionWait,
    };
  }

  /** Notes the unit behind a session's object, or that there is none. */
  noteSession(object: number, unit: Unit | undefined, core: number): void {
    if (unit === undefined) this.unitOfSession.delete(object);
    else this.unitOfSession.set(object, unit);
    this.cells.set(this.layout.sessionUnit + object, wordOf(unit, core));
  }
  notePort(handle: number, unit: Unit | undefined, core: number): void {
    if (unit === undefined) this.unitOfPort.delete(handle);
    else this.unitOfPort.set(handle, unit);
    this.cells.set(this.layout.portUnit + handle, wordOf(unit, core));
  }
}

function wordOf(unit: Unit | undefined, core: number): number {
  return unit === undefined ? 0 : 1 + 2 * core + (unit.counted ? 1 : 0);
}

/** A packet's headers as the distribution sees them. */
export function headersOf({ protocol, sourceAddress, destinationAddress, sourcePort, destinationPort }: Packet): Headers {
  return { protocol, sourceAddress, destinationAddress, sourcePort, destinationPort };
}

/** Rules of the node under which a step stands, beside those of the part that took it. */
export function stand(moved: Moved, ids: readonly number[]): void {
  for (const rule of ids) moved.rules.push(rule);
}
/** Numbers of rules and goals, found once. */
export const rulesOf = (...ids: string[]): readonly number[] => ids.map(ruleNumber);
export const goalOf = (id: string): number => goalNumber(`node/${id}`);
