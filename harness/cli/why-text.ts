/** An explanation in at most five lines: what the failing step goes by, the decision it hangs on, how likely it was. */
import type { Case } from "../engine/case.ts";
import type { Decision, Dependency, Explanation, Likelihood, Move, SliceStep } from "../engine/why/explanation.ts";

/** Without indentation, each short; none where nothing is known. */
export function whyLines(why: Explanation, one: Case): string[] {
  const { decision, likelihood } = why;
  const always = likelihood?.after.every((odds) => odds.failing === odds.runs);
  if (decision.kind === "in order" && always) return [...sliceLines(why), `schedule           fails in every order tried (${likelihood!.after[0].runs} at random)`];
  return [...sliceLines(why), ...decisionLine(decision, one), ...(likelihood === null ? [] : [likelihoodLine(likelihood)])];
}

const stretchesMost = 8;

/** `steps that matter  op42: 3 4 6 8, op48: 9 10, op65: 12, op48: 13`, what the failing task took from another last, and what has no part in it. */
function sliceLines({ slice, leftOut }: Explanation): string[] {
  if (slice.length === 0) return [];
  const stretches: { readonly task: string; readonly steps: number[] }[] = [];
  for (const { task, step } of slice) {
    if (stretches.at(-1)?.task === task) stretches.at(-1)!.steps.push(step);
    else stretches.push({ task, steps: [step] });
  }
  const shown = stretches.slice(-stretchesMost).map(({ task, steps }) => `${task}: ${steps.join(" ")}`).join(", ");
  const lines = [`steps that matter  ${stretches.length > stretchesMost ? "…, " : ""}${shown}`];
  const carried = carrier(slice);
  if (carried !== undefined) lines.push(carried);
  if (leftOut.length > 0) lines.push(`no part in it      ${leftOut.length > stretchesMost ? `${leftOut.length} events` : leftOut.join(", ")}`);
  return lines;
}

/** The latest thing that the failing task took from another. */
function carrier(slice: readonly SliceStep[]): string | undefined {
  const last = slice.at(-1)!;
  const taskOf = new Map(slice.map(({ step, task }) => [step, task]));
  for (const { step, on, task } of slice.toReversed()) {
    if (task !== last.task) continue;
    const others = on.filter((each) => taskOf.get(each.step) !== task);
    const from = others.findLast((each) => each.entry !== "" && !each.entry.startsWith("word ")) ?? others.at(-1);
    if (from !== undefined) return `step ${step} of ${task}  ${wordsOf(from, taskOf.get(from.step)!)}`;
  }
  return undefined;
}

function wordsOf({ step, how, entry }: Dependency, task: string): string {
  const from = `step ${step} of ${task}`;
  const what = entry === "" ? "" : `: ${entry}`;
  switch (how) {
    case "wrote":
      return `reads what ${from} wrote${what}`;
    case "overwrote":
      return `goes by a look that ${from} has made out of date${what}`;
    case "refers":
      return `refers to what ${from} ended`;
    case "sent":
      return `comes of ${from}`;
    case "freed":
      return `was let through by ${from}`;
    case "looked":
    case "happened":
      return `comes after ${from}`;
  }
}

function decisionLine(decision: Decision, one: Case): string[] {
  const cores = new Set(one.events.flatMap((event) => (event.do === "op" ? [`${event.node}.${event.core}`] : [])));
  switch (decision.kind) {
    case "not asked":
      return [];
    case "in order":
      return [`schedule           ${cores.size > 1 ? "fails in order, with no switch at all" : "fails on one core, with no switch at all"}`];
    case "none":
      return [`schedule           no single decision makes it conform (${decision.tried} tried)`];
    default:
      return [`conforms if        ${moveWords(decision.second)} comes before ${moveWords(decision.first)} (run and seen)`];
  }
}

function moveWords({ task, move, step }: Move): string {
  return step > 0 ? `step ${step} of ${task}` : `move ${move} of ${task}`;
}

/** `at random  25 % of runs fail from the start, 45 % before and 100 % after step 12 of op65: the point of no return`. */
function likelihoodLine({ after, noReturn }: Likelihood): string {
  const share = (step: number): string => `${Math.round((100 * after[step].failing) / after[step].runs)} %`;
  if (noReturn === 0) return `at random          ${share(0)} of runs fail from the start, and no step makes it likelier`;
  const before = noReturn > 1 ? `, ${share(noReturn - 1)} before and` : ",";
  return `at random          ${share(0)} of runs fail from the start${before} ${share(noReturn)} after step ${noReturn} of ${after[noReturn].task}: the point of no return`;
}
