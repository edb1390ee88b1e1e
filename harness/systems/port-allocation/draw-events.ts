/** Drawing the operations of a case of port allocation. */
import type { EventDraft, Random } from "../../engine/contract.ts";
import { collectAfterMs, type PortCommand, type PortConfig } from "../../../spec/port-allocation/terms.ts";
import { blockCount } from "../../../spec/port-allocation/geometry.ts";
import { drawAllocate, drawHabits } from "./draw-flow.ts";

type Draft = EventDraft<PortCommand>;

/** In how many of two cases a port is freed on a core drawn anew rather than on the one that asked for it. */
const shares = [0, 1, 2, 2] as const;

/** How long the clock moves on when it does: a moment, a while, until hand-overs are collected, until rested ports are free. */
export function drawAdvanceMs(random: Random, config: PortConfig): number {
  return random.pick([1, 50, collectAfterMs, config.reuseDelayMs, config.reuseDelayMs + collectAfterMs, 20_000]);
}

/** About `size` events. Each case turns kinds of operation off; a spree frees most of what is out and lets it come back, so that pressure is lifted too. */
export function drawEvents(random: Random, config: PortConfig, size: number): Draft[] {
  const drafts: Draft[] = [];
  const flows = drawHabits(random, config);
  const out: number[] = [];
  const reserved: number[] = [];
  const coreOf: number[] = [];
  const { cores } = config;
  const foreign = random.pick(shares);
  const frees = random.oneIn(8) ? 0 : 3 + random.int(8);
  const collects = random.int(3);
  const ages = random.int(3);
  const advances = random.int(3);
  const reserves = config.allocation === "block" && random.oneIn(2) ? 1 + random.int(4) : 0;
  const questions = random.int(3);
  const sprees = random.oneIn(3) ? 0 : 1;
  const blocks = config.allocation === "block" ? blockCount(config) : 0;
  const allocates = 8;
  const count = size + (size >> 2);

  const push = (core: number, command: PortCommand): number => {
    coreOf[drafts.length] = core;
    drafts.push({ do: "op", node: 0, core, command });
    return drafts.length - 1;
  };
  const taken = (list: number[], at: number): number => {
    const of = list[at];
    list[at] = list[list.length - 1];
    list.pop();
    return of;
  };
  const free = (): void => {
    const of = taken(out, random.int(out.length));
    push(random.int(2) < foreign ? random.int(cores) : coreOf[of], { kind: "free", of: `op${of}` });
  };
  const allocate = (): void => {
    out.push(push(random.int(cores), drawAllocate(random, config, flows)));
  };
  const releaseBlock = (): void => {
    const of = taken(reserved, random.int(reserved.length));
    push(random.int(cores), { kind: "release-block", of: `op${of}` });
  };
  const reserve = (): void => {
    const address = random.int(config.addresses.length + 1) - 1;
    const block = random.oneIn(2) ? -1 : random.int(blocks);
    const protocol = random.oneIn(4) ? "udp" : flows.mainProtocol;
    reserved.push(push(random.int(cores), { kind: "reserve-block", subscriber: random.int(config.subscribers), protocol, address, block }));
  };
  // A block passes from one subscriber to another by way of the same core, which must not take it for the first one's any more.
  const turnover = (): void => {
    const core = random.int(cores);
    const protocol = flows.mainProtocol;
    const first = random.int(config.subscribers);
    const block = { kind: "reserve-block", protocol, address: random.int(config.addresses.length), block: random.oneIn(2) ? -1 : random.int(blocks) } as const;
    const plain = { ...drawAllocate(random, config, flows), protocol, address: block.address, want: null, count: 1, privatePort: 1024 + random.int(2) };
    const other = (first + 1) % config.subscribers;
    for (const subscriber of [first, other]) {
      const held = push(core, { ...block, subscriber });
      const given = push(core, { ...plain, subscriber });
      if (subscriber === other) push(core, { ...plain, subscriber: first });
      else {
        push(core, { kind: "free", of: `op${given}` });
        push(core, { kind: "release-block", of: `op${held}` });
      }
    }
  };
  const spree = (): void => {
    const most = 2 + random.int(out.length + 1);
    for (let i = 0; i < most && out.length > 0; i++) free();
    const clock = random.oneIn(2);
    if (clock) drafts.push({ do: "advance", node: 0, ms: drawAdvanceMs(random, config) });
    if (!clock || random.oneIn(4)) for (let core = 0; core < cores; core++) if (!random.oneIn(3)) push(core, { kind: random.oneIn(3) ? "age" : "collect" });
    for (let i = reserved.length; i > 0; i--) releaseBlock();
  };

  while (drafts.length < count) {
    let draw = random.int(allocates + frees + collects + ages + advances + reserves + questions + sprees);
    if ((draw -= allocates) < 0) allocate();
    else if ((draw -= frees) < 0) {
      if (out.length > 0) free();
      else allocate();
    } else if ((draw -= collects) < 0) push(random.int(cores), { kind: "collect" });
    else if ((draw -= ages) < 0) push(random.int(cores), { kind: "age" });
    else if ((draw -= advances) < 0) drafts.push({ do: "advance", node: 0, ms: drawAdvanceMs(random, config) });
    else if ((draw -= reserves) < 0) {
      if (random.oneIn(5)) turnover();
      else if (reserved.length > 0 && random.oneIn(2)) releaseBlock();
      else reserve();
    } else if ((draw -= questions) < 0) push(random.int(cores), drawQuestion(random, config));
    else spree();
  }
  return drafts;
}

function drawQuestion(random: Random, config: PortConfig): PortCommand {
  const port = random.oneIn(4) ? random.int(65_536) : Math.min(65_535, Math.max(0, config.low - 2 + random.int(config.high - config.low + 5)));
  const address = random.int(config.addresses.length);
  switch (random.int(config.allocation === "deterministic" ? 3 : 2)) {
    case 0:
      return { kind: "locate", port: random.oneIn(6) && config.wellKnown !== null ? config.wellKnown.low : port };
    case 1:
      return { kind: "reply-core", protocol: random.pick(["tcp", "udp", "icmp"] as const), remote: random.int(config.remotes.length), remotePort: random.int(65_536), address, port };
    default:
      return { kind: "inverse", address, port };
  }
}
