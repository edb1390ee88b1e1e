/** Taking a documented stage, its rules, and the free choices of a step. */
import { goalNumber, ruleNumber, stageRules } from "../../spec/rss-distribution/rules.ts";
import { Next, type Moved } from "../../spec/side.ts";
import type { RssState } from "./state.ts";

/** Numbers of the rules under which steps stand beside that of their stage, and of those that refuse a choice. */
export const Rule = {
  computed: ruleNumber("RSS-1"),
  bucket: ruleNumber("RSS-2"),
  leastLoaded: ruleNumber("RSS-5"),
  movedAway: ruleNumber("RSS-6"),
  peer: ruleNumber("RSS-7"),
  inner: ruleNumber("RSS-8"),
  internal: ruleNumber("RSS-9"),
  handedOver: ruleNumber("RSS-11"),
  byFunction: ruleNumber("RSS-13"),
  leftOut: ruleNumber("RSS-14"),
  extensions: ruleNumber("RSS-15"),
  inOrder: ruleNumber("RSS-16"),
  order: ruleNumber("RSS-19"),
  load: ruleNumber("RSS-20"),
  thresholds: ruleNumber("RSS-21"),
  votes: ruleNumber("RSS-22"),
  pair: ruleNumber("RSS-23"),
  combined: ruleNumber("RSS-25"),
  slice: ruleNumber("RSS-26"),
  byAddress: ruleNumber("RSS-27"),
  byCard: ruleNumber("RSS-28"),
} as const;

const goalOf = (name: string): number => goalNumber(`rss/${name}`);
/** Numbers of the goals. */
export const Goal = {
  fourTuple: goalOf("four-tuple"),
  twoTuple: goalOf("two-tuple"),
  pastExtensions: goalOf("ipv6-past-extensions"),
  addressesOnly: goalOf("ipv6-addresses-only"),
  inner: goalOf("inner"),
  carriedUsed: goalOf("carried-used"),
  carriedUnused: goalOf("carried-unused"),
  tagIgnored: goalOf("tag-ignored"),
  rule: goalOf("rule"),
  rulePassedOver: goalOf("rule-passed-over"),
  steered: goalOf("steered"),
  tie: goalOf("tie"),
  sameForN: goalOf("same-for-n"),
  sliceEnded: goalOf("slice-ended"),
  keptBelowThreshold: goalOf("kept-below-threshold"),
  passedOnByThreshold: goalOf("passed-on-by-threshold"),
  olderVoteWon: goalOf("older-vote-won"),
  pairReversed: goalOf("pair-reversed"),
  establishedReversed: goalOf("established-reversed"),
  secondScheme: goalOf("second-scheme"),
  established: goalOf("established"),
  movedInTheMiddle: goalOf("moved-in-the-middle"),
  handedHome: goalOf("handed-home"),
  published: goalOf("published"),
  adopted: goalOf("adopted"),
  refusedBucket: goalOf("refused-bucket"),
  refusedCore: goalOf("refused-core"),
  movedAway: goalOf("moved-away"),
  stranded: goalOf("stranded"),
  lost: goalOf("lost"),
  flowLost: goalOf("flow-lost"),
  orphan: goalOf("orphan"),
  returned: goalOf("returned"),
  full: goalOf("full"),
  handOverFull: goalOf("hand-over-full"),
  waitedToFinish: goalOf("waited-to-finish"),
  droppedNone: goalOf("dropped-none"),
  order: goalOf("order"),
  sharedAgain: goalOf("shared-again"),
  homeGone: goalOf("home-gone"),
  internal: goalOf("internal"),
  otherNode: goalOf("other-node"),
  assigned: goalOf("assigned"),
  unforeseen: goalOf("unforeseen"),
} as const;

/** Takes a stage, under the rule that is its own. */
export function take(state: RssState, moved: Moved, stage: number): void {
  moved.stages.push(state.at.stage + stage);
  state.rule(moved, stageRules[stage]);
}

/** The row is over, with an answer, which is told where the row is a task of its own. */
export function answer(state: RssState, moved: Moved, ...outcome: readonly number[]): void {
  moved.next = Next.done;
  if (!state.tells) return;
  for (const value of outcome) moved.outcome.push(value);
}

/** The free choices of one step: taken from what the other side said, or drawn where the model runs alone. */
export class Witness {
  readonly #state: RssState;
  readonly #slot: number;
  readonly #said: Moved | undefined;
  /** First number not yet consumed. */
  at: number;

  constructor(state: RssState, slot: number, said: Moved | undefined, at: number) {
    this.#state = state;
    this.#slot = slot;
    this.#said = said;
    this.at = at;
  }

  /** One of the allowed cores, of which there is at least one; any of them with a refusal where the other side chose none of them. */
  core(allowed: readonly number[], rule: number, what: string, moved: Moved): number {
    const chosen = this.#choose(allowed, moved);
    if (allowed.includes(chosen)) return chosen;
    const state = this.#state;
    const leftOut = state.isUp(chosen) && !state.carries(chosen);
    return this.#refuse(allowed, leftOut ? Rule.leftOut : rule, `${what}: core ${allowed.join(" or ")}, not ${chosen}`, moved);
  }
  /** One of the allowed addresses, by position, in the same way. */
  address(allowed: readonly number[], moved: Moved): number {
    const chosen = this.#choose(allowed, moved);
    if (allowed.includes(chosen)) return chosen;
    return this.#refuse(allowed, Rule.internal, `an address that no node has: ${allowed.join(" or ")}, not ${chosen}`, moved);
  }

  /** What the other side chose, -1 if it did not say; else a draw. */
  #choose(allowed: readonly number[], moved: Moved): number {
    if (this.#said !== undefined) {
      const { witness } = this.#said;
      return this.at < witness.count ? witness.items[this.at++] : -1;
    }
    const own = allowed[this.#state.draw(this.#slot, allowed.length) % allowed.length];
    moved.witness.push(own);
    return own;
  }
  #refuse(allowed: readonly number[], rule: number, text: string, moved: Moved): number {
    moved.refusal = this.#state.at.rule + rule;
    moved.refusalText = text;
    return allowed[0];
  }
}
