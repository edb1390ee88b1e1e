/** Changing a group's quota: `publish`, then record by record. */
import { goalNumber, ruleNumber } from "../../spec/quota/rules.ts";
import { Stage, type QuotaParameters } from "../../spec/quota/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { CoreRecord, type NodeRecord, type Published } from "./records.ts";
import type { QuotaState } from "./state.ts";

const rulesOf = {
  publish: ["QUOTA-15", "QUOTA-1", "QUOTA-9"].map(ruleNumber),
  refuse: ["QUOTA-1"].map(ruleNumber),
  apply: ["QUOTA-9"].map(ruleNumber),
  shrinks: ["QUOTA-10"].map(ruleNumber),
  grows: ["QUOTA-11"].map(ruleNumber),
  total: ["QUOTA-12"].map(ruleNumber),
};
const goals = {
  refused: goalNumber("quota/refused-change"),
  borrowed: goalNumber("quota/borrowed-by-shrinking"),
  returned: goalNumber("quota/returned-by-growing"),
};

/** A change under way. */
export interface Change {
  readonly kind: "reconfigure";
  readonly published: Published;
  /** The records of the group's subscribers, in the order in which they are changed. */
  readonly nodes: readonly NodeRecord[];
  readonly to: QuotaParameters | null;
  refused: boolean;
  /** What is still to be brought up to date; undefined before the change is published. */
  waiting: (CoreRecord | NodeRecord)[] | undefined;
}

/** One stage of the change; it is over when it was refused, or no record waits. */
export function changeStage(state: QuotaState, change: Change, moved: Moved): void {
  if (change.waiting === undefined) return publish(state, change, moved);
  const record = change.waiting.shift()!;
  if (record instanceof CoreRecord) {
    state.stage(moved, Stage["apply-core"], rulesOf.apply);
    bringUpToDate(state, record, moved);
  } else {
    state.stage(moved, Stage["apply-global"], rulesOf.apply);
    changeTotal(state, record, moved);
  }
}

/** QUOTA-1, QUOTA-15. */
function publish(state: QuotaState, change: Change, moved: Moved): void {
  const { published, to } = change;
  change.waiting = [];
  if (published.forbids(to)) {
    state.stage(moved, Stage["refuse-change"], rulesOf.refuse);
    state.goal(moved, goals.refused);
    change.refused = true;
    return;
  }
  state.stage(moved, Stage.publish, rulesOf.publish);
  published.publish(to);
  if (to === null) return;
  for (const node of change.nodes) change.waiting.push(...node.ledgers, node);
}

/** QUOTA-9: a core's record goes over to what is published, if it is older. */
export function bringUpToDate(state: QuotaState, ledger: CoreRecord, moved: Moved): void {
  const { published } = ledger.node;
  if (!ledger.present || !published.configured || ledger.generation === published.generation) return;
  const old = ledger.exclusive;
  const now = published.exclusive;
  if (now < old) shrink(state, ledger, old, now, moved);
  if (now > old) grow(state, ledger, old, now, moved);
  ledger.exclusive = now;
  ledger.chunk = published.chunk;
  ledger.generation = published.generation;
  ledger.excused = true;
}
/** QUOTA-10: what is in use above the smaller exclusive quota is borrowed. */
function shrink(state: QuotaState, ledger: CoreRecord, old: number, now: number, moved: Moved): void {
  state.rules(moved, rulesOf.shrinks);
  const borrowed = Math.max(0, Math.min(ledger.used, old) - now);
  if (borrowed > 0) state.goal(moved, goals.borrowed);
  state.lend(ledger, borrowed, moved);
}
/** QUOTA-11: held units go back, up to the increase. */
function grow(state: QuotaState, ledger: CoreRecord, old: number, now: number, moved: Moved): void {
  state.rules(moved, rulesOf.grows);
  const returned = Math.min(now - old, ledger.held);
  if (returned > 0) state.goal(moved, goals.returned);
  state.lend(ledger, -returned, moved);
}

/** QUOTA-12: the change of the shared total is added to what remains. */
function changeTotal(state: QuotaState, node: NodeRecord, moved: Moved): void {
  const { published } = node;
  if (!node.present || !published.configured || node.generation === published.generation) return;
  state.rules(moved, rulesOf.total);
  state.addRemaining(node, published.shared - node.total, moved);
  node.total = published.shared;
  node.generation = published.generation;
}
