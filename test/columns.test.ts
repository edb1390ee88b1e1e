import { describe, expect, it } from "vitest";
import { stillColumns } from "../harness/engine/mutate/still.ts";
import { systemByName, systems } from "../harness/systems/index.ts";

/** Cases in which every column must have moved; most have after a dozen, and the search ends with the last. */
const casesMax = 1000;

describe("columns of the views", () => {
  // A column that never moves is compared in vain: either the drawing is to reach it, or the view is not to have it.
  it.each(systems.map((system) => [system.name, system] as const))("COLUMNS: every column of %s leaves its first value", { timeout: 60_000 }, (_name, system) => {
    expect(stillColumns(system, { seed: 1, casesMax })).toEqual({ still: [], failure: undefined, cases: expect.any(Number) });
  });

  it("COLUMNS: a column that nothing moves any more is told, though it be written, and no other", () => {
    const system = systemByName("node")!;
    const moves = ({ kind, node }: { readonly kind: string; readonly node?: number }): boolean => kind === "vote" || (kind === "register" && node === 0);
    const deaf = { ...system, drawEvents: (...given: Parameters<typeof system.drawEvents>) => system.drawEvents(...given).filter((draft) => draft.do !== "op" || !moves(draft.command)) };
    expect(stillColumns(deaf, { seed: 1, casesMax: 250 })).toMatchObject({ still: ["distribution core.vote", "distribution core.levels", "distribution address.node"], cases: 250 });
  });

  it("COLUMNS: one that has no keys, or whose keys keep their value, has not moved", () => {
    const system = systemByName("quota")!;
    const idle = { ...system, drawEvents: () => [] };
    const { columns } = system.view(system.drawConfig({ int: () => 0, oneIn: () => false, pick: (items) => items[0] }, "product"), "product");
    expect(stillColumns(idle, { seed: 1, casesMax: 5 }).still).toEqual(columns.map(({ name, table }) => `${table}.${name}`));
  });
});
