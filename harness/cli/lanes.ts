/** A trace as a person reads it: one line a step in the lane of its core, with what both sides held at every entry it touched. */
import pc from "picocolors";
import type { Case } from "../engine/case.ts";
import type { System } from "../engine/contract.ts";
import type { EntryChange, StepRecord, StepRecorder } from "../engine/run.ts";

const nextWords = ["", "blocked", "done"] as const;

/** Collects the steps of one run. */
export class TraceKeeper implements StepRecorder {
  readonly steps: StepRecord[] = [];
  step(record: StepRecord): void {
    this.steps.push(record);
  }
}

function changeText(change: EntryChange, name: (entry: number) => string, value: (entry: number, value: number) => string): string {
  const model = `${value(change.entry, change.modelBefore)} → ${value(change.entry, change.modelAfter)}`;
  const implementation = `${value(change.entry, change.implementationBefore)} → ${value(change.entry, change.implementationAfter)}`;
  const agree = change.modelAfter === change.implementationAfter && change.modelBefore === change.implementationBefore;
  return agree ? `${name(change.entry)}  ${model}` : pc.red(`${name(change.entry)}  model ${model}, implementation ${implementation}`);
}

/** Lines of the whole trace; cores stand side by side as columns of one letter-wide lanes. */
export function laneLines(steps: readonly StepRecord[], one: Case, system: System): string[] {
  const view = system.view(one.config, one.profile);
  const lanes = Array.from({ length: system.nodeCount(one.config) }, (_, node) => system.coreCount(one.config, node));
  const firstLane = lanes.map((_, node) => lanes.slice(0, node).reduce((sum, count) => sum + count, 0));
  const laneCount = lanes.reduce((sum, count) => sum + count, 0);
  const lines: string[] = [`step  ${lanes.map((count, node) => Array.from({ length: count }, (_, core) => (lanes.length > 1 ? `${node}.${core}` : String(core)).padEnd(lanes.length > 1 ? 4 : 2)).join("")).join("")} task`];
  const width = lanes.length > 1 ? 4 : 2;
  for (const record of steps) {
    const isEvent = record.kind === "event";
    const lane = isEvent ? -1 : firstLane[record.node] + record.core;
    const marks = Array.from({ length: laneCount }, (_, at) => (at === lane ? pc.cyan("●") : isEvent ? "─" : "·") + " ".repeat(width - 1)).join("");
    const stages = record.stages.map((stage) => system.stages[stage] ?? `stage ${stage}`).join(" + ");
    const what = isEvent ? (record.event?.do === "advance" ? `${record.event.ms} ms pass` : record.event?.do ?? "") : stages === "" ? pc.dim("(looks)") : stages;
    const rules = record.rules.map((rule) => system.rules[rule]?.id ?? "?").join(" ");
    const tail = [nextWords[record.next], record.outcome.length > 0 ? system.outcomeWords(record.outcome, one.config) : ""].filter((word) => word !== "").join(": ");
    lines.push(`${String(record.step).padStart(4)}  ${marks} ${record.task.padEnd(8)} ${what}${rules === "" ? "" : pc.dim(`  ${rules}`)}${tail === "" || isEvent ? "" : pc.dim(`  [${tail}]`)}`);
    for (const change of record.changes) lines.push(`${" ".repeat(7 + laneCount * width)}  ${changeText(change, (entry) => view.name(entry), (entry, value) => view.value(entry, value))}`);
  }
  return lines;
}
