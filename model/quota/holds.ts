/** What must hold at every step, and what must hold once everything has come to rest. */
import { ruleNumber } from "../../spec/quota/rules.ts";
import type { Bound, Findings, Owed } from "../../spec/side.ts";
import type { CoreRecord, NodeRecord, Published } from "./records.ts";
import type { Unit } from "./request.ts";
import type { QuotaState } from "./state.ts";

const rule = {
  within: ruleNumber("QUOTA-3"),
  released: ruleNumber("QUOTA-7"),
  applied: ruleNumber("QUOTA-9"),
  conserved: ruleNumber("QUOTA-13"),
};

/** QUOTA-3, QUOTA-13. */
export function invariants(state: QuotaState, found: Findings): void {
  for (const of of state.nodes) for (const node of of) if (node.present) balance(state, node, found);
}

function balance(state: QuotaState, node: NodeRecord, found: Findings): void {
  let held = 0;
  let used = 0;
  for (const ledger of node.ledgers) {
    if (!ledger.present) continue;
    if (ledger.used < 0 || ledger.held < 0) found.add(state.at.rule + rule.conserved, ledger.entry, `used is ${ledger.used}, held is ${ledger.held}`);
    if (ledger.free < 0) found.add(state.at.rule + rule.within, ledger.entry, `${ledger.used} used of ${ledger.exclusive} exclusive and ${ledger.held} held`);
    held += ledger.held;
    used += ledger.used;
  }
  if (held + node.remaining !== node.total) found.add(state.at.rule + rule.conserved, node.entry, `${held} held and ${node.remaining} remaining are not ${node.total} in all`);
  const limit = limitOf(node);
  if (used > limit) found.add(state.at.rule + rule.conserved, node.entry, `${used} units are in use, of at most ${limit}`);
}

/** Q as the records have it. There is none to speak of in the middle of a change, or after a reduction that is not made up for yet. */
function limitOf(node: NodeRecord): number {
  let exclusive = 0;
  for (const ledger of node.ledgers) {
    if (!ledger.present) continue;
    if (ledger.generation !== node.generation) return Infinity;
    exclusive = ledger.exclusive;
  }
  return node.remaining < 0 ? Infinity : node.total + node.ledgers.length * exclusive;
}

/** QUOTA-7: of the units granted, exactly those not released are in use, ledger by ledger. */
export function allReleased(state: QuotaState, unreleased: readonly Unit[], found: Findings): void {
  eachInUse(state, unreleased, (ledger, units) => {
    if (ledger.used !== units) found.add(state.at.rule + rule.released, ledger.entry, `${ledger.used} units are in use, ${units} were granted and not released`);
  });
}

/** Every ledger with the number of counted units among `granted` that stand in it. */
export function eachInUse(state: QuotaState, granted: readonly Unit[], each: (ledger: CoreRecord, units: number) => void): void {
  const units = new Map<CoreRecord, number>();
  for (const unit of granted) if (unit.counted) units.set(unit.ledger, (units.get(unit.ledger) ?? 0) + 1);
  for (const of of state.nodes) for (const node of of) for (const ledger of node.ledgers) each(ledger, units.get(ledger) ?? 0);
}

const atOnce: Bound = { rounds: 1, ms: 0 };

/**
 * What is owed, record by record, while no operation is under way: none is older than what is published (QUOTA-9), and none keeps more than a chunk free of what it holds, unless a change
 * or an undone grant (D73) brought that about: what is borrowed goes back with the releases (QUOTA-7).
 */
export function owed(state: QuotaState, owed: Owed): void {
  for (const of of state.nodes) {
    for (const node of of) {
      upToDate(state, node, node.published, owed);
      for (const ledger of node.ledgers) {
        upToDate(state, ledger, node.published, owed);
        if (ledger.present && !ledger.excused && ledger.tooMuchFree) owed.add(state.at.rule + rule.released, ledger.heldEntry, 0, atOnce, "more than a chunk of what was borrowed is free and has not gone back");
      }
    }
  }
}
function upToDate(state: QuotaState, record: NodeRecord | CoreRecord, published: Published, owed: Owed): void {
  if (!published.configured) return;
  if (!record.present || record.generation === published.generation) return;
  owed.add(state.at.rule + rule.applied, record.entry, 0, atOnce, "a record is older than what is published");
}
