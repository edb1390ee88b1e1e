import { describe, expect, test } from "vitest";
import type { Case, Event } from "../harness/engine/case.ts";
import type { System } from "../harness/engine/contract.ts";
import type { Texts } from "../harness/engine/loader/load.ts";
import { huntMutant } from "../harness/engine/mutate/hunt.ts";
import { Pair, type StepRecord } from "../harness/engine/run.ts";
import { smallest } from "../harness/engine/shrink/smallest.ts";
import { signature, type Failure } from "../harness/engine/verdict.ts";
import { explain, type Heard } from "../harness/engine/why/explain.ts";
import type { Explanation } from "../harness/engine/why/explanation.ts";
import { suspectOf } from "../harness/mutants/hunt.ts";
import { planted } from "../harness/mutants/planted.ts";
import { heardWith, implementationWith } from "../harness/systems/sources.ts";

interface Faulty {
  readonly system: System;
  readonly texts: Texts;
  readonly programs: Heard;
  readonly rule: string;
}
function faulty(id: string): Faulty {
  const { mutant, system, texts } = planted(id);
  const suspect = suspectOf(mutant.system, mutant.file, texts);
  return { system, texts, programs: { ...suspect, heard: () => heardWith(mutant.system, texts) }, rule: mutant.rule };
}

/** The failing run, seen without the explainer: by a plain recorder. */
function recorded({ system, texts }: Faulty, one: Case): { readonly failure: Failure | undefined; readonly records: StepRecord[] } {
  const records: StepRecord[] = [];
  const result = new Pair(system, { implementation: implementationWith(system.name, texts) }).run(one, { recorder: { step: (record) => void records.push(record) }, footprint: true, wholeAlways: true });
  return { failure: result.failure, records };
}

/** What any explanation of a case must keep to. */
function holdsGood(programs: Faulty, one: Case, why: Explanation): void {
  const { failure, records } = recorded(programs, one);
  expect(why.sees).toBe("words");
  expect(why.slice.at(-1)).toMatchObject({ step: failure!.step, task: failure!.task });
  const within = new Set(why.slice.map((step) => step.step));
  const written = (record: StepRecord, entry: number): boolean => record.changes.some((change) => change.entry === entry && (change.modelBefore !== change.modelAfter || change.implementationBefore !== change.implementationAfter));
  for (const { step, on, task } of why.slice) {
    expect(records[step - 1].task).toBe(task);
    for (const dependency of on) expect(within, `${step} on ${dependency.step}`).toContain(dependency.step);
    for (const entry of records[step - 1].reads) {
      const writer = records.findLast((record) => record.step < step && written(record, entry));
      // An event may be left out because the case fails without it, which is tested apart.
      if (writer !== undefined && !why.leftOut.includes(writer.task)) expect(within, `${step} reads ${entry}, written by ${writer.step}`).toContain(writer.step);
    }
  }
  if (one.deviations.length === 0) expect(why.decision).toEqual({ kind: "in order" });
  else {
    expect(why.decision.kind).toBe("removed");
    const { deviations, first, second } = why.decision as Extract<Explanation["decision"], { deviation: unknown }>;
    expect(deviations).not.toEqual(one.deviations);
    const other = recorded(programs, { ...one, deviations });
    expect(other.failure).toBeUndefined();
    // The two moves have changed about.
    const place = (run: readonly StepRecord[], { task, move }: { task: string; move: number }): number => run.filter((record) => record.task === task)[move - 1]?.step ?? Infinity;
    expect(place(records, first)).toBe(first.step);
    expect(place(records, first)).toBeLessThan(place(records, second));
    expect(place(other.records, second)).toBeLessThan(place(other.records, first));
  }
  const { after, noReturn } = why.likelihood!;
  expect(after.map((odds) => odds.step)).toEqual(Array.from({ length: failure!.step + 1 }, (_, step) => step));
  expect(after.at(-1)!.failing).toBe(after.at(-1)!.runs);
  if (noReturn > 0) expect(after[noReturn].failing).toBeGreaterThan(after[noReturn - 1].failing);
}

const op = (id: string, core: number, command: { readonly kind: string; readonly [field: string]: unknown }): Event => ({ id, do: "op", node: 0, core, command });
const asked = (subscriber: number, resource: string, count = 1) => ({ kind: "request", subscriber, resource, count });
const ports = { cores: 2, family: 4, addresses: ["198.51.100.1"], remotes: ["203.0.113.5"], subscribers: 1, allocation: "dynamic", low: 2432, high: 2464, wellKnown: null, parity: false, preserve: true, key: "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa", bits: 1, indirection: [0, 0], slotBits: 2, chunk: 3, ownPerSlot: 0, ownSlots: 0, blockSize: 0, blocksPerSubscriber: 1, memoryOptimised: false, mapping: "endpoint-independent", reuseDelayMs: 0, delayQueueMax: 1 };
const port = (protocol: string, privatePort: number) => ({ kind: "allocate", subscriber: 0, address: 0, protocol, remote: 0, remotePort: 0, privatePort, typePort: 0, want: null, count: 1 });
const sessions = {
  cores: 3, subscribers: [{ domain: 0, address: "100.64.0.1" }], remotes: [{ address: "198.51.100.1", port: 80 }], addresses: ["203.0.113.1"], low: 1024, high: 1025, objects: 2, quota: null,
  rules: [{ action: "permit", direction: "both", source: null, destination: null }], statics: [], type: { mapping: false, fullCone: false, pairing: false }, table: [0, 0], perPacket: true, idleMs: { tcp: 1000, udp: 1000, icmp: 1000 }, sweepMs: 1000,
};
const packet = (protocol: string, from: number) => ({ kind: "send", protocol, subscriber: 0, port: from, remote: 0, salt: 0 });

interface Shown {
  readonly id: string;
  readonly profile: string;
  readonly config: unknown;
  readonly events: readonly Event[];
  readonly switches: readonly { readonly task: string; readonly step: number; readonly run: string }[];
  /** An operation of somebody else, that runs first. */
  readonly other: Event;
}
/** Cases to which these mutants were shrunk, and beside each an operation that has nothing to do with it. */
const shown: readonly Shown[] = [
  {
    id: "QUOTA-14/borrows-first",
    profile: "rfc",
    config: { cores: 2, memoryUnits: 0, groupOf: [0, 0], quotas: [[{ total: 2, exclusive: 0, chunk: 2 }, null, null]] },
    events: [op("op22", 1, asked(1, "ports")), op("op28", 1, asked(1, "ports", 2)), op("op23", 0, { kind: "release", of: "op22" })],
    switches: [{ task: "op28", step: 3, run: "op23" }],
    other: op("other", 1, asked(0, "ports")),
  },
  {
    id: "QUOTA-9/stale-record",
    profile: "rfc",
    config: { cores: 2, memoryUnits: 0, groupOf: [0, 1], quotas: [[null, { total: 0, exclusive: 0, chunk: 1 }, null], [null, { total: 4, exclusive: 1, chunk: 1 }, null]] },
    events: [op("op4", 1, asked(0, "sessions")), op("op8", 0, { kind: "reconfigure", group: 0, resource: "sessions", to: { total: 0, exclusive: 0, chunk: 1 } }), op("op16", 1, asked(0, "sessions"))],
    switches: [{ task: "op8", step: 1, run: "op16" }],
    other: op("other", 0, asked(1, "sessions")),
  },
  {
    id: "PORT-10/wished-claim",
    profile: "product",
    config: ports,
    events: [op("op3", 1, port("udp", 0)), op("op22", 0, port("udp", 2464)), op("op25", 1, port("udp", 2458))],
    switches: [],
    other: op("other", 0, port("tcp", 0)),
  },
  {
    id: "PORT-9/frees-itself",
    profile: "rfc",
    config: { ...ports, low: 1, high: 1, preserve: false, slotBits: 1, chunk: 1 },
    events: [op("op3", 0, port("tcp", 0)), op("op4", 1, { kind: "free", of: "op3" })],
    switches: [],
    other: op("other", 1, port("udp", 0)),
  },
  {
    id: "NAT-10/uses-half-made",
    profile: "rfc",
    config: sessions,
    events: [op("op0", 1, packet("tcp", 4001)), op("op2", 0, packet("tcp", 4001))],
    switches: [{ task: "op0", step: 6, run: "op2" }],
    other: op("other", 2, packet("udp", 4000)),
  },
];

describe("mutants explained", () => {
  test.each(shown.map((each) => [each.id, each] as const))("WHY: %s is explained by what matters, and by nothing else", (id, { profile, config, events, switches, other }) => {
    const programs = faulty(id);
    const { system } = programs;
    const one: Case = { format: 1, system: system.name, profile, config, seed: 0, events, deviations: switches, rest: false };
    const failure = recorded(programs, one).failure!;
    const why = explain(system, one, failure, programs.programs, { runs: 20 });
    holdsGood(programs, one, why);
    expect(why.leftOut).toEqual([]);

    const more = { ...one, events: [other, ...events] };
    const longer = recorded(programs, more);
    expect(signature(longer.failure!)).toBe(signature(failure));
    expect(longer.records.filter((record) => record.task === "other").length).toBeGreaterThan(1);
    const explained = explain(system, more, longer.failure!, programs.programs, { runs: 20 });
    holdsGood(programs, more, explained);
    expect(explained.leftOut).toEqual(["other"]);
    expect(explained.slice.map(({ task, stages }) => [task, stages])).toEqual(why.slice.map(({ task, stages }) => [task, stages]));
  });

  test.each(["QUOTA-9/zeros-node", "NAT-18/present-type"])("WHY: %s, as it is found and shrunk, hangs on a switch", (id) => {
    const programs = faulty(id);
    const hunt = huntMutant(programs.system, programs.programs, { seed: 1, casesMax: 1500, rule: programs.rule });
    const { case: one, failure } = smallest(programs.system, hunt.case!, hunt.failure!, { programs: programs.programs, strategy: "mixture", late: () => false });
    expect(one.deviations.length).toBeGreaterThan(0);
    const why = explain(programs.system, one, failure, programs.programs);
    holdsGood(programs, one, why);
    expect(why.likelihood!.noReturn).toBeGreaterThan(0);
    expect(why.likelihood!.after[0].failing).toBeLessThan(why.likelihood!.after[0].runs);
  });

  test("WHY: whose looks are not heard is said, and nothing is left out for that", () => {
    const { id, profile, config, events, switches } = shown[0];
    const programs = faulty(id);
    const one: Case = { format: 1, system: "quota", profile, config, seed: 0, events, deviations: switches, rest: false };
    const failure = recorded(programs, one).failure!;
    const { heard, ...deaf } = programs.programs;
    const [blind, hearing] = [deaf, { ...deaf, heard }].map((each) => explain(programs.system, one, failure, each, { runs: 1 }));
    expect([blind.sees, hearing.sees]).toEqual(["entries", "words"]);
    const steps = new Set(blind.slice.map((step) => step.step));
    for (const { step } of hearing.slice) expect(steps).toContain(step);
  });
});
