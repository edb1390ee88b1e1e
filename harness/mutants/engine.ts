/**
 * Mutants of the engine itself: faults that would make every check weaker without anybody noticing. Each stands under the claim that
 * catches it, which is how the titles of the engine's tests on toys begin.
 */
import type { Mutant } from "./types.ts";

export interface EngineMutant extends Mutant {
  /** Test file that makes the claim, relative to the project. */
  readonly test: string;
}

const of = (claim: string, word: string, test: string, file: string, note: string, find: string, replace: string): EngineMutant => ({
  id: `engine/${word}`,
  rule: claim,
  system: "engine",
  test: `test/${test}.test.ts`,
  file: `harness/engine/${file}.ts`,
  find,
  replace,
  note,
});

export const engineMutants: readonly EngineMutant[] = [
  of("COMPARE", "outcome", "engine-compare", "pair", "outcomes are not compared", "if (!said.outcome.equals(judged.outcome)) {", "if (said.outcome.count < 0) {"),
  of("COMPARE", "yields", "engine-compare", "pair", "yields are not compared", "if (said.yields !== judged.yields) return", "if (said.yields < 0) return"),
  of("COMPARE", "timer-time", "engine-compare", "pair", "the time of a timer is not compared", "if (a.atMs !== b.atMs || a.core", "if (a.core"),
  of("COMPARE", "body", "engine-compare", "pair", "bodies are compared by length only", "if (one[i] !== other[i]) return false;\n  return true;\n}\n\nfunction sameMessages", "if (one[i] !== other[i] && i < 0) return false;\n  return true;\n}\n\nfunction sameMessages"),
  of("COMPARE", "stutter", "engine-compare", "pair", "what a stutter declares is not read", "if (said.writes.count === 0 && judged.writes.count === 0) {", "if (said.stages.count === 0 || (said.writes.count === 0 && judged.writes.count === 0)) {"),
  of("COMPARE", "refusal", "engine-compare", "pair", "a refused witness is let pass", "if (judged.refusal >= 0 || judged.stages.count <= k", "if (judged.stages.count <= k"),
  of("COMPARE", "first-finding", "engine-compare", "findings", "of several findings the last is told", "if (this.any) return;", ""),
  of("WHOLE", "undeclared", "engine-compare", "pair", "changes nobody declared are not looked for", "if (declared && !this.#ofModel.still()", "if (declared && this.#ofModel.still()"),
  of("WHOLE", "end", "engine-compare", "loop", "the end of a case is not looked at", "if (!this.look(false)) return;\n    if (this.#case.rest", "if (this.#case.rest"),
  of("WHOLE", "first-step", "engine-compare", "loop", "a difference is not traced to its first step", "if (found !== undefined && always && !this.always) {", "if (found !== undefined && !always && !this.always) {"),
  of("POISON", "clean", "engine-compare", "determinism", "the second run has clean memory", "const second = pair.run(ran, { ...plain, poison });", "const second = pair.run(ran, plain);"),
  of("POISON", "not-compared", "engine-compare", "determinism", "the second run is not compared", "if (second.digest === result.digest) return undefined;", "if (second.digest.length === result.digest.length) return undefined;"),
  of("DIGEST", "values", "engine-compare", "pair", "the digest ignores what is written", "this.digest.fold(sum);", "this.digest.fold(0);"),
  of("DIGEST", "mover", "engine-compare", "steps", "the digest ignores who moved", "digest.fold(tasks.key[slot]);\n    if (!this.moveTask(slot))", "if (!this.moveTask(slot))"),
  of("DIGEST", "view", "engine-compare", "loop", "the digest ignores the view at the end", "    this.foldView();\n", ""),
  of("TOY", "quiet", "engine-toys", "steps", "a side that calls a clock and swallows what the trap throws goes unseen", 'return what === "" || this.#ambient(what);', 'return what === "" || this.step >= 0 || this.#ambient(what);'),
  of("CONTEND", "own-core", "engine-compare", "contention", "operations of one core contend", " && this.#tasks.lane[other] !== this.#tasks.lane[slot]", ""),
  of("CONTEND", "blocked", "engine-compare", "contention", "a blocked operation is not in the middle", "(state === State.ready || state === State.blocked)", "(state === State.ready)"),
  of("DEV", "by-step", "engine-run", "deviations", "a switch takes place at the task's first move", "asked.step !== this.#tasks.moves[base] || ", ""),
  of("REPLAY", "lost", "engine-run", "loop", "the first switch of a run is not recorded", "this.#deviations.made(base, this.tasks.moves[base], chosen);", "if (this.step > 0) this.#deviations.made(base, this.tasks.moves[base], chosen);"),
  of("REPLAY", "uncut", "engine-run", "ran", "a failed run keeps the events that had not begun", "return this.#failsAlike(this.#again(shorter, undefined)) ? shorter : this.whole();", "return this.#failsAlike(this.#again(shorter, undefined)) ? this.whole() : shorter;"),
  of("REMOVE", "by-slot", "engine-run", "loop", "draws go by position in the case", "drawOf(this.#seed, this.tasks.key[slot], stage, count)", "drawOf(this.#seed, slot, stage, count)"),
  of("SKIP", "used-twice", "engine-run", "references", "what was used up is used again", "if (this.#consumes[slot] === 1) this.#usedUp[this.#of[slot]] = 1;", ""),
  of("LANE", "barrier", "engine-run", "schedule", "operations begin before the events before them", "if (slot >= 0 && slot < this.#barrier && this.#references.isSettled(slot)) this.#add(slot);", "if (slot >= 0 && this.#references.isSettled(slot)) this.#add(slot);"),
  of("NET", "any-order", "engine-run", "schedule", "channels deliver in any order", "this.#anyOrder ? this.#network.following(slot) : -1", "this.#network.following(slot)"),
  of("NET", "newest-lost", "engine-run", "network", "a drop loses the newest message", "return from === to ? -1 : this.#oldest[", "return from === to ? -1 : this.#newest["),
  of("CLOCK", "one-clock", "engine-run", "clocks", "all nodes share one clock", "this.#nowMs[node] += ms;", "for (let each = 0; each < this.#nodeCount; each++) this.#nowMs[each] += ms;"),
  of("CLOCK", "late", "engine-run", "clocks", "a timer runs a millisecond late", "return this.#nowMs[this.#tasks.node[slot]] >= ", "return this.#nowMs[this.#tasks.node[slot]] > "),
  of("DEADLOCK", "unseen", "engine-run", "loop", "tasks that wait for ever are let be", "if (clocks.count === 0) {", "if (clocks.count < 0) {"),
  of("REST", "no-heal", "engine-run", "loop", "nodes that are down stay down", "if (schedule.isUp(node)) continue;\n      this.#heals", "continue;\n      this.#heals"),
  of("TOY", "no-obligations", "engine-toys", "loop", "what is owed at rest is not asked for", "if (this.#case.rest && !this.settle()) return;", ""),
  of("TOY", "no-switch", "engine-toys", "loop", "whatever the strategy says, the base schedule is followed", "if (strategy !== undefined) chosen = strategy.choose(", "if (strategy !== undefined) strategy.choose("),
  of("TOY", "no-invariants", "engine-toys", "pair", "invariants are not asked for", "    this.model.invariants(this.#finding);\n", ""),
  of("strategy round-robin", "one-core", "strategy", "strategy/round-robin", "round-robin stays where it is", "this.#last = this.#laneOf[chosen];", ""),
  of("strategy pct", "no-depth", "strategy", "strategy/pct", "the lane that would move keeps its priority: depth 1 is all there is", "= --this.#lowest;", "= this.#priority[this.#laneOf[best] + 1];"),
  of("shrink", "any-failure", "shrink", "shrink/oracle", "the shrinker takes any other failure", "if (result.failure === undefined || signature(result.failure) !== wanted) return undefined;", "if (result.failure === undefined) return undefined;"),
  of("shrink", "single-events", "shrink", "shrink/shrinker", "single events are never taken out", "    while (this.#removeRanges(1)) found = true;\n", ""),
  of("shrink", "order-lost", "shrink", "shrink/schedules", "the other events do not keep their order when one is taken out", "order: order.filter((id) => !ids.has(rootOf(id))) };", "order: [] };"),
  of("shrink", "never-merged", "shrink", "shrink/shrink", "no event ever stands for two", "      again = shrinker.phaseOrdered((best, order) => merged(best, order, hints)) || again;\n", ""),
  of("shrink", "below-nothing", "shrink", "shrink/candidates", "times become smaller than none", "if (ms >= 0 && ms < event.ms)", "if (ms < event.ms)"),
  of("shrink", "switches-kept", "shrink", "shrink/shrink", "switches are never taken out", "      again = shrinker.phase(fewerDeviations) || again;\n", ""),
  of("shrink", "budget", "shrink", "shrink/shrink", "a budget that ran out is kept quiet", "    oneMinimal = false;\n", ""),
  of("shrink", "unwatched", "shrink-verdicts", "shrink/any-verdict", "broken discipline is shrunk with a side that nobody watches", 'this.#make = verdict === "discipline broken" && programs', 'this.#make = verdict === "hung" && programs'),
  of("shrink", "run-once", "shrink-verdicts", "shrink/any-verdict", "what depends on leftover memory is run once for each candidate", "const failure = twice ? ", "const failure = !twice ? result.failure : false ? "),
  of("shrink", "no-schedule", "shrink-verdicts", "shrink/any-verdict", "a hung case is shrunk without the switches its strategy made", "this.#make()).run(one, { ...options, stepsMax: step - 1 })", "this.#make()).run(one, { stepsMax: step - 1 })"),
  of("DISC", "order", "discipline", "discipline/twin", "locks are taken in any order", "last !== undefined && place < last", "last !== undefined && place === last"),
  of("DISC", "relied", "discipline", "discipline/unguarded", "a write that breaks what another step relied on passes", 'if (relied !== undefined && common(relied, held).length === 0) return "relied";', ""),
];
