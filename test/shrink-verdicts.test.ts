import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import { runCampaign } from "../harness/engine/campaign/campaign.ts";
import type { Plan } from "../harness/engine/campaign/plan.ts";
import { Next, type Moved, type Setup, type System, type Task } from "../harness/engine/contract.ts";
import { loadWatched } from "../harness/engine/discipline/watched.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { readSource } from "../harness/engine/loader/load.ts";
import { Judge, type Programs } from "../harness/engine/shrink/any-verdict.ts";
import { inTime } from "../harness/engine/mutate/journal.ts";
import { strategyByName } from "../harness/engine/strategy/index.ts";
import { signature, type Failure, type Verdict } from "../harness/engine/verdict.ts";
import { systemByName } from "../harness/systems/index.ts";
import { judged } from "../harness/systems/judged.ts";
import { smallest, type Smallest } from "../harness/cli/smallest.ts";
import { CounterImplementation, counterSystem, type Add, type CounterConfig } from "./toys/counter.ts";
import { lockSystem } from "./toys/lock.ts";
import { poolSystem, type PoolFault } from "./toys/pool.ts";
import { systemByName as toyByName } from "./toys/watch-module.ts";

const place = (file: string): string => fileURLToPath(new URL(`toys/${file}.ts`, import.meta.url));

/** Whoever meets an operation between its look and its swap waits for it inside a step: a hang that needs two cores and a switch. */
class Spinning extends CounterImplementation {
  readonly #owner = new Map<number, number>();
  readonly #counterOf = new Map<number, number>();
  override open(setup: Setup<CounterConfig>): void {
    super.open(setup);
    this.#owner.clear();
  }
  override start(task: Task): void {
    super.start(task);
    this.#counterOf.set(task.slot, (task.command as Add).counter);
  }
  override move(slot: number, moved: Moved): void {
    const counter = this.#counterOf.get(slot)!;
    while ((this.#owner.get(counter) ?? slot) !== slot);
    super.move(slot, moved);
    if (moved.next === Next.done) this.#owner.delete(counter);
    else this.#owner.set(counter, slot);
  }
}

/** On a machine that is busy: each time it is run it stands still at another step, by turns, for a while. */
class Late extends CounterImplementation {
  static readonly stands: number[] = [];
  #step = 0;
  #stands = 0;
  override open(setup: Setup<CounterConfig>): void {
    super.open(setup);
    this.#step = 0;
    this.#stands = Late.stands.shift() ?? 0;
  }
  override move(slot: number, moved: Moved): void {
    while (++this.#step === this.#stands) this.#step--;
    super.move(slot, moved);
  }
}

const own: Programs = { sides: () => ({}) };
const strategy = strategyByName("mixture");
const shape = ({ case: one }: Smallest): number[] => [one.events.filter((event) => event.do === "op").length, one.events.length, one.deviations.length];

/** Drawn cases that fail with this verdict, as they are before shrinking. */
function failing(system: System, verdict: Verdict, most: number, programs = own): { case: Case; failure: Failure }[] {
  const judge = new Judge(system, verdict, programs);
  const found: { case: Case; failure: Failure }[] = [];
  for (let seed = 0; seed < 200 && found.length < most; seed++) {
    const one = drawCase(system, "plain", seed, 40);
    const answer = judge.failureOf(one, { strategy });
    if (answer?.failure.verdict === verdict) found.push({ case: verdict === "hung" ? one : answer.ran(), failure: answer.failure });
  }
  return found;
}

/** Taking out any one event or switch makes it fail in another way, or not at all. */
function expectOneMinimal(system: System, found: Smallest, programs = own): void {
  expect(found.oneMinimal).toBe(true);
  const wanted = signature(found.failure);
  const told = (one: Case): string | undefined => {
    const answer = new Judge(system, found.failure.verdict, programs).failureOf(one);
    return answer && signature(answer.failure);
  };
  expect(told(found.case)).toBe(wanted);
  for (const part of ["events", "deviations"] as const) found.case[part].forEach((_, at) => expect(told({ ...found.case, [part]: (found.case[part] as readonly object[]).toSpliced(at, 1) }), `${part}[${at}]`).not.toBe(wanted));
}

describe("looking at one case in every way", () => {
  const command = { kind: "take" };
  const takes: Case = { format: 1, system: "pool", profile: "plain", config: { cores: 1, places: 7 }, seed: 2, events: [0, 1, 2, 3].map((at) => ({ id: `op${at}`, do: "op", node: 0, core: 0, command })), deviations: [], rest: false };
  test.each<[string, PoolFault, string | undefined]>([
    ["conforms", "none", undefined],
    ["diverges", "taken", "diverges|POOL-1|witness"],
    ["is nondeterministic", "stale", "nondeterministic|-|witness"],
    ["hangs", "loop", "hung|-|step"],
  ])("judged: a case that %s", (_, fault, told) => {
    const failure = judged(poolSystem({ fault }), takes, own);
    expect(failure && signature(failure)).toBe(told);
    if (fault === "loop") expect(failure).toMatchObject({ step: 4 });
  });

  test("judged: a case that breaks the discipline, watched as the system says", () => {
    const transfer = { kind: "transfer", from: 0, to: 1, amount: 1 };
    const one: Case = { format: 1, system: "lock", profile: "plain", config: { cores: 2, accounts: 2 }, seed: 0, events: [{ id: "op0", do: "op", node: 0, core: 0, command: transfer }], deviations: [], rest: false };
    const watched = (): ReturnType<typeof loadWatched> => loadWatched({ entry: place("lock"), accessor: place("shared"), create: (exports) => new exports.LockImplementation("held") });
    expect(judged(lockSystem({ fault: "held" }), one, own)).toBeUndefined();
    expect(judged(lockSystem({ fault: "held" }), one, { ...own, watched })).toMatchObject({ verdict: "discipline broken", rules: ["LOCK-3"] });
  });

  test("judged: a system as it stands conforms, watched and poisoned", () => {
    const system = systemByName("port-quota")!;
    for (let seed = 0; seed < 3; seed++) expect(judged(system, drawCase(system, "product", seed, 20))).toBeUndefined();
  });
});

describe("shrinking whatever the verdict", () => {
  test("shrink: broken discipline is shrunk with the watched side: a transfer that forgets its lock because another went before", () => {
    const system = lockSystem();
    const text = readSource(place("lock"))
      .replace("readonly #fault: LockFault;", "#careless = false; $&")
      .replace("this.#accounts = accounts;", "$& this.#careless = false;")
      .replace("if (!acquire(this.#mem, low)) return", "if (!this.#careless && !acquire(this.#mem, low)) return")
      .replace("this.#transfer(slot, moved);", "$& this.#careless = moved.outcome.items[0] === Outcome.moved;");
    const texts = new Map([[place("lock"), text]]);
    const watched = (): ReturnType<typeof loadWatched> => loadWatched({ entry: place("lock"), accessor: place("shared"), create: (exports) => new exports.LockImplementation() }, texts);
    const programs: Programs = { sides: () => ({}), watched };
    const found = failing(system, "discipline broken", 5, programs);
    for (const { case: one, failure } of found) {
      const result = smallest(system, one, failure, { programs });
      expect(shape(result)).toEqual([2, 2, 0]);
      expectOneMinimal(system, result, programs);
    }
    expect(Math.max(...found.map(({ case: one }) => one.events.length))).toBeGreaterThan(2);
    // A side that is not watched has no such fault.
    const [{ case: one, failure }] = found;
    expect(smallest(system, one, failure, { programs: own })).toEqual({ case: one, failure, oneMinimal: false });
  });

  test("shrink: what depends on leftover memory is run twice for each candidate, and comes down to one operation", () => {
    const system = poolSystem({ fault: "stale" });
    const found = failing(system, "nondeterministic", 5);
    expect(found.length).toBe(5);
    for (const { case: one, failure } of found) {
      const result = smallest(system, one, failure, { programs: own });
      expect(shape(result)).toEqual([1, 1, 0]);
      expect(result.failure).toMatchObject({ verdict: "nondeterministic", observable: "witness", step: 1 });
      expectOneMinimal(system, result);
    }
  });

  test("shrink: a step that never ends is shrunk under a time limit, with the switches its strategy had made", () => {
    const system: System = { ...counterSystem(), implementation: () => new Spinning() };
    const [{ case: one, failure }] = failing(system, "hung", 1);
    const result = smallest(system, one, failure, { programs: own, strategy: "mixture", hangMs: 50, timeMs: 30_000 });
    expect(shape(result)).toEqual([2, 2, 1]);
    expect(result.failure).toMatchObject({ verdict: "hung", step: 2 });
    expectOneMinimal(system, result);
  });

  test.each([
    ["at the same step twice goes nowhere", [2, 4, 4], 4, 0],
    ["later each time, and comes to its end, does not", [1, 2, 3], undefined, 0],
    ["now here, now there, is given up", [1, 2, 1, 2, 1, 2, 1, 2], undefined, 3],
  ])("shrink: what stands %s", (_, stands, hung, left) => {
    const system: System = { ...counterSystem(), implementation: () => new Late() };
    Late.stands.splice(0, Infinity, ...stands);
    const answer = new Judge(system, "hung", own, { hangMs: 20 }).failureOf(drawCase(counterSystem(), "plain", 1, 40));
    expect(answer && [answer.failure.verdict, answer.failure.step]).toEqual(hung && ["hung", hung]);
    expect(Late.stands.length).toBe(left);
  });

  test("shrink: the hung case of a campaign comes down to the three steps it needs", async () => {
    const system = toyByName("pool, hanging")!;
    const plan: Plan = { system: "pool, hanging", seed: 5, profile: "plain", size: 40, strategy: "mixture", poisonEvery: 0, disciplineEvery: 0 };
    const { cases, failures } = await runCampaign({ plan, system, systemModule: new URL("toys/watch-module.ts", import.meta.url).href, runs: 10_000, workers: 1, hungMs: 1000, hungMax: 1 });
    // One hang was enough: the campaign ended with it.
    const [{ case: one, failure, count }] = failures;
    expect([failure.verdict, count]).toEqual(["hung", 1]);
    expect(cases).toBeLessThan(250);
    const result = smallest(system, one, failure, { programs: own, strategy: "mixture", hangMs: 50, timeMs: 30_000 });
    expect(shape(result)).toEqual([3, 3, expect.any(Number)]);
    expectOneMinimal(system, result);
  });

  test("shrink: a candidate that hangs is another failure where the verdict is another, and costs no more than its limit", () => {
    const system = poolSystem({ fault: "loop" });
    const [first] = failing(system, "hung", 1);
    const before = performance.now();
    const failure: Failure = { ...first.failure, verdict: "diverges", observable: "made up" };
    const result = smallest(system, first.case, failure, { programs: own, caseMs: 100 });
    expect(result).toMatchObject({ failure, oneMinimal: false });
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test("shrink: when the time is up, what is smallest so far is the answer, and it is not called minimal", () => {
    const system: System = { ...counterSystem(), implementation: () => new Spinning() };
    const [{ case: one, failure }] = failing(system, "hung", 1);
    const before = performance.now();
    const result = smallest(system, one, failure, { programs: own, strategy: "mixture", hangMs: 100, timeMs: 500 });
    expect(performance.now() - before).toBeLessThan(5000);
    expect(result.oneMinimal).toBe(false);
    expect(result.failure.verdict).toBe("hung");
  });
});

describe("a search under a time limit for each of its questions", () => {
  const busy = (ms: number): void => {
    for (const end = performance.now() + ms; performance.now() < end; );
  };

  test("shrink: a question that goes nowhere is asked once more, by itself, and has no answer; no other is asked twice, and what was answered is not new", () => {
    const asked: number[] = [];
    const news: boolean[][] = [];
    const result = inTime(300, (journal) => {
      const fresh: boolean[] = [];
      news.push(fresh);
      return [0, 1, 2, 3].map((number) => {
        fresh.push(journal.isNew);
        return journal.ask(() => {
          asked.push(number);
          while (number === 2);
          return number * 10;
        });
      });
    });
    expect(result).toEqual([0, 10, undefined, 30]);
    expect(asked).toEqual([0, 1, 2, 2, 3]);
    expect(news).toEqual([[true, true, true], [false, false, true, true]]);
  });

  test("shrink: many questions may take longer together than one may", () => {
    const numbers = Array.from({ length: 12 }, (_, at) => at);
    let asked = 0;
    const result = inTime(1000, (journal) =>
      numbers.map((number) =>
        journal.ask(() => {
          asked++;
          busy(200);
          return number;
        }),
      ),
    );
    expect(result).toEqual(numbers);
    // The one that is at work when time is up is asked again.
    expect(asked).toBeLessThanOrEqual(numbers.length + 3);
  });

  test("shrink: what comes after a candidate that hung is run by programs made anew", () => {
    const system: System = { ...counterSystem(), implementation: () => new Spinning() };
    const [hung] = failing(system, "hung", 1);
    let made = 0;
    const judge = new Judge(system, "diverges", { sides: () => (made++, {}) }, { caseMs: Infinity });
    const answers = inTime(300, (journal) => [hung.case, hung.case].map((one) => journal.ask(() => judge.failureOf(one, { strategy }))));
    expect(answers).toEqual([undefined, undefined]);
    // Each of the two as it comes, and once more by itself.
    expect(made).toBe(4);
  });
});
