/** Settings, a step each: votes, rules, steering table, internal addresses. */
import { Outcome, Stage, type Scheme } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { nodeOf } from "./decide.ts";
import { answer, Goal, take, type Witness } from "./stage.ts";
import type { RssState } from "./state.ts";

function done(state: RssState, moved: Moved, stage: number): void {
  take(state, moved, stage);
  answer(state, moved, Outcome.done);
}

/** RSS-22: an older vote of this core is replaced. */
export function vote(state: RssState, core: number, moved: Moved): void {
  const levels = state.config.schemes.flatMap((scheme: Scheme) => (scheme.kind === "votes" ? scheme.levels : []));
  const load = state.load(core);
  state.set(state.layout.core.vote + core, state.now() + 1);
  state.set(state.layout.core.levels + core, levels.filter((level) => level > load).length);
  done(state, moved, Stage.vote);
}
/** RSS-4. */
export function setRule(state: RssState, rule: number, on: boolean, moved: Moved): void {
  state.set(state.layout.rule.on + rule, on ? 1 : 0);
  done(state, moved, Stage["set-rule"]);
}
/** RSS-12. */
export function steer(state: RssState, entry: number, core: number, moved: Moved): void {
  state.set(state.layout.steering.core + entry, core + 1);
  done(state, moved, Stage.steer);
}
/** RSS-9: an address of another node must be let go first. */
export function register(state: RssState, address: number, node: number, moved: Moved): void {
  const before = nodeOf(state, address);
  if (before >= 0 && node >= 0 && node !== before) {
    take(state, moved, Stage["refuse-address"]);
    return answer(state, moved, Outcome.refused);
  }
  state.set(state.layout.address.node + address, node + 1);
  done(state, moved, Stage.register);
}
/** RSS-9: which of the addresses that no node has is free. */
export function assign(state: RssState, node: number, witness: Witness, moved: Moved): void {
  const free = state.config.assignable.filter((address) => nodeOf(state, address) < 0);
  if (free.length === 0) {
    take(state, moved, Stage["refuse-assign"]);
    return answer(state, moved, Outcome.refused, -1);
  }
  take(state, moved, Stage.assign);
  state.goal(moved, Goal.assigned);
  const address = witness.address(free, moved);
  state.set(state.layout.address.node + address, node + 1);
  answer(state, moved, Outcome.done, address);
}
