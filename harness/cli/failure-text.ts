/** A failure as a person reads it: what broke, what the two sides said, the smallest case in words, and what to type next. */
import pc from "picocolors";
import type { Case, Event } from "../engine/case.ts";
import type { System } from "../engine/contract.ts";
import type { Failure } from "../engine/verdict.ts";
import type { Explanation } from "../engine/why/explanation.ts";
import { fitted } from "./terminal.ts";
import { whyLines } from "./why-text.ts";

/** One event in words, without its id: `core 2 asks 3 tcp ports for subscriber 1`. */
function eventWords(event: Event, system: System, config: unknown, nodes: number): string {
  const node = nodes > 1 ? `node ${"node" in event ? event.node : ""} ` : "";
  switch (event.do) {
    case "op":
      return `${node}core ${event.core}: ${system.words(event.command, config)}`;
    case "advance":
      return `${node}${event.ms} ms pass`;
    case "drop":
    case "cut":
    case "heal":
      return `${event.do} ${event.from} → ${event.to}`;
    case "crash":
      return `node ${event.node} crashes, keeping ${event.keep}`;
    case "start":
      return `node ${event.node} starts`;
    case "view":
      return `node ${event.node} sees ${event.sees.join(", ")}`;
  }
}

/** The case in words: an event a line, each forced switch marked under the task that is left. */
export function caseLines(one: Case, system: System): string[] {
  const width = Math.max(4, ...one.events.map((event) => event.id.length));
  const nodes = system.nodeCount(one.config);
  const lines: string[] = [];
  const marked = new Set<number>();
  for (const event of one.events) {
    lines.push(`${event.id.padEnd(width)}  ${eventWords(event, system, one.config, nodes)}`);
    one.deviations.forEach((deviation, at) => {
      if (deviation.task !== event.id) return;
      marked.add(at);
      lines.push(`${" ".repeat(width)}  ↳ ${pc.yellow("switch")} ${whenWords(deviation.step)}: over to ${deviation.run}`);
    });
  }
  // Messages and timers have names of their own and stand under no event.
  one.deviations.forEach((deviation, at) => {
    if (!marked.has(at)) lines.push(`${deviation.task}  ↳ ${pc.yellow("switch")} ${whenWords(deviation.step)}: over to ${deviation.run}`);
  });
  return lines;
}
function whenWords(step: number): string {
  return step === 0 ? "before its first step" : `after ${step} step${step === 1 ? "" : "s"}`;
}

/** `quota: QUOTA-4: diverges at step 7 of op3 (core.held)` */
export function failureLine(system: string, failure: { readonly verdict: string; readonly rules: readonly string[]; readonly step: number; readonly task: string; readonly observable: string }): string {
  const rule = failure.rules[0] === undefined ? "" : `${failure.rules[0]}: `;
  const where = failure.task === "" ? "" : ` of ${failure.task}`;
  return `${system}: ${rule}${failure.verdict} at step ${failure.step}${where} (${failure.observable})`;
}

export interface ShownFailure {
  readonly failure: Failure;
  /** The smallest case, and how often the failure was met. */
  readonly case: Case;
  readonly met: number;
  readonly files: readonly string[];
  readonly replay: string;
  /** Told in a few lines after the case. */
  readonly why?: Explanation;
}

/** The explanation of a failing case under its heading; "" where there is none. */
export function whyText(why: Explanation, one: Case): string {
  const lines = whyLines(why, one);
  return lines.length === 0 ? "" : [`  ${pc.bold("why")}`, ...lines.map((line) => `    ${line}`)].join("\n");
}

/** The whole report of one failure, as wide as the place allows. */
export function failureText(shown: ShownFailure, system: System): string {
  const { failure, case: one } = shown;
  const operations = one.events.filter((event) => event.do === "op").length;
  const switches = one.deviations.length;
  const indent = (lines: readonly string[], by: string): string => lines.map((line) => by + line).join("\n");
  const rules = failure.rules.map((id) => system.rules.find((rule) => rule.id === id)).filter((rule) => rule !== undefined);
  const told = [
    pc.red(pc.bold(`✗ ${failureLine(system.name, failure)}`)) + (shown.met > 1 ? pc.dim(`  met ${shown.met} times`) : ""),
    rules.length === 0 ? "" : indent([`${rules[0].id}. ${rules[0].text} ${pc.dim(`[${rules[0].source}]`)}`], "  "),
    `  ${pc.bold("the model says")}           ${failure.expected}`,
    `  ${pc.bold("the implementation says")}  ${failure.found}`,
    `  ${pc.bold("smallest case")} (${operations} operation${operations === 1 ? "" : "s"}, ${switches} forced switch${switches === 1 ? "" : "es"}, profile ${one.profile}):`,
    indent(caseLines(one, system), "    "),
    shown.why === undefined ? "" : whyText(shown.why, one),
  ].filter((line) => line !== "");
  // What is to be typed or opened stays in one piece, however narrow the place.
  return [...told.map(fitted), `  ${pc.bold("replay")}  ${shown.replay}`, ...shown.files.map((file) => `  ${pc.bold("wrote")}   ${file}`)].join("\n");
}
