import { describe, expect, it } from "vitest";
import { View, type Column, type Moved } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Pair } from "../harness/engine/run.ts";
import { everyStep, nextLook } from "../harness/engine/whole.ts";
import { AnyTask, op, scripted } from "./toys/play.ts";
import { poolSystem } from "./toys/pool.ts";
import { ScriptSide, Shifted, scriptSystem } from "./toys/script.ts";

describe("looks at the whole view", () => {
  it("WHOLE: an undeclared write is reported at the step that made it, however seldom one looks", () => {
    const system = poolSystem({ fault: "undeclared" });
    const pair = new Pair(system);
    let seldom = 0;
    for (let seed = 0; seed < 60; seed++) {
      const one = drawCase(system, "plain", seed, 60, { config: { cores: 2, places: 40 } });
      const first = pair.run(one, { strategy: new AnyTask() });
      const always = pair.run(first.whole(), { wholeAlways: true });
      if (first.failure === undefined) continue;
      if (!everyStep(one.seed, 40, 240)) seldom++;
      expect(first.failure).toEqual(always.failure);
      expect(first.failure.verdict).toBe("undeclared write");
    }
    expect(seldom).toBeGreaterThan(30);
  });
  it("WHOLE: the end of a case is looked at, and the deviations of the case are still counted", () => {
    const system = poolSystem({ fault: "undeclared" });
    const events = [0, 1].map((core) => ({ id: `op${core}`, do: "op" as const, node: 0, core, command: { kind: "take" } }));
    const config = { cores: 2, places: 2000 };
    let seed = 0;
    while (everyStep(seed, 2000, 8) || nextLook(seed, 0, 2000) < 10) seed++;
    const deviations = [{ task: "op0", step: 0, run: "op1" }, { task: "op0", step: 0, run: "op9" }];
    const result = new Pair(system).run({ format: 1, system: "pool", profile: "plain", config, seed, events, deviations, rest: false });
    expect(result.failure).toMatchObject({ verdict: "undeclared write", step: 1, task: "op1" });
    expect(result.skippedDeviations).toBe(1);
    expect(result.ran().deviations).toEqual([]);
  });
  it("WHOLE: where steps alone are asked for nobody looks, on the way or at the end", () => {
    const system = poolSystem({ fault: "undeclared" });
    const pair = new Pair(system);
    let [onTheWay, atTheEnd] = [0, 0];
    for (let seed = 0; seed < 30; seed++) {
      const one = drawCase(system, "plain", seed, 60, { config: { cores: 2, places: 40 }, rest: false });
      const { failure, steps } = pair.run(one, { strategy: new AnyTask(), once: true });
      const alone = pair.run(one, { strategy: new AnyTask(), once: true, stepsAlone: true });
      expect(alone.failure?.verdict).not.toBe("undeclared write");
      if (failure?.verdict !== "undeclared write") continue;
      if (steps < alone.steps) onTheWay++;
      else atTheEnd++;
    }
    expect(onTheWay).toBeGreaterThan(0);
    expect(atTheEnd).toBeGreaterThan(0);
  });
  it("WHOLE: columns are asked for when they are needed, and make up the view", () => {
    let asked = 0;
    const columns = (): Column[] => {
      asked++;
      return [{ table: "account", name: "balance", size: 2, key: String }];
    };
    const view = new View(2, columns);
    expect([view.size, asked]).toEqual([2, 0]);
    expect([view.name(1), view.name(0), asked]).toEqual(["account.balance[1]", "account.balance[0]", 1]);
    expect(() => new View(4, columns).name(0)).toThrow("the columns of a view of 4 entries have 2");
  });
  it("WHOLE: events that had not begun stay in the case when the failure hides without them", () => {
    const entries = 1100;
    class Blinking extends Shifted {
      moves = 0;
      constructor() {
        super((entry, value) => (entry === 7 && this.moves >= 2 && this.moves !== 5 ? 1 : value));
      }
      override open(...setup: Parameters<ScriptSide["open"]>): void {
        this.moves = 0;
        super.open(...setup);
      }
      override move(slot: number, moved: Moved): void {
        this.moves++;
        super.move(slot, moved);
      }
    }
    let seed = 0;
    while (everyStep(seed, entries, 8) || everyStep(seed, entries, 4) || nextLook(seed, 0, entries) < 10 || nextLook(seed, 0, entries) > 90) seed++;
    const one = { ...scripted({ events: [op("step, step, step, step, step"), op(Array.from({ length: 100 }, () => "step").join(", "))] }), seed };
    const pair = new Pair(scriptSystem({ entries }), { implementation: new Blinking() });
    const result = pair.run(one);
    expect(result.failure).toMatchObject({ verdict: "undeclared write", step: 2, task: "e0" });
    expect(pair.run({ ...one, events: one.events.slice(0, 1) }).failure).toBeUndefined();
    expect(result.ran().events).toHaveLength(2);
    expect(pair.run(result.ran()).failure).toEqual(result.failure);
  });
  it("WHOLE: a long run is looked at closely only near the step that is to be found, and not at all if what shows first is enough", () => {
    const entries = 1100;
    const step = 1500;
    let moves = 0;
    let looks = 0;
    class Late extends Shifted {
      constructor() {
        super((entry, value) => {
          if (entry === 7) looks++;
          return entry === 7 && moves >= step ? 1 : value;
        });
      }
      override open(...setup: Parameters<ScriptSide["open"]>): void {
        moves = 0;
        super.open(...setup);
      }
      override move(slot: number, moved: Moved): void {
        moves++;
        super.move(slot, moved);
      }
    }
    let seed = 0;
    while (everyStep(seed, entries, 2000)) seed++;
    const one = { ...scripted({ events: Array.from({ length: 500 }, () => op("step, step, step, step")) }), seed };
    const pair = new Pair(scriptSystem({ entries }), { implementation: new Late() });
    const once = pair.run(one, { once: true });
    expect(once.failure).toMatchObject({ verdict: "undeclared write" });
    expect(once.failure!.step).toBeGreaterThan(step);
    let close = 0;
    while (!everyStep(close, entries, 2000)) close++;
    looks = 0;
    pair.run({ ...one, seed: close }, { once: true });
    expect(looks).toBeLessThan(step / 5);
    looks = 0;
    const result = pair.run(one);
    expect(result.failure).toMatchObject({ verdict: "undeclared write", step, task: "e374" });
    expect(result.failure!.found).toContain("the implementation");
    expect(looks).toBeLessThan(step / 5);
  });
  it("WHOLE: what both sides change alike without a word is found too", () => {
    class Quiet extends ScriptSide {
      #moves = 0;
      override open(...setup: Parameters<ScriptSide["open"]>): void {
        this.#moves = 0;
        super.open(...setup);
      }
      override move(...args: Parameters<ScriptSide["move"]>): void {
        this.#moves++;
        super.move(...args);
      }
      override judge(...args: Parameters<ScriptSide["judge"]>): number {
        this.#moves++;
        return super.judge(...args);
      }
      override read(entry: number): number {
        return entry === 7 && this.#moves > 1 ? 1 : super.read(entry);
      }
    }
    const pair = new Pair(scriptSystem(), { model: new Quiet(), implementation: new Quiet() });
    const result = pair.run(scripted({ events: [op("step, step, step")] }), { wholeAlways: true });
    expect(result.failure).toMatchObject({ verdict: "undeclared write", step: 2, task: "e0", observable: "script.count" });
  });
  it("WHOLE: sides that open differently differ at step 0", () => {
    class Off extends ScriptSide {
      override read(entry: number): number {
        return super.read(entry) + (entry === 3 ? 1 : 0);
      }
    }
    const result = new Pair(scriptSystem(), { implementation: new Off() }).run(scripted({ events: [op("step")] }));
    expect(result.failure).toMatchObject({ verdict: "diverges", step: 0, task: "", observable: "script.count", expected: "script.count[3] = 0" });
  });
});
