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
import { alikeFaults, huntAlike, sidesAlike } from "../harness/mutants/liveness.ts";
import type { Piece } from "../harness/mutants/models.ts";
import { systemByName, systems } from "../harness/systems/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

describe("faults that both sides agree on", () => {
  test.each(alikeFaults.map((fault) => [fault.id, fault.lost, fault] as const))("LIVE: %s (%s) is missed, and nothing else could tell", (_id, _lost, fault) => {
    const hunt = huntAlike(fault, 300);
    expect(hunt).toMatchObject({ caught: true, underRule: true });
    expect(hunt.failure).toMatchObject({ verdict: "obligation missed", observable: fault.observable, ...(fault.rule === undefined ? {} : { rules: [fault.rule] }) });
    if (fault.rule !== undefined) expect(hunt.failure!.found).toMatch(/: .*; due for \d+ rounds and \d+ ms$/);
    // Read back, the case fails alike.
    const again = new Pair(systemByName(fault.system)!, sidesAlike(fault)).run(JSON.parse(JSON.stringify(hunt.case)) as Case);
    expect(signature(again.failure!)).toBe(signature(hunt.failure!));
  });

  test("LIVE: collections that every hand-over puts off are missed in the case that was kept, and in no step", () => {
    const put = ["if (LIST === 0) moved.timers", "moved.timers"] as const;
    const piece = (file: string, list: string): Piece => ({ file, find: put[0].replace("LIST", list), replace: put[1] });
    const sides = sidesAlike({ ...alikeFaults.find(({ id }) => id === "alike/PORT-9/never-told")!, system: "node", model: piece("model/port-allocation/free.ts", "state.handed[holder].length"), implementation: piece("impl/port-allocation/free.ts", "count") });
    const kept = new URL("./cases/PORT-9-collection-put-off-by-a-later-hand-over.json", import.meta.url);
    const { failure } = new Pair(systemByName("node")!, sides).run(JSON.parse(readFileSync(kept, "utf8")) as Case);
    expect(failure).toMatchObject({ verdict: "obligation missed", observable: "port port.handed", rules: ["PORT-9"] });
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
