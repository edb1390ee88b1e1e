/** `tandem conform kernel`: the NAT of the kernel this machine runs, judged by the rules from outside. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import pc from "picocolors";
import type { Campaign, CampaignOptions, Difference } from "../conform/campaign.ts";
import { runInside } from "../conform/launcher.ts";
import { missingText } from "../conform/missing.ts";
import type { Setting } from "../conform/setting.ts";
import { standings, type RuleStanding } from "../conform/standing.ts";
import type { ConformReport } from "../../spec/report-schema.ts";
import type { NatCommand } from "../../spec/nat-session/terms.ts";
import { words } from "../systems/nat-session/describe.ts";
import { columns, wrapped } from "./terminal.ts";
import { InvalidInput, wholeNumber } from "./usage.ts";

export interface ConformOptions {
  readonly histories?: string;
  readonly size?: string;
  readonly seed?: string;
  readonly json?: string;
}

const inside = fileURLToPath(new URL("conform-inside.mjs", import.meta.url));
const historiesOfDefault = 400;
const sizeOfDefault = 40;
const seedOfDefault = 20_140_819;

/** Judges the box named (there is one: `kernel`). 0: as is known of it; 1: otherwise; 3: it cannot be driven here. */
export function conformCommand(box: string, options: ConformOptions): number {
  if (box !== "kernel") throw new InvalidInput("the command line", { at: "box", expected: "kernel", found: JSON.stringify(box) });
  const asked: CampaignOptions = {
    histories: options.histories === undefined ? historiesOfDefault : wholeNumber("--histories", options.histories, 1, 1_000_000),
    size: options.size === undefined ? sizeOfDefault : wholeNumber("--size", options.size, 1, 400),
    seed: options.seed === undefined ? seedOfDefault : wholeNumber("--seed", options.seed, 0, 0xffff_ffff),
  };
  const lacking = missingText();
  if (lacking !== undefined) {
    process.stderr.write(`tandem: ${lacking}\n`);
    return 3;
  }
  const found = runInside(inside, asked) as Campaign;
  const rows = standings(found);
  process.stdout.write(`${table(rows)}\n\n${differencesText(found)}${summary(found, rows)}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(reportOf(box, asked, found, rows), null, 1)}\n`);
  return rows.some((row) => row.surprise !== undefined) ? 1 : 0;
}

/** What `--json` writes. */
export function reportOf(box: string, asked: CampaignOptions, found: Campaign, rows: readonly RuleStanding[]): ConformReport {
  const rules = rows.map((row) => ({ ...row, surprise: row.surprise ?? null }));
  return { format: 1, command: "conform", box, ...asked, operations: found.operations, undecided: found.undecided, rules, timings: { elapsedMs: found.elapsedMs } };
}

const colours = { keeps: pc.green, breaks: pc.red, "not had": pc.yellow, "not seen": pc.dim } as const;

function table(rows: readonly RuleStanding[]): string {
  const cells = rows.map((row) => [row.rule, colours[row.standing](row.standing), row.kept === 0 ? "-" : String(row.kept), row.broken === 0 ? "-" : String(row.broken), row.why]);
  if (columns() < 100 || !process.stdout.isTTY) return cells.map(([rule, standing, kept, broken, why]) => wrapped(`${rule} ${standing}${kept === "-" ? "" : `, kept ${kept} times`}${broken === "-" ? "" : `, broken in ${broken} histories`}. ${why}`, "  ")).join("\n");
  const drawn = new Table({ head: ["rule", "the kernel", "kept", "broken", ""], style: { head: [], border: [], compact: true }, colAligns: ["left", "left", "right", "right", "left"], colWidths: [null, null, null, null, columns() - 50], wordWrap: true });
  for (const row of cells) drawn.push(row);
  return drawn.toString();
}

function differencesText(found: Campaign): string {
  return found.differences.map((one) => `${differenceText(one)}\n\n`).join("");
}
function differenceText({ failure, case: one, histories }: Difference): string {
  const setting = one.config as Setting;
  const lines = one.events.map((event) => {
    if (event.do === "advance") return `    ${event.ms} ms pass`;
    return event.do === "op" ? `    ${event.id}: ${words(event.command as NatCommand, setting.nat).replace(/^gets /, "")}` : "";
  });
  return [
    `${pc.bold(`${failure.rules[0]}`)} (${failure.observable}, ${histories} histories), smallest case: ${settingText(setting)}`,
    ...lines,
    `  the rules say    ${failure.expected}`,
    `  the kernel says  ${failure.found}`,
  ].join("\n");
}
/** What of a setting matters to a reader: pool, blocks, limits, static mappings. */
function settingText({ nat, block, choice }: Setting): string {
  const parts = [`pool ${nat.addresses.join(", ")} ports ${nat.low}-${nat.high}`, `ports ${choice === "own" ? "kept where free" : choice}`];
  if (block !== null) parts.push(`blocks of ${block}`);
  if (nat.quota !== null) parts.push(`at most ${nat.quota} sessions`);
  for (const one of nat.statics) parts.push(`${one.protocol} ${nat.addresses[one.address]}:${one.externalPort} is ${nat.subscribers[one.subscriber].address}:${one.port}`);
  if (nat.type.pairing) parts.push("paired addresses");
  return parts.join("; ");
}

function summary(found: Campaign, rows: readonly RuleStanding[]): string {
  const count = (standing: string): number => rows.filter((row) => row.standing === standing).length;
  const seconds = found.elapsedMs / 1000;
  const lines = [
    `${found.histories} histories, ${found.packets} packets in ${seconds.toFixed(1)} s; ${found.operations} judged until a history ended or parted from the rules; ${found.undecided} undecided`,
    `the kernel keeps ${count("keeps")} rules, breaks ${count("breaks")}, has no setting for ${count("not had")}; ${count("not seen")} cannot be seen from outside`,
  ];
  for (const row of rows) if (row.surprise !== undefined) lines.push(pc.red(`${row.rule} is known as "${row.standing}" and ${row.surprise}`));
  return lines.join("\n");
}
