/** Many histories of one box: how often each rule was kept, and the smallest case of every way in which one was broken. */
import type { Case } from "../engine/case.ts";
import { mix32 } from "../engine/random.ts";
import type { Oracle } from "../engine/shrink/oracle.ts";
import { shrink } from "../engine/shrink/shrink.ts";
import { signature, type Failure } from "../engine/verdict.ts";
import { natSession } from "../systems/nat-session/index.ts";
import type { Box } from "./box.ts";
import { judge, type Judgement } from "./judge.ts";
import { observe } from "./observe.ts";
import { drawHistory, hintsOf, type Setting } from "./setting.ts";

export interface CampaignOptions {
  readonly seed: number;
  readonly histories: number;
  /** Operations of a history, about. */
  readonly size: number;
}
/** One way in which the box and the rules part. */
export interface Difference {
  readonly signature: string;
  readonly failure: Failure;
  /** Histories that ended in it. */
  readonly histories: number;
  readonly case: Case;
}
export interface Campaign {
  readonly histories: number;
  readonly operations: number;
  readonly packets: number;
  readonly undecided: number;
  /** Observations of each rule where it was kept. */
  readonly kept: { readonly [rule: string]: number };
  readonly differences: readonly Difference[];
  /** Time of the histories, without shrinking; milliseconds. */
  readonly elapsedMs: number;
}

/** Candidates tried for one difference, and the time for them. */
const candidatesMax = 4000;
const shrinkMs = 8000;
/** Runs of the case that was found, and of each smaller one. */
const triesOfFirst = 50;
const triesOfEach = 2;

function judged(box: Box, one: Case): { readonly judgement: Judgement; readonly packets: number } {
  const observations = observe(box, one);
  return { judgement: judge(natSession, one.config as Setting, observations), packets: observations.length };
}

/** Runs histories of consecutive seeds; then shrinks the first case of every difference on the box itself. `progress` hears of every history and every difference. */
export function campaign(box: Box, options: CampaignOptions, progress: (done: number, note: string) => void = () => {}): Campaign {
  const kept = new Map<string, number>();
  const found = new Map<string, { failure: Failure; histories: number; case: Case }>();
  let [operations, packets, undecided] = [0, 0, 0];
  const start = box.nowMs();
  for (let at = 0; at < options.histories; at++) {
    progress(at, `${found.size} differences`);
    const one = drawHistory(mix32(options.seed, at), options.size);
    const { judgement, packets: sent } = judged(box, one);
    operations += judgement.operations;
    packets += sent;
    if (judgement.undecided) undecided++;
    for (const [rule, count] of judgement.kept) kept.set(rule, (kept.get(rule) ?? 0) + count);
    if (judgement.difference === undefined) continue;
    const key = signature(judgement.difference);
    const earlier = found.get(key);
    if (earlier === undefined) found.set(key, { failure: judgement.difference, histories: 1, case: upTo(one, judgement.difference.task) });
    else earlier.histories++;
  }
  const elapsedMs = box.nowMs() - start;
  const differences = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, difference]) => {
    progress(options.histories, `shrinking ${key}`);
    return { signature: key, ...difference, ...smallest(box, difference.case, key, difference.failure) };
  });
  return { histories: options.histories, operations, packets, undecided, kept: Object.fromEntries([...kept].sort(([a], [b]) => (a < b ? -1 : 1))), differences, elapsedMs };
}

/** A case up to an operation. */
function upTo(one: Case, id: string): Case {
  return { ...one, events: one.events.slice(0, one.events.findIndex((event) => event.id === id) + 1) };
}

/** The smallest case that still shows the same difference on this box. Its choices are its own, so one case may show it only now and then: each is tried several times. */
function smallest(box: Box, one: Case, wanted: string, failure: Failure): { readonly case: Case; readonly failure: Failure } {
  const until = box.nowMs() + shrinkMs;
  let tries = triesOfFirst;
  const oracle: Oracle = (candidate) => {
    for (let left = tries; left > 0 && box.nowMs() < until; left--) {
      const { difference } = judged(box, candidate).judgement;
      if (difference === undefined || signature(difference) !== wanted) continue;
      tries = triesOfEach;
      return { failure: difference, ran: () => upTo(candidate, difference.task) };
    }
    return undefined;
  };
  const result = shrink(one, oracle, hintsOf(natSession), { candidatesMax });
  return { case: result.case, failure: result.failure ?? failure };
}
