/** Free choices: what the model allows, and the rule under which it refuses anything else. */
import { expect, test } from "vitest";
import { Moved } from "../../harness/engine/contract.ts";
import { RssModel } from "../../model/rss-distribution/index.ts";
import { rules } from "../../spec/rss-distribution/rules.ts";
import type { RssCommand, RssConfig, Scheme } from "../../spec/rss-distribution/terms.ts";
import { base, down, packet, under, vote } from "../play-rss.ts";

/** An operation on a core with what is chosen in its last step; `ms`: time that passes. Messages stay under way, so what is placed goes on waiting. */
type Chosen = readonly [core: number, command: RssCommand, ...witness: readonly number[]] | { readonly ms: number };

/** The rule that refuses the last choice, or "allowed"; the earlier ones must be allowed. */
function judged(config: RssConfig, script: readonly Chosen[]): string {
  let now = 0;
  const model = new RssModel();
  model.open({ config, profile: "product", taskCountMax: script.length, draw: () => 0, nowMs: () => now, footprint: false, poison: 0 });
  const verdicts = script.flatMap((one, slot) => {
    if ("ms" in one) {
      now += one.ms;
      return [];
    }
    const [core, command, ...witness] = one;
    model.start({ slot, node: 0, core, kind: "op", cause: slot, command, body: [], of: -1 });
    // The only operation here that chooses and takes several steps is core-down: its first step has no choice.
    const said = new Moved();
    if (command.kind === "core-down") model.judge(slot, said, 0, new Moved());
    for (const value of witness) said.witness.push(value);
    const moved = new Moved();
    model.judge(slot, said, 0, moved);
    return [moved.refusal < 0 ? "allowed" : rules[moved.refusal].id];
  });
  expect(verdicts.slice(0, -1)).toEqual(verdicts.slice(0, -1).map(() => "allowed"));
  return verdicts.at(-1)!;
}

const withoutThree = (scheme: Scheme): RssConfig => ({ ...under(scheme), traffic: [true, true, true, false], indirection: [0, 1, 2, 2] });
const least = withoutThree({ kind: "least-loaded", packets: 1 });
const inTurn = withoutThree({ kind: "least-loaded", packets: 2 });
const pair = withoutThree({ kind: "pair" });
const slice = withoutThree({ kind: "time-slice", ms: 100 });
const thresholds = withoutThree({ kind: "thresholds", low: 1, high: 3 });
const votes = under({ kind: "votes", ageWeight: 1, ageMaxMs: 500, priorityWeight: 0, levels: [] }, { kind: "hash" });
const lists = (kind: "virtual-address" | "card"): RssConfig => under({ kind, coresOf: kind === "card" ? [[1, 2], []] : [[], [1, 2], [], []] }, { kind: "hash" });
const functions = under({ kind: "function", functions: [{ low: 1766, high: 1766, cores: [1, 2] }] }, { kind: "hash" });
const one = packet(0);

test.each<[claim: string, verdict: string, RssConfig, readonly Chosen[]]>([
  ["RSS-5: any of equally loaded cores", "allowed", least, [[0, one, 2]]],
  ["RSS-5: the second packet on another core", "allowed", least, [[0, one, 2], [0, one, 0]]],
  ["RSS-5: the second packet on the core that has the first", "RSS-5", least, [[0, one, 2], [0, one, 2]]],
  ["RSS-5: no core at all", "RSS-5", least, [[0, one]]],
  ["RSS-5: a core that does not exist", "RSS-5", least, [[0, one, 4]]],
  ["RSS-5: another than the one in turn", "RSS-5", inTurn, [[0, one, 2], [0, one, 0]]],
  ["RSS-5: the one in turn, though it is loaded", "allowed", inTurn, [[0, one, 2], [0, one, 2]]],
  ["RSS-14: a core that carries no traffic", "RSS-14", least, [[0, one, 3]]],
  ["RSS-23: another core than the pair's", "RSS-23", pair, [[0, one, 1], [0, packet(1), 0]]],
  ["RSS-23: the pair's", "allowed", pair, [[0, one, 1], [0, packet(1), 1]]],
  ["RSS-23: a loaded core for a new pair", "RSS-23", pair, [[0, one, 1], [0, packet(2), 1]]],
  ["RSS-26: the slice's core after its end", "RSS-26", slice, [[0, one, 1], { ms: 100 }, [0, one, 1]]],
  ["RSS-26: another core after its end", "allowed", slice, [[0, one, 1], { ms: 100 }, [0, one, 2]]],
  ["RSS-26: another core before its end", "RSS-26", slice, [[0, one, 1], { ms: 99 }, [0, one, 2]]],
  ["RSS-21: passed on below the low threshold", "RSS-21", thresholds, [[0, one, 1]]],
  ["RSS-21: kept there", "allowed", thresholds, [[0, one, 0]]],
  ["RSS-21: kept at the high threshold", "RSS-21", thresholds, [[0, packet(0, { cost: 3 }), 0], [0, one, 0]]],
  ["RSS-21: passed on to a core that is not the least loaded", "RSS-21", thresholds, [[0, packet(0, { cost: 3 }), 0], [1, one, 1], [0, one, 1]]],
  ["RSS-21: passed on to the least loaded", "allowed", thresholds, [[0, packet(0, { cost: 3 }), 0], [1, one, 1], [0, one, 2]]],
  ["RSS-22: the younger vote", "RSS-22", votes, [[1, vote], { ms: 1 }, [2, vote], [0, one, 2]]],
  ["RSS-22: the older", "allowed", votes, [[1, vote], { ms: 1 }, [2, vote], [0, one, 1]]],
  ["RSS-22: either of two votes with the same weight", "allowed", votes, [[1, vote], [2, vote], [0, one, 2]]],
  ["RSS-22: a core that has not voted", "RSS-22", votes, [[1, vote], [0, one, 3]]],
  ["RSS-27: a core that is not on the address's list", "RSS-27", lists("virtual-address"), [[0, one, 0]]],
  ["RSS-27: one that is", "allowed", lists("virtual-address"), [[0, one, 2]]],
  ["RSS-28: a core that is not on the card's list", "RSS-28", lists("card"), [[0, one, 0]]],
  ["RSS-28: one that is", "allowed", lists("card"), [[0, one, 2]]],
  ["RSS-13: a core that is not on the function's list", "RSS-13", functions, [[0, one, 3]]],
  ["RSS-13: one that is", "allowed", functions, [[0, one, 1]]],
  ["RSS-6: a bucket to the core that has just gone", "RSS-6", base, [[0, down(3), 3]]],
  ["RSS-6: a bucket to any other", "allowed", base, [[0, down(3), 2]]],
  ["RSS-9: an address that a node has", "RSS-9", { ...base, internal: [1, -1, -1, -1], assignable: [0, 1, 2] }, [[0, { kind: "assign", node: 1 }, 0]]],
  ["RSS-9: one that may not be assigned", "RSS-9", { ...base, assignable: [0, 1] }, [[0, { kind: "assign", node: 1 }, 2]]],
  ["RSS-9: one that is free", "allowed", { ...base, assignable: [0, 1] }, [[0, { kind: "assign", node: 1 }, 1]]],
])("%s (%s)", (_, verdict, config, script) => {
  expect(judged(config, script)).toBe(verdict);
});
