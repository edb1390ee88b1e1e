/** Asking for units, one stage at a time: `look-up`, then unit by unit whatever the records call for at that very step. */
import { goalNumber, ruleNumber } from "../../spec/quota/rules.ts";
import { Stage } from "../../spec/quota/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { bringUpToDate } from "./change.ts";
import type { CoreRecord } from "./records.ts";
import type { QuotaState } from "./state.ts";

const rulesOf = {
  lookUp: ["QUOTA-2"].map(ruleNumber),
  unlimited: ["QUOTA-2"].map(ruleNumber),
  initCore: ["QUOTA-6", "QUOTA-15"].map(ruleNumber),
  initGlobal: ["QUOTA-6", "QUOTA-1", "QUOTA-15"].map(ruleNumber),
  refresh: ["QUOTA-9"].map(ruleNumber),
  use: ["QUOTA-3", "QUOTA-14"].map(ruleNumber),
  borrow: ["QUOTA-4", "QUOTA-14", "QUOTA-1"].map(ruleNumber),
  deny: ["QUOTA-5"].map(ruleNumber),
  overdrawn: ["QUOTA-12"].map(ruleNumber),
};
const goals = {
  remainder: goalNumber("quota/remainder"),
  denied: goalNumber("quota/denied"),
  grantedAfterDenial: goalNumber("quota/granted-after-denial"),
  refreshed: goalNumber("quota/refreshed"),
  unpublishedMidway: goalNumber("quota/unpublished-midway"),
};

/** A unit granted: on which ledger, whether it is counted there, and how many shared units its grant moved to it. */
export interface Unit {
  readonly ledger: CoreRecord;
  readonly counted: boolean;
  readonly borrowed: number;
}

/** A request under way. */
export interface Request {
  readonly kind: "request";
  readonly ledger: CoreRecord;
  /** Units still wanted. */
  left: number;
  /** Generation published at look-up; undefined before it. */
  seen: number | undefined;
  denied: boolean;
  /** Units granted and not released since, the last granted last. */
  readonly units: Unit[];
}

/** One stage of the request; it is over when nothing more is wanted, or it was denied. */
export function requestStage(state: QuotaState, request: Request, moved: Moved): void {
  const { ledger } = request;
  const { node } = ledger;
  if (request.seen === undefined) lookUp(state, request, moved);
  else if (!ledger.present) made(state, request, initCore, moved);
  else if (!node.present) made(state, request, initGlobal, moved);
  else if (ledger.generation < request.seen) made(state, request, refresh, moved);
  else if (ledger.used < ledger.exclusive + ledger.held) use(state, request, moved);
  else if (node.remaining >= 1) borrow(state, request, moved);
  else deny(state, request, moved);
}

/** QUOTA-2. */
function lookUp(state: QuotaState, request: Request, moved: Moved): void {
  const { published } = request.ledger.node;
  if (!published.configured) return unlimited(state, request, moved);
  state.stage(moved, Stage["look-up"], rulesOf.lookUp);
  request.seen = published.generation;
}
/** QUOTA-2. */
function unlimited(state: QuotaState, request: Request, moved: Moved): void {
  state.stage(moved, Stage.unlimited, rulesOf.unlimited);
  if (request.seen !== undefined) state.goal(moved, goals.unpublishedMidway);
  for (; request.left > 0; request.left--) request.units.push({ ledger: request.ledger, counted: false, borrowed: 0 });
}

/** A record is made or renewed from what is published; where nothing is published any more, nothing limits the request (QUOTA-2). */
function made(state: QuotaState, request: Request, how: (state: QuotaState, ledger: CoreRecord, moved: Moved) => void, moved: Moved): void {
  if (request.ledger.node.published.configured) how(state, request.ledger, moved);
  else unlimited(state, request, moved);
}
/** QUOTA-6. */
function initCore(state: QuotaState, ledger: CoreRecord, moved: Moved): void {
  const { published } = ledger.node;
  state.stage(moved, Stage["init-core"], rulesOf.initCore);
  ledger.present = true;
  ledger.generation = published.generation;
  ledger.exclusive = published.exclusive;
  ledger.chunk = published.chunk;
}
/** QUOTA-6, QUOTA-1. */
function initGlobal(state: QuotaState, { node }: CoreRecord, moved: Moved): void {
  const { published } = node;
  state.stage(moved, Stage["init-global"], rulesOf.initGlobal);
  node.present = true;
  node.generation = published.generation;
  node.total = published.shared;
  node.remaining = published.shared;
}
/** QUOTA-9. */
function refresh(state: QuotaState, ledger: CoreRecord, moved: Moved): void {
  state.stage(moved, Stage["refresh-core"], rulesOf.refresh);
  state.goal(moved, goals.refreshed);
  bringUpToDate(state, ledger, moved);
}

/** QUOTA-3, QUOTA-14. */
function use(state: QuotaState, request: Request, moved: Moved): void {
  state.stage(moved, Stage.use, rulesOf.use);
  count(state, request, 0, moved);
}
/** QUOTA-4. */
function borrow(state: QuotaState, request: Request, moved: Moved): void {
  const { ledger } = request;
  const grant = Math.min(ledger.chunk, ledger.node.remaining);
  state.stage(moved, Stage.borrow, rulesOf.borrow);
  if (grant < ledger.chunk) state.goal(moved, goals.remainder);
  ledger.chunkOfGrant = ledger.chunk;
  state.lend(ledger, grant, moved);
  count(state, request, grant, moved);
}
function count(state: QuotaState, request: Request, borrowed: number, moved: Moved): void {
  const { ledger } = request;
  if (ledger.node.denied) state.goal(moved, goals.grantedAfterDenial);
  ledger.node.denied = false;
  ledger.used += 1;
  request.left--;
  request.units.push({ ledger, counted: true, borrowed });
}
/** QUOTA-5; QUOTA-12 where what remains is negative. */
function deny(state: QuotaState, request: Request, moved: Moved): void {
  const { node } = request.ledger;
  state.stage(moved, Stage.deny, rulesOf.deny);
  if (node.remaining < 0) state.rules(moved, rulesOf.overdrawn);
  state.goal(moved, goals.denied);
  node.denied = true;
  request.denied = true;
}
