/** Drawing what happens to a distributor: packets of few flows in crowds, and tables and cores that change while they wait. */
import type { EventDraft, Random } from "../../engine/contract.ts";
import { extensionKinds, type Extension, type Packet, type RssCommand, type RssConfig } from "../../../spec/rss-distribution/terms.ts";

type Draft = EventDraft<RssCommand>;

/** Extension headers in an order that may be: after `encrypted` or `none` nothing is seen. */
function drawExtensions(random: Random): Extension[] {
  const before = Array.from({ length: random.int(3) }, () => random.pick(extensionKinds.slice(0, 4)));
  return random.oneIn(3) ? [...before, random.pick(extensionKinds.slice(4))] : before;
}

/** What each case does often and what never. */
interface Habits {
  readonly oddPackets: boolean;
  readonly tags: boolean;
  readonly carried: boolean;
  readonly costs: number;
  readonly flows: number;
}

function drawPacket(random: Random, config: RssConfig, habits: Habits): Packet {
  const flow = random.int(habits.flows);
  const isSix = config.addresses[config.conversations[flow >> 1].source].includes(":");
  const odd = habits.oddPackets && random.oneIn(2);
  const outer = habits.oddPackets && random.oneIn(4) ? random.int(config.conversations.length * 2) : null;
  return {
    kind: "packet",
    flow,
    card: random.int(config.cards),
    cost: 1 + random.int(habits.costs),
    fragment: !isSix && odd && random.oneIn(3),
    extensions: isSix && odd ? drawExtensions(random) : [],
    outer,
    sealed: outer === null || random.oneIn(3) ? null : random.pick(["encrypted", "compressed"] as const),
    carried: habits.carried && random.oneIn(2) ? { hash: random.int(65536) * 65536 + random.int(65536), node: 1 + random.int(config.nodes.length - 1) } : null,
    tag: habits.tags && random.oneIn(4) ? random.int(random.oneIn(4) ? 8 : config.cores) : null,
  };
}

/** About `size` events and half as many again; each case has its own mix. */
export function drawEvents(random: Random, config: RssConfig, size: number): Draft[] {
  const drafts: Draft[] = [];
  const carriers = config.traffic.flatMap((carries, core) => (carries ? [core] : []));
  const withVotes = config.schemes.some((scheme) => scheme.kind === "votes");
  const allFlows = config.conversations.length * 2;
  const habits: Habits = { oddPackets: random.oneIn(2), tags: random.oneIn(3), carried: config.nodes.length > 1 && random.oneIn(2), costs: random.pick([1, 3, 10]), flows: random.oneIn(3) ? Math.min(2, allFlows) : allFlows };
  const others = config.nodes.length > 1;
  const weight = {
    packet: 14,
    finish: random.pick([0, 4, 8]),
    rebalance: random.oneIn(3) ? 0 : 3,
    away: random.oneIn(4) ? 0 : 2,
    blackout: random.oneIn(4) ? 1 : 0,
    back: 3,
    vote: withVotes ? 6 : 0,
    rule: config.rules.length > 0 ? 1 : 0,
    steer: config.steering.length > 0 ? 1 : 0,
    register: random.oneIn(3) ? 1 : 0,
    assign: config.assignable.length > 0 ? 1 : 0,
    share: others ? 2 : 0,
    reply: random.int(2),
    node: others ? random.int(2) : 0,
    advance: withVotes || config.schemes.some((scheme) => scheme.kind === "time-slice") ? 3 : 0,
  };
  const kinds = Object.keys(weight) as (keyof typeof weight)[];
  const total = kinds.reduce((sum, kind) => sum + weight[kind], 0);
  /** As far as the drawing knows: who has which bucket, who has gone, which packets are not finished. */
  const table = [...config.indirection];
  const gone = new Set<number>();
  const unfinished: number[] = [];

  const push = (core: number, command: RssCommand): void => {
    drafts.push({ do: "op", node: 0, core, command });
  };
  const anywhere = (): number => random.int(config.cores);
  /** Core that stands there, now and then another. */
  const mostly = (core: number): number => (random.oneIn(8) ? anywhere() : core);
  const down = (core: number): void => {
    push(mostly(config.control), { kind: "core-down", core });
    gone.add(core);
  };
  const advance = (): void => {
    drafts.push({ do: "advance", node: 0, ms: 50 * (1 + random.int(8)) });
  };
  const packet = (): void => {
    unfinished.push(drafts.length);
    push(anywhere(), drawPacket(random, config, habits));
  };
  const share = (): void => {
    const node = 1 + random.int(config.nodes.length - 1);
    for (let count = 1 + random.int(2); count > 0; count--) push(anywhere(), { kind: "share-key", node });
    if (random.oneIn(2)) rebalance();
  };
  const rebalance = (): void => {
    const bucket = random.int(table.length);
    const to = random.oneIn(6) ? anywhere() : random.pick(carriers);
    push(mostly(table[bucket]), { kind: "rebalance", bucket, to });
    table[bucket] = to;
  };
  const away = (): void => {
    const there = carriers.filter((core) => core !== config.control && !gone.has(core));
    down(there.length > 0 && !random.oneIn(8) ? random.pick(there) : anywhere());
    // While the control core is busy with it others move buckets too, and packets come where they went.
    for (let after = 1 + random.int(4); after > 0; after--) packet();
    if (weight.rebalance > 0) for (let after = random.int(3); after > 0; after--) rebalance();
    if (random.oneIn(3)) back();
  };
  const back = (): void => {
    const core = gone.size > 0 && !random.oneIn(8) ? random.pick([...gone].sort((a, b) => a - b)) : anywhere();
    push(mostly(config.control), { kind: "core-up", core });
    gone.delete(core);
  };

  const draw = (kind: keyof typeof weight): void => {
    switch (kind) {
      case "packet":
        for (let count = 1 + random.int(3); count > 0; count--) packet();
        return;
      case "finish":
        if (unfinished.length > 0) push(anywhere(), { kind: "finish", of: `op${unfinished.splice(Math.max(0, unfinished.length - 1 - random.int(6)), 1)[0]}` });
        return;
      case "rebalance":
        return rebalance();
      case "away":
        return away();
      case "blackout":
        for (const core of carriers) if (core !== config.control && !gone.has(core)) down(core);
        return packet();
      case "back":
        if (gone.size > 0 || random.oneIn(6)) back();
        return;
      case "vote":
        for (let count = 1 + random.int(3); count > 0; count--) {
          push(random.oneIn(4) ? anywhere() : random.pick(carriers), { kind: "vote" });
          if (random.oneIn(2)) advance();
        }
        return;
      case "rule":
        return push(anywhere(), { kind: "set-rule", rule: random.int(config.rules.length), on: !random.oneIn(3) });
      case "steer":
        return push(anywhere(), { kind: "steer", entry: random.int(config.steering.length), core: random.oneIn(3) ? -1 : random.pick(carriers) });
      case "register":
        return push(anywhere(), { kind: "register", address: random.int(config.addresses.length), node: random.oneIn(2) ? -1 : random.int(config.nodes.length) });
      case "assign":
        return push(anywhere(), { kind: "assign", node: random.int(config.nodes.length) });
      case "share":
        return share();
      case "reply":
        return push(anywhere(), drawReply());
      case "node":
        return push(anywhere(), { kind: "node-core", node: 1 + random.int(config.nodes.length - 1), hash: random.int(65536) * 65536 + random.int(65536) });
      case "advance":
        advance();
    }
  };
  const drawReply = (): RssCommand => {
    const flow = random.int(allFlows);
    const isSix = (address: number): boolean => config.addresses[address].includes(":");
    const family = isSix(config.conversations[flow >> 1].source);
    const address = random.pick(config.addresses.map((_, at) => at).filter((at) => isSix(at) === family));
    return { kind: "reply-core", flow, address, port: random.oneIn(3) ? 80 : random.int(65536) };
  };

  if (habits.carried) share();
  const count = size + (size >> 2);
  while (drafts.length < count) {
    let at = random.int(total);
    draw(kinds.find((one) => (at -= weight[one]) < 0)!);
  }
  return drafts;
}
