import { describe, expect, test } from "vitest";
import type { Alone } from "../harness/engine/alone.ts";
import { Walk } from "../harness/engine/explore/walk.ts";
import { exploreRow, promelaModel, searchFully } from "../harness/cli/bench/explore.ts";
import { spinCase, spinChange } from "../harness/cli/bench/spin/scope.ts";
import { missingForSpin, Verifier, type Verified } from "../harness/cli/bench/spin/verifier.ts";
import { systemByName } from "../harness/systems/index.ts";
import { walkedModel } from "../harness/systems/sources.ts";

const missing = missingForSpin();
const system = systemByName("port-quota")!;
const timeoutMs = 120_000;

/** One that shrinks the exclusive quota and takes more than is left, one that grows it. */
const changes = [spinChange, { total: 6, exclusive: 2, chunk: 1 }];

const promela = promelaModel();

function promelaWith({ total, exclusive, chunk }: typeof changes[number]): string {
  const values: { readonly [name: string]: unknown } = { changedTotal: total, changedExclusive: exclusive, changedChunk: chunk };
  return promela.replace(/^#define (changed\w+) \d+$/gm, (_, name: string) => `#define ${name} ${values[name]}`);
}

function verified(model: string, views: boolean): Verified {
  const verifier = new Verifier(model, views);
  try {
    return verifier.verify();
  } finally {
    verifier.remove();
  }
}

describe(`BENCH: spin's model${missing === undefined ? "" : ` (left out: ${missing})`}`, () => {
  test("BENCH: the configuration and the operations that spin's model is written for are valid", () => {
    const { config, profile, events } = spinCase();
    expect(system.parseConfig(config, profile)).toMatchObject({ ok: true });
    for (const event of events) expect(event.do === "op" && system.parseCommand(event.command, config)).toMatchObject({ ok: true });
  });

  test.skipIf(missing !== undefined).each(changes)("BENCH: spin and our search meet as many states by as many steps, and end in the same views (the quota becomes $total, $exclusive, $chunk)", { timeout: timeoutMs }, (to) => {
    const walk = new Walk(walkedModel(system));
    const one = spinCase(to);
    const found = searchFully(walk, one);
    expect(found.cut).toBeUndefined();
    const view = new Int32Array(system.view(one.config, one.profile).size);
    const finals = found.finals.map((state) => {
      walk.goTo(state);
      (walk.loop as Alone).side.scan!(view);
      return view.join(" ");
    });
    const shown = verified(promelaWith(to), true);
    expect({ states: shown.states, transitions: shown.transitions, finals: shown.finals.length }).toEqual({ states: found.states, transitions: found.transitions, finals: finals.length });
    expect(shown.finals).toEqual(finals.sort());
    expect(new Set(finals).size).toBeGreaterThan(30);
  });

  test.skipIf(missing !== undefined)("BENCH: what is timed meets the same states and steps as what prints its views", { timeout: timeoutMs }, () => {
    const { states, transitions } = verified(promela, true);
    expect(verified(promela, false)).toEqual({ states, transitions, finals: [] });
  });

  test.skipIf(missing !== undefined)("BENCH: a rule changed in spin's model shows in what it finds", { timeout: timeoutMs }, () => {
    const before = verified(promela, true);
    const changed = promela.replace("freeUnits(l) > ledger[l].chunk", "freeUnits(l) >= ledger[l].chunk");
    expect(changed).not.toBe(promela);
    expect(verified(changed, true).finals).not.toEqual(before.finals);
  });

  test("BENCH: the row says what is missing, or the ratio", async () => {
    const [figure] = await exploreRow.measure(system, { rounds: 1, cases: 2 });
    expect(figure.text).toContain(missing ?? "spin's verifier");
    expect(figure.unit).toBe(missing === undefined ? "×" : "/s");
    expect(figure.reached).toBeGreaterThan(0);
  });
});
