/** A whole campaign, threads started and cases drawn, on two workers against one. */
import { runCampaign } from "../../engine/campaign/campaign.ts";
import type { System } from "../../engine/contract.ts";
import { median, type BenchRow, type Measured, type Sizes } from "./row.ts";

const systemModule = new URL("../../systems/campaign-module.ts", import.meta.url).href;
/** Cases of a campaign for each case of the other rows: enough to make little of the start of the threads. */
const casesForEach = 40;

async function secondsOf(system: System, runs: number, workers: number): Promise<number> {
  const plan = { system: system.name, seed: 7, profile: "", size: 62, strategy: "mixture", poisonEvery: 16, disciplineEvery: 8 };
  const began = performance.now();
  await runCampaign({ plan, system, systemModule, runs, workers });
  return (performance.now() - began) / 1000;
}

async function measure(system: System, { rounds, cases }: Sizes): Promise<readonly Measured[]> {
  const runs = cases * casesForEach;
  const ones: number[] = [];
  const twos: number[] = [];
  for (let round = 0; round < Math.min(3, rounds); round++) {
    ones.push(await secondsOf(system, runs, 1));
    twos.push(await secondsOf(system, runs, 2));
  }
  return [
    {
      row: "workers",
      system: system.name,
      text: `campaign of ${runs} cases on 2 workers against 1`,
      aim: { bound: "least", value: 1.8 },
      reached: median(ones.map((one, round) => one / twos[round])),
      unit: "×",
      parts: { oneWorker: runs / median(ones), twoWorkers: runs / median(twos) },
    },
  ];
}

export const workersRow: BenchRow = { name: "workers", systems: ["quota"], measure };
