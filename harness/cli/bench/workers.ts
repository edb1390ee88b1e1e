/**
 * A whole campaign as `tandem check` runs it (cases drawn, every eighth watched, every sixteenth run twice), on two workers against one: threads started,
 * code compiled and results put together all count. By the clock, so it means something only on a machine with two processors at leisure;
 * `processorsUsed` says how many it had on average while two worked, and processor seconds what the second worker costs besides its share.
 */
import { runCampaign } from "../../engine/campaign/campaign.ts";
import type { System } from "../../engine/contract.ts";
import { median, type BenchRow, type Measured, type Sizes } from "./row.ts";

const systemModule = new URL("../../systems/campaign-module.ts", import.meta.url).href;
/** Cases of a campaign for each case of the other rows: some ten seconds of work, as a campaign of a few seconds is mostly start. */
const casesForEach = 60;
const roundsMax = 3;

/** Seconds by the clock, and seconds of processors. */
interface Took {
  readonly clock: number;
  readonly processors: number;
}

async function took(system: System, runs: number, workers: number): Promise<Took> {
  const plan = { system: system.name, seed: 7, profile: "", size: 62, strategy: "mixture", poisonEvery: 16, disciplineEvery: 8 };
  const began = performance.now();
  const used = process.cpuUsage();
  await runCampaign({ plan, system, systemModule, runs, workers });
  const { user, system: kernel } = process.cpuUsage(used);
  return { clock: (performance.now() - began) / 1000, processors: (user + kernel) / 1e6 };
}

async function measure(system: System, { rounds, cases }: Sizes): Promise<readonly Measured[]> {
  const runs = cases * casesForEach;
  const ones: Took[] = [];
  const twos: Took[] = [];
  for (let round = 0; round < Math.min(roundsMax, rounds); round++) {
    ones.push(await took(system, runs, 1));
    twos.push(await took(system, runs, 2));
  }
  return [
    {
      row: "workers",
      system: system.name,
      text: `campaign of ${runs} cases on 2 workers against 1`,
      aim: { bound: "least", value: 1.8 },
      reached: median(ones.map((one, round) => one.clock / twos[round].clock)),
      unit: "×",
      parts: {
        oneWorker: runs / median(ones.map((one) => one.clock)),
        twoWorkers: runs / median(twos.map((two) => two.clock)),
        processorsUsed: median(twos.map((two) => two.processors / two.clock)),
        oneProcessorSeconds: median(ones.map((one) => one.processors)),
        twoProcessorSeconds: median(twos.map((two) => two.processors)),
      },
    },
  ];
}

export const workersRow: BenchRow = { name: "workers", systems: ["quota"], measure };
