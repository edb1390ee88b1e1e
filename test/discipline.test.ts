import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Twin, type Accessor } from "../harness/engine/discipline/twin.ts";
import { loadWatched } from "../harness/engine/discipline/watched.ts";
import { readSource, type Exports } from "../harness/engine/loader/load.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Pair, type DisciplineFault } from "../harness/engine/run.ts";
import { strategyByName } from "../harness/engine/strategy/index.ts";
import { signature } from "../harness/engine/verdict.ts";
import * as product from "../impl/accessor.ts";
import { lockSystem, type LockFault } from "./toys/lock.ts";
import * as toys from "./toys/shared.ts";

/** Locks 0 and 1 guard words 10 to 13 (rule 5) and 14 to 15 (rule 6); locks 2 and words from 20 on are guarded by and guard nothing. */
const A = 0;
const B = 1;
const a = 10;
const b = 14;
const free = 20;

type Step = (x: Accessor, mem: Int32Array) => void;

function opened(): { twin: Twin; mem: Int32Array; step: (body: Step) => DisciplineFault | undefined } {
  const twin = new Twin();
  const mem = new Int32Array(new SharedArrayBuffer(128));
  twin.accessor.guard(mem, A, a, a + 4, 5);
  twin.accessor.guard(mem, B, b, b + 2, 6);
  const step = (body: Step): DisciplineFault | undefined => {
    twin.beginStep();
    body(twin.accessor, mem);
    return twin.endStep();
  };
  return { twin, mem, step };
}

describe("steps that are atomic", () => {
  const steps: [string, Step][] = [
    ["nothing", () => {}],
    ["one load", (x, m) => x.load(m, free)],
    ["one swap", (x, m) => x.cas(m, free, 0, 1)],
    ["one locked section", (x, m) => (x.acquire(m, A), x.poke(m, a, x.peek(m, a) + x.peek(m, a + 3)), x.release(m, A))],
    ["two locks in order, let go in any", (x, m) => (x.acquire(m, A), x.poke(m, a, 1), x.acquire(m, B), x.poke(m, b, 1), x.release(m, A), x.poke(m, b + 1, 1), x.release(m, B))],
    ["addition under the lock", (x, m) => (x.acquire(m, A), x.add(m, a, 3), x.release(m, A))],
    ["setting bits under the lock", (x, m) => (x.acquire(m, A), x.or(m, a, 7), x.release(m, A))],
    ["clearing bits under the lock", (x, m) => (x.acquire(m, A), x.poke(m, a, 7), x.and(m, a, 5), x.release(m, A))],
    ["a store and a load under the lock", (x, m) => (x.acquire(m, A), x.store(m, a, x.load(m, a + 1) + 1), x.release(m, A))],
    ["swaps under the lock, one in vain", (x, m) => (x.acquire(m, A), x.cas(m, a, 0, 9), x.cas(m, a, 0, 8), x.release(m, A))],
    ["plain words of the core's own, beside the guarded ones", (_, m) => (m[a - 1]++, m[b + 2]++)],
    ["a lock that guards nothing", (x, m) => (x.acquire(m, 2), x.release(m, 2))],
    ["a section and one access within", (x, m) => (x.acquire(m, A), x.poke(m, a, 1), x.store(m, free, 1), x.poke(m, a, 2), x.release(m, A))],
    ["a word published under a lock, read there too", (x, m) => (x.acquire(m, A), x.store(m, free, x.load(m, free) + 1), x.release(m, A))],
  ];
  it.each(steps)("DISC: accepted: %s", (_, body) => {
    expect(opened().step(body)).toBeUndefined();
  });

  it("DISC: accesses outside a step are made and not judged", () => {
    const { twin, mem, step } = opened();
    step(() => {});
    twin.accessor.poke(mem, a, 7);
    mem[a + 1] = 8;
    expect(step((x, m) => (x.acquire(m, A), x.poke(m, a, x.peek(m, a) + 1), x.release(m, A)))).toBeUndefined();
    expect(Array.from(mem.subarray(a, a + 2))).toEqual([8, 8]);
  });
});

describe("steps that are not", () => {
  const steps: [string, number, RegExp, Step][] = [
    ["plain read without the lock", 5, /^peek of word 10 without lock 0/, (x, m) => x.peek(m, a)],
    ["plain write without the lock", 5, /^poke of word 13 without lock 0/, (x, m) => x.poke(m, a + 3, 1)],
    ...(["store", "cas", "add", "or", "and"] as const).map((how): [string, number, RegExp, Step] => [`${how} without the lock`, 5, new RegExp(`^${how} of word 10 without lock 0`), (x, m) => x[how](m, a, 0, 0)]),
    ["load without the lock", 6, /^load of word 14 without lock 1/, (x, m) => x.load(m, b)],
    ["access under another lock", 6, /^poke of word 14 without lock 1/, (x, m) => (x.acquire(m, A), x.poke(m, b, 1), x.release(m, A))],
    ["access after the lock was let go", 5, /^peek of word 10 without lock 0/, (x, m) => (x.acquire(m, A), x.release(m, A), x.peek(m, a))],
    ["write past the accessor", 5, /^word 11 was written past the accessor/, (x, m) => (x.acquire(m, A), (m[a + 1] = 3), x.release(m, A))],
    ["lock held at the end", 5, /^lock 0 is still held/, (x, m) => x.acquire(m, A)],
    ["lock that guards nothing held at the end", -1, /^lock 2 is still held/, (x, m) => x.acquire(m, 2)],
    ["lock taken twice", 5, /^lock 0 is taken twice/, (x, m) => (x.acquire(m, A), x.acquire(m, A), x.release(m, A))],
    ["lock let go and not held", 6, /^lock 1 is let go and not held/, (x, m) => x.release(m, B)],
    ["two sections", 6, /^lock 1 is taken after another was let go/, (x, m) => (x.acquire(m, A), x.release(m, A), x.acquire(m, B), x.release(m, B))],
    ["locks in descending order", 5, /^lock order: lock 0 is taken while lock 1/, (x, m) => (x.acquire(m, B), x.acquire(m, A), x.release(m, A), x.release(m, B))],
    ["two accesses without a lock", -1, /^store of word 20 is the second access/, (x, m) => x.store(m, free, x.load(m, free) + 1)],
    ["two loads without a lock", -1, /^load of word 21 is the second access/, (x, m) => (x.load(m, free), x.load(m, free + 1))],
    ["an access, then a section", 5, /^lock 0 is taken after an access/, (x, m) => (x.load(m, free), x.acquire(m, A), x.release(m, A))],
    ["a section, then an access", -1, /^load of unguarded word 20 after a lock/, (x, m) => (x.acquire(m, A), x.release(m, A), x.load(m, free))],
    ["two writes of unguarded words in a section", 5, /^store of word 21 is the second/, (x, m) => (x.acquire(m, A), x.store(m, free, 1), x.store(m, free + 1, 1), x.release(m, A))],
    ["a plain access that no lock guards", -1, /^peek of word 20, which no lock guards/, (x, m) => x.peek(m, free)],
    ["a lock used as data", 5, /^store of word 0, which is a lock/, (x, m) => x.store(m, A, 0)],
  ];
  it.each(steps)("DISC: refused: %s", (_, rule, text, body) => {
    const fault = opened().step(body);
    expect(fault?.text).toMatch(text);
    expect(fault?.rule).toBe(rule);
  });

  it("DISC: a word that a step took for published under a lock must be written under it, before and after", () => {
    const publish: Step = (x, m) => (x.acquire(m, A), x.store(m, free, x.load(m, free) + 1), x.release(m, A));
    const bare: Step = (x, m) => x.store(m, free, 1);
    const after = opened();
    expect(after.step(publish)).toBeUndefined();
    expect(after.step(publish)).toBeUndefined();
    expect(after.step(bare)?.text).toMatch(/without the lock that another step relied on/);
    const before = opened();
    expect(before.step(bare)).toBeUndefined();
    expect(before.step(publish)?.text).toMatch(/^unguarded words are accessed more than once/);
  });

  it("DISC: one load of an unguarded word under a lock relies on nothing", () => {
    const { step } = opened();
    expect(step((x, m) => (x.acquire(m, A), x.load(m, free), x.release(m, A)))).toBeUndefined();
    expect(step((x, m) => x.store(m, free, 1))).toBeUndefined();
  });

  it("DISC: a fault does not follow into the next step", () => {
    const { step } = opened();
    expect(step((x, m) => x.acquire(m, A))).toBeDefined();
    expect(step((_, m) => (m[a] = 5))).toBeDefined();
    expect(step(() => {})).toBeUndefined();
  });

  it("DISC: nothing follows into the next case", () => {
    const { twin, mem, step } = opened();
    expect(step((x, m) => (x.acquire(m, A), x.poke(m, a, 1), x.store(m, free + 1, x.load(m, free + 1) + 1), x.release(m, A)))).toBeUndefined();
    expect(step((x, m) => x.store(m, free + 2, 1))).toBeUndefined();
    twin.accessor.guard(mem, A, b, b + 1, 5);
    twin.clear();
    twin.accessor.guard(mem, B, free, free + 1, 7);
    twin.accessor.guard(mem, B, a, a + 1, 7);
    expect(step((x, m) => x.store(m, b, 1))).toBeUndefined();
    expect(step((x, m) => x.store(m, free + 1, 1))).toBeUndefined();
    expect(step((x, m) => (x.acquire(m, B), x.store(m, free + 2, x.load(m, free + 2) + 1), x.release(m, B)))).toBeUndefined();
    expect(step((x, m) => x.load(m, free))?.rule).toBe(7);
  });

  it("DISC: a word written past the accessor between steps is a fault, unless it is said that memory has changed", () => {
    const { twin, mem, step } = opened();
    step(() => {});
    mem[a] = 4;
    expect(step(() => {})?.text).toBe("word 10 was written past the accessor");
    mem[a] = 5;
    twin.changed();
    expect(step(() => {})).toBeUndefined();
  });

  it("DISC: the first word of a memory can be guarded like any other", () => {
    const { twin, mem, step } = opened();
    twin.accessor.guard(mem, 30, 3, 4, 8);
    const other = new Int32Array(new SharedArrayBuffer(16));
    twin.accessor.guard(other, 3, 0, 1, 8);
    step(() => {});
    expect(step(() => (other[0] = 1))).toEqual({ rule: 8, text: "word 0 was written past the accessor" });
  });

  it("DISC: locks one after another guard as many words each", () => {
    const { twin, mem, step } = opened();
    twin.accessor.guard(mem, 25, 4, 6, 8, 3);
    step(() => {});
    expect(step((x, m) => (x.acquire(m, 27), x.poke(m, 9, 1), x.release(m, 27)))).toBeUndefined();
    expect(step((x, m) => (x.acquire(m, 26), x.poke(m, 9, 1), x.release(m, 26)))?.rule).toBe(8);
    expect(step((x, m) => (x.acquire(m, 25), x.poke(m, 6, 1), x.release(m, 25)))?.rule).toBe(8);
    expect(step((x, m) => x.load(m, 3))).toBeUndefined();
    twin.accessor.guard(mem, 28, 20, 24, 8, 0);
    expect(step((x, m) => x.load(m, 20))).toBeUndefined();
  });

  it("DISC: a word declared under two locks is a fault of every step", () => {
    const { twin, mem, step } = opened();
    twin.accessor.guard(mem, B, a + 3, a + 5, 6);
    expect(step(() => {})?.text).toBe("words 13 to 14 are declared under lock 1 and some of them under lock 0");
  });

  it("DISC: locks of two memories have an order too, that of their first use", () => {
    const { twin, mem, step } = opened();
    const other = new Int32Array(new SharedArrayBuffer(64));
    twin.accessor.guard(other, 0, 4, 5, 9);
    expect(step((x) => (x.acquire(mem, B), x.acquire(other, 0), x.poke(other, 4, 1), x.release(other, 0), x.release(mem, B)))).toBeUndefined();
    expect(step((x) => (x.acquire(other, 0), x.acquire(mem, B), x.release(mem, B), x.release(other, 0)))).toMatchObject({ rule: 6, text: expect.stringMatching(/^lock order/) });
  });
});

describe("the twin in place of an accessor", () => {
  const accessor = fileURLToPath(new URL("toys/shared.ts", import.meta.url));
  const entry = fileURLToPath(new URL("toys/lock.ts", import.meta.url));
  const watched = (fault: LockFault): ReturnType<typeof loadWatched> =>
    loadWatched({ entry, accessor, create: (exports: Exports) => new exports.LockImplementation(fault) });
  const strategy = strategyByName("mixture");
  const failures = (fault: LockFault): Set<string> => {
    const system = lockSystem({ fault });
    const pair = new Pair(system, watched(fault));
    const found = Array.from({ length: 60 }, (_, seed) => pair.run(drawCase(system, "plain", seed, 20), { strategy }).failure);
    return new Set(found.map((failure) => (failure === undefined ? "conforms" : signature(failure))));
  };

  it.each<[LockFault, string]>([
    ["none", "conforms"],
    ["forgotten", "discipline broken|LOCK-3|discipline"],
    ["held", "discipline broken|LOCK-3|discipline"],
    ["wrong order", "discipline broken|LOCK-3|discipline"],
  ])("DISC: the lock toy, fault %s: %s, in every case", (fault, expected) => {
    expect([...failures(fault)]).toEqual([expected]);
  });

  it("DISC: faults and snapshots may change memory; a side without them has none for being watched", () => {
    const plain = watched("none").implementation;
    expect([plain.apply, plain.restore]).toEqual([undefined, undefined]);
    const members = "apply(): void { this.#mem[this.#accounts]++; } restore(): void { this.#mem[this.#accounts]++; } stray(): void { this.#mem[this.#accounts]++; }";
    const texts = new Map([[entry, readSource(entry).replace("readonly #fault: LockFault;", (found) => `${members} ${found}`)]]);
    const { implementation, discipline } = loadWatched({ entry, accessor, create: (exports) => new exports.LockImplementation() }, texts);
    const side = implementation as unknown as Record<"apply" | "restore" | "stray", () => void>;
    implementation.open({ config: { cores: 1, accounts: 2 }, profile: "plain", taskCountMax: 1, draw: () => 0, nowMs: () => 0, footprint: false, poison: 0 });
    const step = (): DisciplineFault | undefined => (discipline.beginStep(), discipline.endStep());
    for (const way of ["apply", "restore"] as const) {
      expect(step()).toBeUndefined();
      side[way]();
      expect(step()).toBeUndefined();
    }
    side.stray();
    expect(step()).toMatchObject({ rule: 2 });
  });

  it("DISC: being watched changes no trace", () => {
    const system = lockSystem();
    const pair = new Pair(system, watched("none"));
    const own = new Pair(system);
    for (let seed = 0; seed < 40; seed++) {
      const one = drawCase(system, "plain", seed, 20);
      const poison = seed % 2;
      expect(pair.run(one, { strategy, poison }).digest).toBe(own.run(one, { strategy, poison }).digest);
    }
  });

  it("DISC: the twin has every function of the accessor modules, and each does what the original does", () => {
    const { accessor: twin } = new Twin();
    for (const original of [product, toys]) {
      expect(Object.keys(twin)).toEqual(expect.arrayContaining(Object.keys(original)));
    }
    const run = (x: Accessor): unknown[] => {
      const mem = new Int32Array(new SharedArrayBuffer(64));
      const said = [x.acquire(mem, 0), x.store(mem, 4, 12), x.load(mem, 4), x.cas(mem, 4, 12, 6), x.cas(mem, 4, 12, 7), x.add(mem, 4, 0x7fffffff), x.or(mem, 5, 3), x.and(mem, 5, 2), x.poke(mem, 6, -1), x.peek(mem, 6), x.release(mem, 0)];
      return [...said, ...mem];
    };
    expect(run(twin)).toEqual(run(product));
  });
});
