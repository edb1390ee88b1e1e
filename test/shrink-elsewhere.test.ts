import { describe, expect, test } from "vitest";
import type { Case, Deviation, Event } from "../harness/engine/case.ts";
import { caseFormat } from "../harness/engine/case.ts";
import type { Answer } from "../harness/engine/shrink/oracle.ts";
import type { Hints } from "../harness/engine/shrink/order.ts";
import { shrink } from "../harness/engine/shrink/shrink.ts";
import type { Failure } from "../harness/engine/verdict.ts";
import { counterSystem } from "./toys/counter.ts";

const system = counterSystem();
const failure: Failure = { verdict: "diverges", rules: [], step: 1, task: "", observable: "made up", expected: "", found: "" };

const add = (id: string, core = 0, amount = 1): Event => ({ id, do: "op", node: 0, core, command: { kind: "add", counter: 0, amount } as never });
const begin = (task: string, run: string, step = 0): Deviation => ({ task, step, run });

function caseOf(events: readonly Event[], deviations: readonly Deviation[] = [], seed = 0): Case {
  return { format: caseFormat, system: "counter", profile: "plain", config: { cores: 2, counters: 1 }, seed, events, deviations, rest: false };
}

/** The smallest case of two cores for an oracle that knows nothing but what it is shown: no order of a run, no schedule. */
function smallest(one: Case, fails: (candidate: Case) => boolean, hints: Hints = system): { readonly left: Case; readonly asked: readonly Case[] } {
  const asked: Case[] = [];
  const ask = (candidate: Case): Answer | undefined => (asked.push(candidate), hints.coreCount(candidate.config, 0) === 2 && fails(candidate) ? { failure, ran: () => candidate } : undefined);
  const { case: left, oneMinimal } = shrink(one, ask, hints);
  expect(oneMinimal).toBe(true);
  expect(shrink(left, ask, hints).case).toEqual(left);
  return { left, asked };
}

const ids = ({ events }: Case): string => events.map(({ id }) => id).join("");
const coresOf = ({ events }: Case): readonly number[] => events.map((event) => (event.do === "op" ? event.core : -1));
const amountsOf = ({ events }: Case): readonly number[] => events.map((event) => (event.do === "op" ? (event.command as never as { amount: number }).amount : 0));

describe("what is elsewhere in a small case", () => {
  test("shrink: an earlier place in the list stands for a switch", () => {
    const { left } = smallest(caseOf([add("a"), add("b"), add("c")], [begin("a", "c")]), (one) => (ids(one) === "abc" && one.deviations.length === 1) || ids(one) === "cab");
    expect([ids(left), left.deviations]).toEqual(["cab", []]);
  });

  test("shrink: where one of the switches goes with it, the others stay", () => {
    const switches = [begin("a", "c"), begin("a", "b")];
    const { left } = smallest(caseOf([add("a"), add("b"), add("c")], switches), (one) => (ids(one) === "abc" && one.deviations.length === 2) || (ids(one) === "cab" && one.deviations.some(({ run }) => run === "b")));
    expect([ids(left), left.deviations]).toEqual(["cab", [switches[1]]]);
  });

  test("shrink: on another core an operation may need no switch, or no other before it", () => {
    const alone = (one: Case): boolean => one.events.length === 1 && coresOf(one)[0] === 1;
    expect(coresOf(smallest(caseOf([add("a"), add("b")]), (one) => ids(one) === "ab" || alone(one)).left)).toEqual([1]);
    const { left } = smallest(caseOf([add("a"), add("b")], [begin("a", "b")]), (one) => ids(one) === "ab" && (one.deviations.length === 1 || coresOf(one)[1] === 1));
    expect([ids(left), coresOf(left), left.deviations]).toEqual(["ab", [0, 1], []]);
  });

  test("shrink: on another core an operation may do alone at another switch", () => {
    const switches = [begin("a/m/0", "b"), begin("b/m/0", "b", 1)];
    const alone = (one: Case): boolean => one.events.length === 1 && coresOf(one)[0] === 1 && one.deviations.some(({ task, step, run }) => task === `${run}/m/0` && step === 2);
    const { left } = smallest(caseOf([add("a"), add("b")], switches), (one) => (ids(one) === "ab" && one.deviations.length === 2) || alone(one));
    expect([left.events.length, coresOf(left), left.deviations.length]).toEqual([1, [1], 1]);
  });

  test("shrink: in a case that is not small nothing is put elsewhere", () => {
    const events = Array.from("abcdefghi", (id) => add(id));
    const { left, asked } = smallest(caseOf(events), (one) => one.events.length === 9);
    expect(left.events).toEqual(events);
    expect(asked.filter((one) => coresOf(one).includes(1))).toEqual([]);
  });
});

describe("what is otherwise in a small case", () => {
  test("shrink: under another seed an event less may do", () => {
    const { left } = smallest(caseOf([add("a"), add("b"), add("c")]), (one) => ids(one) === "abc" || (ids(one) === "ac" && one.seed === 5));
    expect([ids(left), left.seed]).toEqual(["ac", 5]);
  });

  test("shrink: with a number that is larger by one a switch may go, and an event", () => {
    const { left: switched } = smallest(caseOf([add("a"), add("b")], [begin("a", "b")]), (one) => ids(one) === "ab" && (one.deviations.length === 1 || amountsOf(one)[1] === 2));
    expect([amountsOf(switched), switched.deviations]).toEqual([[1, 2], []]);
    const { left } = smallest(caseOf([add("a"), add("b")]), (one) => ids(one) === "ab" || (one.events.length === 1 && amountsOf(one)[0] === 2));
    expect(amountsOf(left)).toEqual([2]);
  });

  test("shrink: numbers are larger within a command too, and only where the system takes it", () => {
    const nested = (id: string, to: readonly number[]): Event => ({ id, do: "op", node: 0, core: 0, command: { kind: "set", to: { list: to } } as never });
    const listOf = ({ events: [event] }: Case): readonly number[] => (event.do === "op" ? (event.command as never as { to: { list: number[] } }).to.list : []);
    const hints: Hints = { ...system, smallerCommands: () => [], commandWeight: () => 0, parseCommand: (command) => ({ ok: (command as { to: { list: number[] } }).to.list[0] < 5 }) };
    const { left, asked } = smallest(caseOf([nested("a", [4, 7]), nested("b", [4, 7])]), (one) => ids(one) === "ab" || (one.events.length === 1 && listOf(one).join() === "4,8"), hints);
    expect(listOf(left)).toEqual([4, 8]);
    expect(asked.filter((one) => one.events.length > 0 && listOf(one)[0] > 4)).toEqual([]);
  });
});
