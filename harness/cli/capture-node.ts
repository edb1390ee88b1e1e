/** `tandem check node --pcap`: every packet of a capture through the appliance, and what must be true of real traffic there. */
import pc from "picocolors";
import type { Moved, Side } from "../engine/contract.ts";
import { noStatistics, type Statistics } from "../engine/campaign/statistics.ts";
import { Pair } from "../engine/run.ts";
import { strategyByName, type StrategyName } from "../engine/strategy/index.ts";
import { signature, type Failure } from "../engine/verdict.ts";
import { failKinds, Outcome } from "../../spec/nat-session/terms.ts";
import { Outcome as NodeOutcome } from "../../spec/node/terms.ts";
import { nodeCapture, type NodeCapture, type Sent } from "../systems/capture/node-case.ts";
import type { CaptureOptions } from "../systems/capture/operations.ts";
import { node } from "../systems/node/index.ts";
import type { CaptureRead } from "./capture.ts";
import { valid } from "./usage.ts";

/** Of the packets that the node gets so many must be forwarded. */
const forwardedLeast = 0.99;

/** Rule under which a packet is dropped, by the kind of what was lacking. */
const ruleOfKind: { readonly [kind in (typeof failKinds)[number]]: string } = { memory: "SLAB-2", quota: "QUOTA-5", port: "PORT-17", pair: "NAT-25", mapping: "NAT-24", claim: "NAT-10", own: "NAT-5", reverse: "NAT-6" };

/** Notes what the implementation answered to every operation. */
function listening(side: Side, answers: Map<number, readonly number[]>): Side {
  return {
    ...(side.scan === undefined ? {} : { scan: (into: Int32Array) => side.scan!(into) }),
    open: (setup) => side.open(setup),
    start: (task) => side.start(task),
    move(slot: number, moved: Moved) {
      side.move(slot, moved);
      if (moved.outcome.count > 0) answers.set(slot, moved.outcome.toArray());
    },
    read: (entry) => side.read(entry),
  };
}

interface Judged {
  readonly forwarded: number;
  readonly answersHome: number;
  readonly answersAstray: readonly string[];
  /** Packets dropped, by rule. */
  readonly drops: ReadonlyMap<string, number>;
}

/** Reads the answers: what was forwarded, whether answers came home, and under which rules the others were dropped. */
function judged(read: NodeCapture, answers: ReadonlyMap<number, readonly number[]>): Judged {
  const position = new Map(read.case.events.map((event, at) => [event.id, at]));
  const drops = new Map<string, number>();
  const astray: string[] = [];
  let [forwarded, home] = [0, 0];
  for (const sent of read.sent) {
    const outcome = answers.get(position.get(sent.id)!) ?? [];
    if (outcome[0] === Outcome.forwarded) {
      forwarded++;
      if (sent.role === "outbound") continue;
      if (reached(sent, outcome)) home++;
      else astray.push(sent.id);
      continue;
    }
    const rule = ruleOfDrop(outcome);
    drops.set(rule, (drops.get(rule) ?? 0) + 1);
  }
  return { forwarded, answersHome: home, answersAstray: astray, drops };
}
function reached(sent: Sent, outcome: readonly number[]): boolean {
  return outcome[3] >>> 0 === sent.inside && outcome[4] === sent.insidePort;
}
function ruleOfDrop(outcome: readonly number[]): string {
  switch (outcome[0]) {
    case Outcome.denied:
      return "NAT-1";
    case Outcome.unmatched:
      return "NAT-11";
    case Outcome.refused:
      return ruleOfKind[failKinds[outcome[1]]];
    case NodeOutcome.dropped:
      return "RSS-18";
    default:
      // An answer to a packet that was not forwarded does nothing.
      return "NODE-8 (nothing to answer)";
  }
}

function missed(rules: readonly string[], observable: string, expected: string, found: string): Failure {
  return { verdict: "obligation missed", rules, step: 0, task: "", observable, expected, found };
}

/** Runs the capture through both sides and judges the traffic. */
export function captureThroughNode(file: string, bytes: Uint8Array, options: CaptureOptions, strategy: StrategyName): CaptureRead {
  const began = performance.now();
  const read = valid(file, nodeCapture(bytes, options));
  const answers = new Map<number, readonly number[]>();
  const pair = new Pair(node, { implementation: listening(node.implementation(), answers) });
  const result = pair.run(read.case, { strategy: strategyByName(strategy) });
  const { forwarded, answersHome, answersAstray, drops } = judged(read, answers);
  const eligible = read.sent.length;
  const sum = Object.values(read.counts).reduce((total, count) => total + count, 0);
  if (sum !== read.total) throw new Error(`${sum} packets were counted of ${read.total} in ${file}`);
  const found: Failure[] = [];
  if (result.failure !== undefined) found.push(result.failure);
  else {
    // One fixed port a subscriber's own port (D17): two of its flows may well want the same.
    const fixed = options.profile === "patent" && options.allocation === "deterministic";
    if (!fixed && forwarded < forwardedLeast * eligible) found.push(missed(["NODE-1"], "forwarded", `at least ${Math.ceil(forwardedLeast * eligible)} of ${eligible} packets are forwarded`, String(forwarded)));
    if (answersAstray.length > 0) found.push(missed(["NODE-8"], "answers", "every answer reaches the endpoint that its flow began at", answersAstray.slice(0, 5).join(", ")));
  }
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
    failures: found.map((failure) => ({ signature: signature(failure), failure, case: result.ran(), index: 0, count: 1 })),
  };
  const text = textOf(file, read, options.allocation, { forwarded, answersHome, drops, eligible });
  return { system: node, statistics, seconds: (performance.now() - began) / 1000, packets: read.total, flows: read.flows, counts: read.counts as { readonly [fate: string]: number }, text };
}

function textOf(file: string, read: NodeCapture, allocation: string, found: { readonly forwarded: number; readonly answersHome: number; readonly drops: ReadonlyMap<string, number>; readonly eligible: number }): string {
  const rows = Object.entries(read.counts as { readonly [role: string]: number }).sort((a, b) => b[1] - a[1]);
  const width = Math.max(...rows.map(([role]) => role.length), 10);
  const line = (name: string, count: number, note = ""): string => `  ${name.padEnd(width)}  ${String(count).padStart(6)}${note}`;
  const answers = read.sent.filter((sent) => sent.role === "answer").length;
  return [
    `${pc.bold(file)}: ${read.total} packets, ${read.flows} flows through one appliance (${allocation} allocation)`,
    ...rows.map(([role, count]) => line(role, count)),
    line("sum", read.total),
    `of ${found.eligible} packets between inside and outside ${found.forwarded} were forwarded (${((100 * found.forwarded) / found.eligible).toFixed(2)} %); of ${answers} answers ${found.answersHome} reached the endpoint their flow began at`,
    ...[...found.drops].sort().map(([rule, count]) => `  dropped under ${rule}: ${count}`),
  ].join("\n");
}
