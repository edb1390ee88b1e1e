/** Drawing ports under quotas: both run out within a short case, now one first, now the other. */
import type { EventDraft, Random } from "../../engine/contract.ts";
import { resources, type QuotaConfig, type QuotaParameters } from "../../../spec/quota/terms.ts";
import type { PortQuotaCommand, PortQuotaConfig } from "../../../spec/port-quota/terms.ts";
import { drawCores } from "../cores.ts";
import { drawConfigFor as drawPortConfigFor } from "../port-allocation/draw-config.ts";
import { drawAdvanceMs } from "../port-allocation/draw-events.ts";
import { drawAllocate, drawHabits } from "../port-allocation/draw-flow.ts";
import { drawChange, drawConfigFor as drawQuotaConfigFor, drawRelief, standingOf } from "../quota/draw.ts";

const ports = resources.indexOf("ports");

/** Few subscribers on one core count; the quota of ports is tight, plentiful or absent. */
export function drawConfig(random: Random): PortQuotaConfig {
  const cores = drawCores(random);
  const subscribers = 1 + random.int(3);
  const quota = drawQuotaConfigFor(random, cores, subscribers);
  return { ports: drawPortConfigFor(random, cores, subscribers, 96), quota: random.oneIn(3) ? plentiful(quota, random) : quota };
}

/** Quotas that suffice for most tables, so that it is the ports that run out; chunks are still small. */
function plentiful(quota: QuotaConfig, random: Random): QuotaConfig {
  const parameters: QuotaParameters = { total: quota.cores + 80 + random.int(40), exclusive: random.int(2), chunk: 1 + random.int(6) };
  return { ...quota, quotas: quota.quotas.map((of) => of.with(ports, parameters)) };
}

type Draft = EventDraft<PortQuotaCommand>;

/** About `size` events. Each case turns kinds of operation off; a spree closes most flows and may raise the quota. */
export function drawEvents(random: Random, config: PortQuotaConfig, size: number): Draft[] {
  const drafts: Draft[] = [];
  const flows = drawHabits(random, config.ports);
  const standing = standingOf(config.quota);
  const changeHabits = { takeAway: random.oneIn(2), refusable: random.oneIn(3) };
  const open: number[] = [];
  const coreOf: number[] = [];
  const { cores } = config.quota;
  const groups = config.quota.quotas.length;
  const foreign = random.int(3);
  const opens = 8;
  const closes = random.oneIn(8) ? 0 : 3 + random.int(7);
  const changes = random.oneIn(3) ? 0 : random.oneIn(4) ? 4 : 1;
  const collects = random.int(3);
  const ages = random.int(2);
  const advances = random.int(3);
  const sprees = random.oneIn(3) ? 0 : 1;
  const count = size + (size >> 2);

  const push = (core: number, command: PortQuotaCommand): void => {
    coreOf[drafts.length] = core;
    drafts.push({ do: "op", node: 0, core, command });
  };
  const advance = (): void => {
    drafts.push({ do: "advance", node: 0, ms: drawAdvanceMs(random, config.ports) });
  };
  const close = (): void => {
    const at = random.int(open.length);
    const of = open[at];
    open[at] = open[open.length - 1];
    open.pop();
    push(random.int(2) < foreign ? random.int(cores) : coreOf[of], { kind: "close", of: `op${of}` });
  };
  const openFlow = (): void => {
    open.push(drafts.length);
    push(random.int(cores), { kind: "open", allocate: drawAllocate(random, config.ports, flows) });
  };
  const change = (): void => {
    const resource = random.oneIn(8) ? random.pick(resources) : "ports";
    push(random.int(cores), drawChange(random, config.quota, standing, changeHabits, random.int(groups), resource));
  };
  const spree = (): void => {
    const most = 2 + random.int(open.length + 1);
    for (let i = 0; i < most && open.length > 0; i++) close();
    if (random.oneIn(2)) advance();
    else for (let core = 0; core < cores; core++) if (!random.oneIn(3)) push(core, { kind: random.oneIn(3) ? "age" : "collect" });
    if (random.oneIn(2)) push(random.int(cores), drawRelief(config.quota, standing, random.int(groups), "ports"));
  };

  while (drafts.length < count) {
    let draw = random.int(opens + closes + changes + collects + ages + advances + sprees);
    if ((draw -= opens) < 0) openFlow();
    else if ((draw -= closes) < 0) {
      if (open.length > 0) close();
      else openFlow();
    } else if ((draw -= changes) < 0) change();
    else if ((draw -= collects) < 0) push(random.int(cores), { kind: "collect" });
    else if ((draw -= ages) < 0) push(random.int(cores), { kind: "age" });
    else if ((draw -= advances) < 0) advance();
    else spree();
  }
  return drafts;
}
