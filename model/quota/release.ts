/** Giving units back: `release` of each, last granted first, and `give-back` where too much is free after it. */
import { goalNumber, ruleNumber } from "../../spec/quota/rules.ts";
import { Stage } from "../../spec/quota/terms.ts";
import type { Moved } from "../../spec/side.ts";
import type { CoreRecord } from "./records.ts";
import type { Unit } from "./request.ts";
import type { QuotaState } from "./state.ts";

const rulesOf = {
  release: ["QUOTA-7", "QUOTA-3"].map(ruleNumber),
  giveBack: ["QUOTA-7", "QUOTA-14"].map(ruleNumber),
  releaseNone: ["QUOTA-8"].map(ruleNumber),
};
const goals = {
  givenBack: goalNumber("quota/given-back"),
  noLongerDue: goalNumber("quota/no-longer-due"),
  foreign: goalNumber("quota/foreign-release"),
  uncounted: goalNumber("quota/uncounted-after-configured"),
  chunkChanged: goalNumber("quota/chunk-changed"),
};

/** A release under way, on whichever core. */
export interface Release {
  readonly kind: "release";
  readonly core: number;
  /** Units not yet released. */
  readonly units: Unit[];
  released: number;
  /** The ledger that is to give shared units back in the next step. */
  owing: CoreRecord | undefined;
}

/** One stage of the release; it is over when no unit is left and nothing is owed. */
export function releaseStage(state: QuotaState, release: Release, moved: Moved): void {
  if (release.owing !== undefined) {
    giveBack(state, release.owing, moved);
    release.owing = undefined;
    return;
  }
  const unit = release.units.pop()!;
  release.released++;
  if (!unit.counted) return releaseNone(state, unit, moved);
  const { ledger } = unit;
  state.stage(moved, Stage.release, rulesOf.release);
  if (ledger.core !== release.core) state.goal(moved, goals.foreign);
  ledger.used -= 1;
  if (tooMuchFree(ledger)) release.owing = ledger;
  settle(ledger);
}

/** Memory of obligations: what was excused is so until it has been made up for. */
function settle(ledger: CoreRecord): void {
  if (!ledger.tooMuchFree) ledger.excused = false;
}

/** QUOTA-7: shared units are held, and more than a chunk is free. */
function tooMuchFree(ledger: CoreRecord): boolean {
  return ledger.held > 0 && ledger.free > ledger.chunk;
}

/** QUOTA-7, QUOTA-14. */
function giveBack(state: QuotaState, ledger: CoreRecord, moved: Moved): void {
  state.stage(moved, Stage["give-back"], rulesOf.giveBack);
  if (!tooMuchFree(ledger)) return state.goal(moved, goals.noLongerDue);
  state.goal(moved, goals.givenBack);
  if (ledger.chunkOfGrant !== 0 && ledger.chunkOfGrant !== ledger.chunk) state.goal(moved, goals.chunkChanged);
  state.lend(ledger, -Math.min(ledger.chunk, ledger.held), moved);
  settle(ledger);
}

/** QUOTA-8. */
function releaseNone(state: QuotaState, { ledger }: Unit, moved: Moved): void {
  state.stage(moved, Stage["release-none"], rulesOf.releaseNone);
  if (ledger.node.published.configured) state.goal(moved, goals.uncounted);
}

/** Takes a unit's grant back in one step, as if it had not been made; what it borrowed goes back as far as it is free. Answers how much did. */
export function takeBack(state: QuotaState, { ledger, borrowed }: Unit, moved: Moved): number {
  ledger.used -= 1;
  ledger.excused = true;
  const back = Math.min(borrowed, ledger.held, ledger.free);
  state.lend(ledger, -back, moved);
  return back;
}
