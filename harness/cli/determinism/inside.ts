/** The part of `tandem determinism` that each Node runs: campaigns of the systems asked for, told line by line. */
import { runCampaign } from "../../engine/campaign/campaign.ts";
import type { Plan } from "../../engine/campaign/plan.ts";
import type { Statistics } from "../../engine/campaign/statistics.ts";
import { systemByName } from "../../systems/index.ts";

/** What is asked of one Node: a campaign of so many cases of each system. */
export interface Asked {
  readonly systems: readonly string[];
  readonly runs: number;
  readonly workers: number;
  readonly plan: Omit<Plan, "system">;
}

/** What it answers, a JSON text a line: how far it is, and in the end what a system's campaign came to. */
export type Told = { readonly cases: number } | { readonly system: string; readonly statistics: Statistics };

/** Patience with a step on a machine that does much else: a hang here is told by `tandem check`. */
const hungMs = 120_000;
const systemModule = new URL("../../systems/campaign-module.ts", import.meta.url).href;

/** Runs the campaigns one after another. */
export async function insideCommand({ systems, runs, workers, plan }: Asked): Promise<void> {
  const tell = (told: Told): void => void process.stdout.write(`${JSON.stringify(told)}\n`);
  for (const [at, name] of systems.entries()) {
    const onProgress = (cases: number): void => tell({ cases: at * runs + cases });
    const statistics = await runCampaign({ plan: { ...plan, system: name }, system: systemByName(name)!, systemModule, runs, workers, hungMs, hungMax: 1, onProgress });
    tell({ system: name, statistics });
  }
}
