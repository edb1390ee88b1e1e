/** The view of the node: the columns of its five systems, one after another, then what the node itself remembers. */
import type { Column } from "../side.ts";
import { slabColumns, slabLayout, type SlabLayout } from "../memory-slab/view.ts";
import { natColumns, natLayout, type NatLayout } from "../nat-session/view.ts";
import { portColumns, portLayout, type PortLayout } from "../port-allocation/view.ts";
import { quotaColumns, quotaLayout, type QuotaLayout } from "../quota/view.ts";
import { remembered } from "../remembered.ts";
import { rssColumns, rssLayout, type RssLayout } from "../rss-distribution/view.ts";
import { natOf, portsOf, quotaOf, rssOf, slabOf } from "./parts.ts";
import { ruleNumber } from "./rules.ts";
import type { NodeConfig } from "./terms.ts";

/**
 * Layouts of the five systems, each numbered from where the one before ends, and the node's two columns:
 * - sessionUnit: by sessions' object; the unit of session quota that it holds. - portUnit: by port, in the order of ports' own handles (table × ports + port − low, and after all these table × well-known ports + port − the lowest of them); the unit of port quota behind a port that is in use or waits in another core's list.
 * A unit: 0 none; otherwise 1 + 2 × core of its ledger + (1 if it is counted).
 */
export interface NodeLayout {
  readonly distribution: RssLayout;
  readonly memory: SlabLayout;
  readonly session: NatLayout;
  readonly port: PortLayout;
  readonly quota: QuotaLayout;
  /** First entry of each system. */
  readonly first: { readonly [P in PartName]: number };
  readonly sessionUnit: number;
  readonly portUnit: number;
  /** Structures and ports that the two columns have. */
  readonly objects: number;
  readonly handles: number;
  readonly size: number;
}
export type PartName = "distribution" | "memory" | "session" | "port" | "quota";

/** Numbers the entries. */
export const nodeLayout = remembered((config: NodeConfig, profile: string): NodeLayout => {
  const distribution = rssLayout(rssOf(config), 0);
  const first = { distribution: 0, memory: distribution.size, session: 0, port: 0, quota: 0 };
  const memory = slabLayout(slabOf(config), first.memory);
  first.session = first.memory + memory.size;
  const session = natLayout(natOf(config), first.session);
  first.port = first.session + session.size;
  const port = portLayout(portsOf(config), profile, first.port);
  first.quota = first.port + port.size;
  const quota = quotaLayout(quotaOf(config), first.quota);
  const sessionUnit = first.quota + quota.size;
  const portUnit = sessionUnit + session.objects;
  const handles = port.tables * (port.ports + port.wellKnownPorts);
  return { distribution, memory, session, port, quota, first, sessionUnit, portUnit, objects: session.objects, handles, size: portUnit + handles };
});

/** The columns for reports and comparison, in the order of the layout; tables are named after their system. */
export function nodeColumns(config: NodeConfig, profile: string): Column[] {
  const ports = portsOf(config);
  const { objects, handles, port } = nodeLayout(config, profile);
  const perCore = objects / config.cores;
  const structure = (at: number): string => `core ${Math.floor(at / perCore)} object ${at % perCore}`;
  const textOf = (perTable: number, low: number, at: number): string => `${Math.floor(at / perTable) % 2 === 0 ? "tcp" : "other"} ${config.addresses[Math.floor(at / perTable / 2)]}:${low + (at % perTable)}`;
  const wellKnown = port.tables * port.ports;
  const portText = (at: number): string => (at < wellKnown ? textOf(port.ports, ports.low, at) : textOf(port.wellKnownPorts, ports.wellKnown!.low, at - wellKnown));
  const of = (part: PartName, columns: readonly Column[]): Column[] => columns.map((column) => ({ ...column, table: `${part} ${column.table}` }));
  return [
    ...of("distribution", rssColumns(rssOf(config), ruleNumber)),
    ...of("memory", slabColumns(slabOf(config), ruleNumber)),
    ...of("session", natColumns(natOf(config), ruleNumber)),
    ...of("port", portColumns(ports, profile, ruleNumber)),
    ...of("quota", quotaColumns(quotaOf(config), ruleNumber)),
    { table: "node structure", name: "sessionUnit", size: objects, key: structure, rule: ruleNumber("NODE-4") },
    { table: "node port", name: "unit", size: handles, key: portText, rule: ruleNumber("NODE-9") },
  ];
}
