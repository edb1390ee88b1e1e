/** `tandem rules`: the specification, printed from its data. */
import pc from "picocolors";
import type { Rule } from "../engine/contract.ts";
import { systems } from "../systems/index.ts";
import { InvalidInput } from "./usage.ts";
import { wrapped } from "./terminal.ts";

interface RuleOptions {
  readonly json?: boolean;
}

function ruleText(rule: Rule): string {
  const lines = [`${pc.bold(`${rule.id}.`)} ${rule.text}`, pc.dim(`Source ${rule.source}. Confidence: ${rule.confidence}.`)];
  if (rule.choices !== undefined) lines.push(pc.dim(`Choice: ${rule.choices}`));
  return lines.map((line) => wrapped(line)).join("\n");
}

/** Every rule once, under the first system that states it. */
function grouped(): { readonly system: string; readonly title: string; readonly rules: readonly Rule[] }[] {
  const seen = new Set<string>();
  return systems.map((system) => {
    const rules = system.rules.filter((rule) => !seen.has(rule.id));
    for (const rule of rules) seen.add(rule.id);
    return { system: system.name, title: system.title, rules };
  });
}

/** Prints all rules, or those whose id or system is named. */
export function rulesCommand(ids: readonly string[], options: RuleOptions): number {
  const groups = grouped();
  const known = new Set(groups.flatMap((group) => [group.system, ...group.rules.map((rule) => rule.id)]));
  for (const id of ids)
    if (!known.has(id)) throw new InvalidInput("the command line", { at: "rule", expected: "the id of a rule or the name of a system (tandem rules lists them)", found: JSON.stringify(id) });
  const chosen = groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => ids.length === 0 || ids.includes(rule.id) || ids.includes(group.system)) }))
    .filter((group) => group.rules.length > 0);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(chosen, null, 2)}\n`);
    return 0;
  }
  for (const group of chosen) {
    process.stdout.write(`${wrapped(`${pc.underline(group.title)} (${group.system})`)}\n\n`);
    for (const rule of group.rules) process.stdout.write(`${ruleText(rule)}\n\n`);
  }
  return 0;
}
