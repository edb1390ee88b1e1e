/** Which core a packet is for, by the first of these that says so (RSS-19): internal address, tag, rules, steering table, schemes. Nothing changes yet. */
import { How, protocols, Stage, type TupleRule } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import type { Arriving } from "./packet.ts";
import { schemeFor } from "./schemes.ts";
import { Goal, Rule, type Witness } from "./stage.ts";
import type { RssState } from "./state.ts";

/** What was decided. */
export interface Decision {
  readonly stage: number;
  /** The core, or with stage `to-node` the node. */
  readonly core: number;
  /** Signed 32 bits, 0 where none was used. */
  readonly hash: number;
  /** `How`. */
  readonly how: number;
  /** What the scheme remembers once the packet has been placed. */
  readonly note?: () => void;
}

/** What is decided upon, and what the decision leaves behind. */
export interface Deciding {
  readonly packet: Arriving;
  /** Where it arrived. */
  readonly core: number;
  readonly witness: Witness;
  readonly moved: Moved;
  /** Rules that had a part in the decision, beside that of its stage. */
  readonly beside: number[];
}

/** Undefined: no core is available. */
export function decide(state: RssState, on: Deciding): Decision | undefined {
  return toInternal(state, on) ?? byTag(state, on) ?? byRule(state, on) ?? bySteering(state, on) ?? byScheme(state, on);
}

const plainly = { hash: 0, how: How.otherwise } as const;

/** The node that an address is registered with as internal, -1 none. */
export function nodeOf(state: RssState, address: number): number {
  return address < 0 ? -1 : state.get(state.layout.address.node + address) - 1;
}

/** RSS-9. */
function toInternal(state: RssState, { packet: { tuple }, moved }: Deciding): Decision | undefined {
  const node = nodeOf(state, tuple.destination);
  if (node < 0) return undefined;
  state.goal(moved, node > 0 ? Goal.otherNode : Goal.internal);
  if (node > 0) return { ...plainly, stage: Stage["to-node"], core: node };
  return { stage: Stage.internal, core: state.config.control, hash: 0, how: How.internal };
}

/** RSS-17. */
function byTag(state: RssState, { packet: { tag }, moved, beside }: Deciding): Decision | undefined {
  if (tag < 0) return undefined;
  if (state.isAvailable(tag)) return { ...plainly, stage: Stage["by-tag"], core: tag };
  state.goal(moved, Goal.tagIgnored);
  if (state.isUp(tag)) beside.push(Rule.leftOut);
  return undefined;
}

/** RSS-4. */
function byRule(state: RssState, { packet, moved }: Deciding): Decision | undefined {
  const core = coreByRule(state, packet, () => state.goal(moved, Goal.rulePassedOver));
  if (core < 0) return undefined;
  state.goal(moved, Goal.rule);
  return { ...plainly, stage: Stage["by-rule"], core };
}
/** The core that the rules name, -1 none; `passedOver` is called for each that covers the packet and names a core that is not available. */
export function coreByRule(state: RssState, packet: Arriving, passedOver: () => void): number {
  for (const [at, rule] of state.config.rules.entries()) {
    if (state.get(state.layout.rule.on + at) === 0 || !covers(rule, packet)) continue;
    if (state.isAvailable(rule.core)) return rule.core;
    passedOver();
  }
  return -1;
}
function covers(rule: TupleRule, { tuple, protocolSeen, portsSeen }: Arriving): boolean {
  const agrees = (asked: number | null, seen: boolean, stands: number): boolean => asked === null || (seen && asked === stands);
  return (
    agrees(rule.protocol === null ? null : protocols.indexOf(rule.protocol), protocolSeen, tuple.protocol) &&
    agrees(rule.source, true, tuple.source) &&
    agrees(rule.destination, true, tuple.destination) &&
    agrees(rule.sourcePort, portsSeen, tuple.sourcePort) &&
    agrees(rule.destinationPort, portsSeen, tuple.destinationPort)
  );
}

/** RSS-12. */
function bySteering(state: RssState, { packet, moved }: Deciding): Decision | undefined {
  const core = coreBySteering(state, packet);
  if (core < 0) return undefined;
  state.goal(moved, Goal.steered);
  return { ...plainly, stage: Stage["by-steering"], core };
}
/** The core that the steering table names, -1 none. */
export function coreBySteering(state: RssState, { tuple, portsSeen }: Arriving): number {
  for (const [at, { by, value }] of state.config.steering.entries()) {
    const core = state.get(state.layout.steering.core + at) - 1;
    const matches = by === "address" ? tuple.destination === value : portsSeen && tuple.destinationPort === value;
    if (matches && state.isAvailable(core)) return core;
  }
  return -1;
}

/** RSS-25. */
function byScheme(state: RssState, on: Deciding): Decision | undefined {
  for (const [at, scheme] of state.config.schemes.entries()) {
    const decision = schemeFor(state, scheme, on);
    if (decision === undefined) continue;
    if (at > 0) {
      on.beside.push(Rule.combined);
      state.goal(on.moved, Goal.secondScheme);
    }
    return decision;
  }
  return undefined;
}
