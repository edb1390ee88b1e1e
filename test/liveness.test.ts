/** What the systems owe: faults that model and implementation agree on, requests refused although there is enough, long load, and times as they are in the field. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { huntMutant } from "../harness/engine/mutate/hunt.ts";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { Pair } from "../harness/engine/run.ts";
import { strategyByName } from "../harness/engine/strategy/index.ts";
import { signature } from "../harness/engine/verdict.ts";
import { suspectOf } from "../harness/mutants/hunt.ts";
import { mutants } from "../harness/mutants/index.ts";
import { alikeFaults, type AlikeFault } from "../harness/mutants/alike.ts";
import { huntAlike, suspectAlike } from "../harness/mutants/hunt-alike.ts";
import type { Piece } from "../harness/mutants/models.ts";
import { systemByName, systems } from "../harness/systems/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A fault of how ports come back, in the model or in the implementation. */
const piece = (side: "model" | "impl", find: string, replace: string): Piece => ({ file: `${side}/port-allocation/free.ts`, find, replace });

describe("faults that both sides agree on", () => {
  test.each(alikeFaults.map((fault) => [fault.id, fault.lost, fault] as const))("LIVE: %s (%s) is missed, and nothing else could tell", (_id, _lost, fault) => {
    const system = systemByName(fault.system)!;
    const suspect = suspectAlike(fault);
    const hunt = huntMutant(system, suspect, { seed: 1, casesMax: 300, rule: fault.hangs ? undefined : fault.rule });
    expect(hunt).toMatchObject({ caught: true, underRule: true });
    expect(hunt.failure).toMatchObject({ verdict: "obligation missed", observable: fault.observable, rules: fault.hangs ? [] : [fault.rule] });
    if (!fault.hangs) expect(hunt.failure!.found).toMatch(/: .*; due for \d+ rounds and \d+ ms$/);
    // Read back, the case fails alike.
    const again = new Pair(system, suspect.sides()).run(JSON.parse(JSON.stringify(hunt.case)) as Case);
    expect(signature(again.failure!)).toBe(signature(hunt.failure!));
  });

  const putOff = {
    collect: [piece("model", "if (state.handed[holder].length === 0) moved.timers", "moved.timers"), piece("impl", "if (count === 0) moved.timers", "moved.timers")],
    age: [piece("model", "  if (state.cells.get(aging + core) === 1) return;\n", ""), piece("impl", "  if (mem[m.agingAt + core] === 1) return;\n", "")],
  } as const;
  test.each([
    ["PORT-9-collection-put-off-by-a-later-hand-over", "node", "collect", "port port.handed"],
    ["PORT-26-rest-put-off-by-a-later-one", "port-allocation", "age", "port.rested"],
    ["PORT-26-rest-prolonged-by-later-sweeps", "node", "age", "port port.rested"],
  ] as const)("LIVE: timers that later ports put off are missed in the case that was kept, and in no step: %s", (name, system, timer, observable) => {
    const [model, implementation] = putOff[timer];
    const sides = suspectAlike({ system, model, ...implementation }).sides();
    const kept = new URL(`./cases/${name}.json`, import.meta.url);
    const { failure } = new Pair(systemByName(system)!, sides).run(JSON.parse(readFileSync(kept, "utf8")) as Case);
    expect(failure).toMatchObject({ verdict: "obligation missed", observable, rules: [name.split("-", 2).join("-")] });
  });

  test("LIVE: a hunt tells a fault that is missed at its column from one that is stale, and from one that something else shows", () => {
    const fault = alikeFaults.find(({ system }) => system === "quota")!;
    const hunt = (other: Partial<AlikeFault>): unknown => huntAlike({ ...fault, ...other }, { seeds: 2, casesMax: 300 });
    expect(hunt({})).toMatchObject({ verdict: "caught", oneMinimal: true, failure: { verdict: "obligation missed", rules: ["QUOTA-7"] } });
    expect(hunt({ observable: "core.used" })).toMatchObject({ verdict: "caught by something else" });
    expect(hunt({ rule: "QUOTA-1" })).toMatchObject({ verdict: "caught under another rule" });
    expect(hunt({ model: { ...fault.model, find: "nowhere at all" } })).toMatchObject({ verdict: "stale", stale: { met: 0 } });
    // In the model alone it is no fault of both, and shows as soon as they part.
    expect(hunt({ replace: fault.find })).toMatchObject({ verdict: "caught by something else", failure: { verdict: "diverges" } });
  });

  test("LIVE: every way of losing liveness that a system can have is among them", () => {
    expect([...new Set(alikeFaults.map((fault) => fault.lost))].sort()).toEqual(["deadlock", "leak", "not re-armed", "stops at the first live entry", "tail never reached"]);
  });
});

/** A mutant of the implementation alone, caught as it parts from the model or misses what is owed. */
function caught(id: string): string[] {
  const mutant = mutants.find((one) => one.id === id)!;
  const patched = patchTexts([{ file: root + mutant.file, find: mutant.find, replace: mutant.replace }]);
  if (!patched.ok) return ["stale"];
  const hunt = huntMutant(systemByName(mutant.system)!, suspectOf(mutant.system, mutant.file, patched.texts), { seed: 1, casesMax: 400, rule: mutant.rule });
  return hunt.underRule ? [hunt.failure!.verdict] : ["survives"];
}

describe("a request succeeds when resources exist", () => {
  // The model refuses only where nothing is left; who refuses more parts from it at that step.
  test.each([
    ["QUOTA-4/remainder"],
    ["PORT-19/tail"],
    ["PAIR-1/third-denied"],
    ["NAT-17/one-session-less"],
    ["NAT-4/first-address-only"],
    ["SLAB-4/no-second-look"],
    ["RSS-18/full-early"],
    ["NODE-2/second-never"],
  ])("LIVE: a request refused although there is enough is seen at the step (%s)", (id) => {
    expect(caught(id)).toEqual(["diverges"]);
  });
});

describe("no false alarm", () => {
  test.each(systems.map((system) => [system.name, system] as const))("LIVE: 2,000 operations of steady load miss nothing (%s)", (_name, system) => {
    const one = drawCase(system, system.profiles[1], 4, 2000, { rest: true });
    const result = new Pair(system).run(one, { strategy: strategyByName("mixture") });
    expect(result.failure).toBeUndefined();
    expect(one.events.length).toBeGreaterThanOrEqual(2000);
  });

  test.each(["nat-session", "node"])("LIVE: a session that is idle after a day, swept every second, misses nothing and ends (%s)", (name) => {
    const system = systemByName(name)!;
    for (let seed = 0; seed < 6; seed++) {
      const drawn = drawCase(system, "product", seed, 30, { rest: true });
      const config = { ...(drawn.config as object), idleMs: { tcp: 86_400_000, udp: 300_000, icmp: 60_000 }, sweepMs: 1000 };
      expect(new Pair(system).run({ ...drawn, config }).failure).toBeUndefined();
    }
  });
});
