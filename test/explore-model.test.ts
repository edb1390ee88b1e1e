/** The model alone, under every draw that the rules allow. */
import { describe, expect, test } from "vitest";
import { explore } from "../harness/engine/explore/explore.ts";
import type { ScopeCase } from "../harness/engine/explore/scope.ts";
import { Walk } from "../harness/engine/explore/walk.ts";
import { systemByName, systems } from "../harness/systems/index.ts";
import { walkedModel } from "../harness/systems/sources.ts";

const casesOf = (system: string, scope: string): readonly ScopeCase[] => systemByName(system)!.scopes!().find(({ name }) => name === scope)!.cases();

describe("the model alone", () => {
  test.each(systems.map(({ name }) => name))("EXPLORE: %s, in every small case every schedule under every draw is tried, and none fails", (name) => {
    const walk = new Walk(walkedModel(systemByName(name)!));
    const cases = casesOf(name, "pairs");
    for (const one of cases) {
      const { failures, cut, states } = explore(walk, one, { way: "reduced", everyDraw: true });
      expect({ failures, cut }, one.name).toEqual({ failures: [], cut: undefined });
      expect(states, one.name).toBeGreaterThan(0);
    }
  });

  test("EXPLORE: a search that was broken off leaves nothing behind for the next case", () => {
    const system = systemByName("node")!;
    const used = new Walk(walkedModel(system));
    const options = { way: "reduced", everyDraw: true, statesMax: 2000 } as const;
    const cases = casesOf("node", "quick").slice(-4);
    expect(explore(used, cases[0], options).cut).toBe("2000 states were visited");
    for (const one of cases) {
      expect(one.settled).toBeGreaterThan(0);
      expect(explore(used, one, options), one.name).toEqual(explore(new Walk(walkedModel(system)), one, options));
    }
  });

  test("EXPLORE: a step of very many outcomes is cut off, too, and it is said", () => {
    const walk = new Walk(walkedModel(systemByName("port-allocation")!));
    const searched = casesOf("port-allocation", "pairs").map((one) => explore(walk, one, { way: "full", everyDraw: true, statesMax: 4 }));
    const broken = searched.filter(({ cut }) => cut === "one step has more than 4 outcomes");
    expect(broken.length).toBeGreaterThan(10);
    expect(Math.max(...broken.map(({ transitions }) => transitions))).toBeLessThanOrEqual(4 * 4);
  });
});
