/** What configurations and commands of memory are refused for, each beside one that is accepted. */
import { expect, test } from "vitest";
import { memorySlab } from "../../harness/systems/memory-slab/index.ts";
import type { Parsed } from "../../harness/engine/contract.ts";
import type { SlabConfig } from "../../spec/memory-slab/terms.ts";
import { config } from "./alone.ts";

const said = (answer: Parsed<unknown>): string => (answer.ok ? "accepted" : `${answer.error.at} | ${answer.error.expected} | ${answer.error.found}`);
const kinds = (...names: string[]): Pick<SlabConfig, "kinds"> => ({ kinds: names.map((kind) => ({ kind, units: 2 })) as SlabConfig["kinds"] });

test.each<[string, Partial<SlabConfig>, Partial<SlabConfig>, string]>([
  ["SLAB-2: the pool has a page", { limitPages: 3 }, { limitPages: 2 }, "initialPages | fewer than limitPages = 2, so that the pool has one (SLAB-2) | 2"],
  ["SLAB-2: a page holds an object", { kinds: [{ kind: "session", units: 4 }] }, { kinds: [{ kind: "session", units: 5 }] }, "kinds[0].units | at most the pageUnits = 4 of a page (SLAB-2) | 5"],
  ["SLAB-3: a kind stands there once", kinds("session", "mapping"), kinds("session", "session"), "kinds[1].kind | a kind that does not stand there already (SLAB-3) | \"session\""],
  ["SLAB-11: the global tables leave a unit", { tableUnits: 7 }, { tableUnits: 8 }, "tableUnits | fewer than the 8 units of the initial pages (SLAB-11) | 8"],
  ["SLAB-11: and with it one core's", { tableUnits: 6, localUnits: 2 }, { tableUnits: 6, localUnits: 3 }, "localUnits | at most the 2 units that the global tables leave, so that one core can start (SLAB-11) | 3"],
])("%s", (_, right, wrong, message) => {
  expect(said(memorySlab.parseConfig({ ...config, ...right }, "product"))).toBe("accepted");
  expect(said(memorySlab.parseConfig({ ...config, ...wrong }, "product"))).toBe(message);
});

test.each<[string, unknown, unknown, string]>([
  ["SLAB-3: what is allocated has an allocator", allocate("session"), allocate("mapping"), "what | one of the configuration's kinds: session, subscriber, shared-port-table, configuration (SLAB-3) | \"mapping\""],
  ["SLAB-8: one allocator for all is on no core", allocate("shared-port-table"), allocate("shared-port-table", 0), "on | null, as all cores have one allocator (SLAB-8) | 0"],
  ["SLAB-11: no more units than there are", { kind: "reserve", units: 8 }, { kind: "reserve", units: 9 }, "units | at most the 8 units of the initial pages (SLAB-11) | 9"],
  ["SLAB-12: only a core there is can be asked", allocate("session", 1), allocate("session", 2), "on | null, or a core from 0 to 1 | 2"],
  ["SLAB-13: every core has a replica", allocate("subscriber"), allocate("subscriber", 0), "on | null, as every core has a replica (SLAB-13) | 0"],
  ["SLAB-14: private memory is asked for on its own core", allocate("configuration"), allocate("configuration", 0), "on | null, as the memory of another core is not touched (SLAB-14) | 0"],
])("%s", (_, right, wrong, message) => {
  const four = { ...config, ...kinds("session", "subscriber", "shared-port-table", "configuration") };
  expect(said(memorySlab.parseCommand(right, four))).toBe("accepted");
  expect(said(memorySlab.parseCommand(wrong, four))).toBe(message);
});

function allocate(what: string, on: number | null = null): unknown {
  return { kind: "allocate", what, on };
}
