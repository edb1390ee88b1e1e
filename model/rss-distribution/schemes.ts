/** The schemes, one a function: the core that each gives a packet, or undefined where it does not apply. */
import { How, Stage, type Scheme } from "../../spec/rss-distribution/terms.ts";
import type { Deciding, Decision } from "./decide.ts";
import { hashOf, pairOf } from "./packet.ts";
import { Goal, Rule } from "./stage.ts";
import type { RssState } from "./state.ts";

type Of<K extends Scheme["kind"]> = Extract<Scheme, { readonly kind: K }>;

/** What this scheme gives. */
export function schemeFor(state: RssState, scheme: Scheme, on: Deciding): Decision | undefined {
  const { packet } = on;
  switch (scheme.kind) {
    case "hash":
      return byHash(state, on);
    case "virtual-address":
      return ofList(state, scheme.coresOf[packet.tuple.destination], Stage["by-address"], Rule.byAddress, on);
    case "card":
      return ofList(state, scheme.coresOf[packet.card], Stage["by-card"], Rule.byCard, on);
    case "function":
      return packet.portsSeen ? ofList(state, coresOfFunction(scheme, packet.tuple.destinationPort), Stage["by-function"], Rule.byFunction, on) : undefined;
    case "pair":
      return byPair(state, on);
    case "established":
      return byEstablisher(state, on);
    case "least-loaded":
      return byLoad(state, scheme, on);
    case "time-slice":
      return bySlice(state, scheme, on);
    case "thresholds":
      return byThreshold(state, scheme, on);
    case "votes":
      return byVote(state, scheme, on);
  }
}

/** RSS-2; RSS-7 where the hash came with the packet from a node that has adopted the key. */
function byHash(state: RssState, { packet, moved, beside }: Deciding): Decision {
  const { carried, portsSeen } = packet;
  const used = carried !== null && state.get(state.layout.peer.adopted + carried.node) === 1;
  if (carried !== null) state.goal(moved, used ? Goal.carriedUsed : Goal.carriedUnused);
  beside.push(Rule.bucket);
  if (used) return ofHash(state, Stage["by-carried-hash"], carried.hash);
  beside.push(Rule.computed);
  state.goal(moved, portsSeen ? Goal.fourTuple : Goal.twoTuple);
  if (packet.withExtensions) state.goal(moved, portsSeen ? Goal.pastExtensions : Goal.addressesOnly);
  return ofHash(state, Stage["by-hash"], hashOf(state, packet.tuple, portsSeen));
}
function ofHash(state: RssState, stage: number, hash: number): Decision {
  return { stage, core: state.coreOfBucket(state.bucketOf(hash)), hash: hash | 0, how: How.byHash };
}

/** RSS-13: the cores of the first function that has the port. */
export function coresOfFunction({ functions }: Of<"function">, port: number): readonly number[] | undefined {
  return functions.find(({ low, high }) => low <= port && port <= high)?.cores;
}
/** RSS-27, RSS-28, RSS-13: the least loaded of the list's cores. */
function ofList(state: RssState, list: readonly number[] | undefined, stage: number, rule: number, on: Deciding): Decision | undefined {
  const cores = (list ?? []).filter((core) => state.isAvailable(core));
  if (cores.length === 0) return undefined;
  return otherwise(stage, leastLoaded(state, cores, rule, on));
}
function otherwise(stage: number, core: number, note?: () => void): Decision {
  return { stage, core, hash: 0, how: How.otherwise, note };
}

/** RSS-5: one of the least loaded of the cores; which is free. */
function leastLoaded(state: RssState, cores: readonly number[], rule: number, { witness, moved }: Deciding): number {
  const allowed = state.leastLoaded(cores);
  if (allowed.length > 1) state.goal(moved, Goal.tie);
  return witness.core(allowed, rule, "the least loaded", moved);
}
/** A core that is up was passed over as it carries no traffic. */
function leavesOut(state: RssState, { beside }: Deciding): void {
  if (state.config.traffic.some((carries, core) => !carries && state.isUp(core))) beside.push(Rule.leftOut);
}

/** RSS-23. */
function byPair(state: RssState, on: Deciding): Decision | undefined {
  const { witness, moved } = on;
  const { tuple } = on.packet;
  if (tuple.source < 0 || tuple.destination < 0) return undefined;
  const pair = pairOf(state.config, tuple);
  const entry = state.layout.pair.core + pair;
  const known = state.get(entry) - 1;
  if (state.isAvailable(known)) {
    return otherwise(Stage["by-pair"], witness.core([known], Rule.pair, "the pair's", moved), () => {
      if (state.lastSource[pair] !== tuple.source) state.goal(moved, Goal.pairReversed);
      state.lastSource[pair] = tuple.source;
    });
  }
  const cores = state.available();
  if (cores.length === 0) return undefined;
  leavesOut(state, on);
  const core = leastLoaded(state, cores, Rule.pair, on);
  return otherwise(Stage["by-pair"], core, () => {
    state.lastSource[pair] = tuple.source;
    state.set(entry, core + 1);
  });
}

/** RSS-24. */
function byEstablisher(state: RssState, { packet: { flow }, moved }: Deciding): Decision | undefined {
  if (flow < 0) return undefined;
  const conversation = flow >> 1;
  const core = state.get(state.layout.conversation.establisher + conversation) - 1;
  if (!state.isAvailable(core)) return undefined;
  return otherwise(Stage["by-establisher"], core, () => {
    if (state.establishedBy[conversation] !== flow) state.goal(moved, Goal.establishedReversed);
  });
}

/** RSS-5: the core in turn has packets left, or the least loaded is in turn now. */
function byLoad(state: RssState, { packets }: Of<"least-loaded">, on: Deciding): Decision | undefined {
  const { witness, moved } = on;
  const { turn, left } = state.layout.node;
  const inTurn = state.get(turn) - 1;
  if (state.isAvailable(inTurn) && state.get(left) > 0) {
    return otherwise(Stage["by-load"], witness.core([inTurn], Rule.leastLoaded, "the one in turn", moved), () => {
      state.goal(moved, Goal.sameForN);
      state.add(left, -1);
    });
  }
  const cores = state.available();
  if (cores.length === 0) return undefined;
  leavesOut(state, on);
  const core = leastLoaded(state, cores, Rule.leastLoaded, on);
  return otherwise(Stage["by-load"], core, () => {
    state.set(turn, core + 1);
    state.set(left, packets - 1);
  });
}

/** RSS-26: a different core follows, the same only if it is alone. */
function bySlice(state: RssState, { ms }: Of<"time-slice">, on: Deciding): Decision | undefined {
  const { witness, moved } = on;
  const { slice, sliceEnd } = state.layout.node;
  const before = state.get(slice) - 1;
  const ended = state.now() >= state.get(sliceEnd);
  if (state.isAvailable(before) && !ended) return otherwise(Stage["by-slice"], witness.core([before], Rule.slice, "the slice's", moved));
  const cores = state.available();
  if (cores.length === 0) return undefined;
  leavesOut(state, on);
  const others = cores.filter((core) => core !== before);
  const core = witness.core(others.length === 0 ? cores : others, Rule.slice, "the one whose slice follows", moved);
  return otherwise(Stage["by-slice"], core, () => {
    if (before >= 0 && ended && core !== before) state.goal(moved, Goal.sliceEnded);
    state.set(slice, core + 1);
    state.set(sliceEnd, state.now() + ms);
  });
}

/** RSS-21. */
function byThreshold(state: RssState, { low, high }: Of<"thresholds">, on: Deciding): Decision | undefined {
  const { core: here, witness, moved, beside } = on;
  const cores = state.available();
  if (cores.length === 0) return undefined;
  const load = state.load(here);
  const others = cores.filter((core) => core !== here);
  const isHere = state.isAvailable(here);
  if (!isHere && state.isUp(here)) beside.push(Rule.leftOut);
  const undercut = cores.some((core) => state.load(core) < load);
  if (isHere && (load < low || (load < high && !undercut) || others.length === 0)) {
    if (load < low) state.goal(moved, Goal.keptBelowThreshold);
    return otherwise(Stage["by-threshold"], witness.core([here], Rule.thresholds, "the one where the packet arrived", moved));
  }
  if (isHere && load >= high) state.goal(moved, Goal.passedOnByThreshold);
  return otherwise(Stage["by-threshold"], leastLoaded(state, others, Rule.thresholds, on));
}

/** RSS-22. */
function byVote(state: RssState, scheme: Of<"votes">, { witness, moved, beside }: Deciding): Decision | undefined {
  const { vote, levels } = state.layout.core;
  const voted = state.config.traffic.flatMap((_, core) => (state.get(vote + core) > 0 && state.isUp(core) ? [core] : []));
  const cores = voted.filter((core) => state.carries(core));
  if (cores.length < voted.length) beside.push(Rule.leftOut);
  if (cores.length === 0) return undefined;
  const age = (core: number): number => Math.min(state.now() - (state.get(vote + core) - 1), scheme.ageMaxMs);
  const weight = (core: number): number => scheme.ageWeight * age(core) + scheme.priorityWeight * state.get(levels + core);
  const greatest = Math.max(...cores.map(weight));
  const core = witness.core(cores.filter((one) => weight(one) === greatest), Rule.votes, "a vote with the greatest weight", moved);
  return otherwise(Stage["by-vote"], core, () => {
    if (cores.some((one) => state.get(levels + one) > state.get(levels + core))) state.goal(moved, Goal.olderVoteWon);
    state.set(vote + core, 0);
    state.set(levels + core, 0);
  });
}
