/** `tandem check --pcap`: the flows of a capture as one case of ports under quotas. */
import pc from "picocolors";
import type { System } from "../engine/contract.ts";
import { noStatistics, type Statistics } from "../engine/campaign/statistics.ts";
import { Pair } from "../engine/run.ts";
import { strategyByName, type StrategyName } from "../engine/strategy/index.ts";
import { signature } from "../engine/verdict.ts";
import { captureCase } from "../systems/capture/operations.ts";
import { systemByName } from "../systems/index.ts";
import { captureThroughNode } from "./capture-node.ts";
import { InvalidInput, oneOf, readInput, valid } from "./usage.ts";

export interface CaptureRead {
  readonly system: System;
  readonly statistics: Statistics;
  readonly seconds: number;
  readonly packets: number;
  readonly flows: number;
  readonly counts: { readonly [fate: string]: number };
  readonly text: string;
}

const carriers = ["port-allocation", "quota", "port-quota", "node"];
const allocations = ["dynamic", "block", "deterministic"] as const;
const captureCores = 4;

/** Reads the capture, runs it, and counts what became of its packets; the counts must add up. */
export function captureStatistics(
  file: string,
  chosen: readonly System[],
  options: { readonly inside?: readonly string[]; readonly allocation?: string; readonly seed: number; readonly profile: string; readonly strategy: StrategyName },
): CaptureRead {
  if (options.inside === undefined || options.inside.length === 0) throw new InvalidInput("the command line", { at: "--pcap", expected: "--inside CIDR beside it", found: "none" });
  const unfit = chosen.length === 1 ? chosen.find((system) => !carriers.includes(system.name)) : chosen[0];
  if (unfit !== undefined) throw new InvalidInput("the command line", { at: "system", expected: `one of ${carriers.join(", ")} with --pcap`, found: chosen.map((system) => system.name).join(", ") });
  const allocation = oneOf("--allocation", options.allocation ?? "dynamic", allocations);
  const began = performance.now();
  const profile = options.profile === "" ? "product" : options.profile;
  const asked = { inside: options.inside, profile, allocation, cores: captureCores, seed: options.seed };
  if (chosen[0]?.name === "node" && chosen.length === 1) return captureThroughNode(file, readInput(file), asked, options.strategy);
  const read = valid(file, captureCase(readInput(file), asked));
  // Ports and quota meet in the pair, whichever of the two was named.
  const system = systemByName("port-quota")!;
  const pair = new Pair(system);
  const result = pair.run(read.case, { strategy: strategyByName(options.strategy) });
  const sum = Object.values(read.counts).reduce((total, count) => total + count, 0);
  if (sum !== read.total) throw new Error(`${sum} packets were counted of ${read.total} in ${file}`);
  const failures = result.failure === undefined ? [] : [{ signature: signature(result.failure), failure: result.failure, case: result.ran(), index: 0, count: 1 }];
  const statistics: Statistics = {
    ...noStatistics,
    cases: 1,
    operations: [[result.operations, 1]],
    steps: [[result.steps, 1]],
    contention: result.contention ? 1 : 0,
    fourCores: 1,
    rules: Array.from(pair.rulesReached),
    goals: Array.from(pair.goalsReached),
    stages: Array.from(pair.stagesReached),
    digest: result.digest.slice(0, 8),
    failures,
  };
  return { system, statistics, seconds: (performance.now() - began) / 1000, packets: read.total, flows: read.flows, counts: read.counts as { readonly [fate: string]: number }, text: textOf(file, read, allocation) };
}

function textOf(file: string, read: { readonly total: number; readonly flows: number; readonly counts: object }, allocation: string): string {
  const rows = Object.entries(read.counts as { readonly [fate: string]: number }).sort((a, b) => b[1] - a[1]);
  const width = Math.max(...rows.map(([fate]) => fate.length));
  return [
    `${pc.bold(file)}: ${read.total} packets, ${read.flows} flows; each flow asks for a port under its subscriber's quota (${allocation} allocation)`,
    ...rows.map(([fate, count]) => `  ${fate.padEnd(width)}  ${String(count).padStart(6)}`),
    `  ${"sum".padEnd(width)}  ${String(read.total).padStart(6)}`,
  ].join("\n");
}
