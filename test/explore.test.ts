import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import { Ints } from "../harness/engine/contract.ts";
import type { System } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { Accesses } from "../harness/engine/explore/accesses.ts";
import { explore } from "../harness/engine/explore/explore.ts";
import { none } from "../harness/engine/explore/footprints.ts";
import { Search } from "../harness/engine/explore/search.ts";
import { Constants } from "../harness/engine/explore/constants.ts";
import { Room } from "../harness/engine/explore/room.ts";
import { Snapshots } from "../harness/engine/explore/snapshots.ts";
import { States } from "../harness/engine/explore/states.ts";
import { Walk } from "../harness/engine/explore/walk.ts";
import { account } from "./account.ts";
import { loadWith } from "../harness/engine/loader/load.ts";
import { opened, openedTexts } from "../harness/engine/loader/open.ts";
import { Pair } from "../harness/engine/run.ts";
import { systemByName } from "../harness/systems/index.ts";
import { walkedModel, walkedPair } from "../harness/systems/sources.ts";

const toy = (name: string): string => fileURLToPath(new URL(`toys/${name}.ts`, import.meta.url));

/** A toy whose sides can be written down. */
function walkOfToy(file: string, make: (exports: Record<string, any>) => System): Walk {
  const accesses = new Accesses();
  const system = make(loadWith(toy(file), openedTexts(toy(file)), new Map([[toy("shared"), accesses.accessor]])));
  const implementation = system.implementation();
  const model = system.model();
  return new Walk({ loop: new Pair(system, { implementation, model }), sides: [implementation, model], accesses });
}

function caseOf(system: string, config: unknown, commands: readonly { readonly core: number; readonly command: { kind: string } }[], rest = true): Case {
  return { format: 1, system, profile: "plain", config, seed: 1, events: commands.map(({ core, command }, at) => ({ id: `op${at}`, do: "op", node: 0, core, command })), deviations: [], rest };
}
const adds = (...amounts: number[]): Case => caseOf("counter", { cores: amounts.length, counters: 1 }, amounts.map((amount, core) => ({ core, command: { kind: "add", counter: 0, amount } as { kind: string } })));
const scoped = (one: Case): { name: string; case: Case; settled: number } => ({ name: "toy", case: one, settled: 0 });

describe("states", () => {
  test("STATES: each is stored once and comes back as it was, in whatever order", () => {
    const word = fc.integer({ min: -3, max: 3 });
    const words = fc.array(word, { minLength: 1, maxLength: 700, size: "max" });
    // Neighbours, too: the same but for one word, as steps make them.
    const changes = fc.array(fc.tuple(fc.nat(), word), { maxLength: 12, size: "max" });
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 12 }), changes, fc.array(fc.nat(1000), { maxLength: 30 }), (drawn, changed, asks) => {
        const lists = [...drawn];
        for (const [at, value] of changed) lists.push(lists[lists.length - 1].with(at % lists[lists.length - 1].length, value));
        const states = new States();
        const put = (list: readonly number[]): number => {
          list.forEach((word, at) => states.draft.set(at, word));
          states.draft.count = list.length;
          return states.put();
        };
        const numbers = lists.map(put);
        const different = new Set(lists.map((list) => list.join()));
        expect(states.count).toBe(different.size);
        for (const ask of asks) {
          const at = ask % lists.length;
          const before = [...states.draft.items];
          states.get(numbers[at]);
          const { items, count, changed, changedCount } = states.draft;
          expect([...items.subarray(0, count)]).toEqual(lists[at]);
          expect(items.subarray(count).every((word) => word === -1)).toBe(true);
          const blocks = new Set(changed.subarray(0, changedCount));
          expect(items.every((word, i) => word === (before[i] ?? -1) || blocks.has(i >> 4))).toBe(true);
          expect(put(lists[at])).toBe(numbers[at]);
        }
      }),
      // The lists are long, and made smaller they would take minutes; the next test has small ones.
      { seed: 4, numRuns: 300, endOnFailure: true },
    );
  });

  test("STATES: blocks in which there is nothing but what fills up blocks come and go with the length", () => {
    const states = new States();
    const put = (list: readonly number[]): number => {
      list.forEach((word, at) => states.draft.set(at, word));
      states.draft.count = list.length;
      return states.put();
    };
    const short = Array.from({ length: 20 }, (_, at) => at);
    const long = [...short, ...Array.from({ length: 100 }, () => -1), 5];
    const empty = [...short, ...Array.from({ length: 70 }, () => -1)];
    const lists = [short, long, short, empty, short, long, empty, long];
    expect(lists.map(put)).toEqual([0, 1, 0, 2, 0, 1, 2, 1]);
    for (const state of [0, 2, 1, 2, 0]) {
      states.get(state);
      expect(states.draft.count).toBe([short, long, empty][state].length);
      expect(put([short, long, empty][state])).toBe(state);
    }
  });
});

describe("snapshots", () => {
  class Box {
    value = 1;
    next: Box | undefined = undefined;
  }
  const thing = () => {
    const buffer = new SharedArrayBuffer(64);
    const shared = new Box();
    const root: Record<string, any> = { words: new Int32Array(buffer, 16, 4), all: new Int32Array(buffer), bytes: new Uint8Array(7), box: shared, again: shared, list: Object.assign(Array.from<unknown>({ length: 0 }), { 0: 1, 2: 3 }), map: new Map<unknown, unknown>([[2, shared]]), set: new Set([5, 4]), text: "one", fraction: 0.5, none: undefined, nothing: null, big: 2 ** 40 };
    root.self = root;
    return root;
  };
  const change = (root: Record<string, any>): void => {
    root.words[1] = 77;
    root.bytes[6] = 9;
    root.box.next = new Box();
    root.box.next.next = root.box;
    root.list.length = 0;
    root.list[4] = root.box.next;
    root.map.set(1, new Uint8Array(new ArrayBuffer(8), 2, 3).fill(6));
    root.set.delete(5);
    root.text = "two";
    root.fraction = -1;
    root.none = new Map([[root, 1]]);
    root.grown = new Int32Array(3).fill(8);
  };
  /** What is remembered by the object, stored, and returned to. */
  const kept = (root: object, constants = new Constants()) => {
    const states = new States();
    const snapshots = new Snapshots(root, constants, new Room(states.draft));
    return {
      here(): number {
        states.draft.count = snapshots.save();
        return states.put();
      },
      goTo(state: number, stands: boolean): void {
        states.get(state);
        snapshots.restore(stands);
        states.draft.settle();
      },
      words: () => [...states.draft.items.subarray(0, states.draft.count)],
    };
  };

  test.each([true, false])("SNAPSHOT: what is put back is what was there: members, holes, buffers, circles, things made since (known where one stands: %s)", (stands) => {
    const root = thing();
    const { here, goTo } = kept(root);
    const before = here();
    const { box, list } = root;
    change(root);
    const after = here();
    goTo(before, stands);
    expect(root).toEqual(thing());
    expect(root.box).toBe(box);
    expect(1 in list).toBe(false);
    expect("grown" in root).toBe(false);
    expect(here()).toBe(before);
    goTo(after, stands);
    const other = thing();
    change(other);
    expect(root).toEqual(other);
    expect(2 in list).toBe(false);
    expect(root.box.next.next).toBe(root.box);
    expect(root.box.next).toBe(list[4]);
    expect(root.box.next).toBeInstanceOf(Box);
    expect(here()).toBe(after);
    root.box.next.next = root;
    if (stands) here();
    goTo(after, stands);
    expect(root).toEqual(other);
  });

  test("SNAPSHOT: the same values in other memory, filled in another order, have the same words", () => {
    const constants = new Constants();
    const [one, other] = [thing(), thing()];
    const [a, b] = [kept(one, constants), kept(other, constants)];
    for (const key of [9, 3, 6]) one.map.set(key, key);
    for (const key of [6, 9, 3]) other.map.set(key, key);
    [a, b].forEach(({ here }) => here());
    expect(b.words()).toEqual(a.words());
    other.map.set(6, 7);
    b.here();
    expect(b.words()).not.toEqual(a.words());
  });

  test("SNAPSHOT: what others have a hold of is theirs: two programs that keep the same object go their own ways", () => {
    const [one, other] = [{ kept: undefined as unknown }, { kept: undefined as unknown }];
    const [a, b] = [kept(one), kept(other)];
    const [atFirst] = [a.here(), b.here()];
    const task = { slot: 1, body: [1, 2] };
    one.kept = task;
    other.kept = task;
    const [ofOne, ofOther] = [a.here(), b.here()];
    (one.kept as typeof task).slot = 5;
    (one.kept as typeof task).body.push(3);
    a.here();
    expect(other.kept).toEqual({ slot: 1, body: [1, 2] });
    a.goTo(ofOne, true);
    expect(one.kept).toEqual({ slot: 1, body: [1, 2] });
    a.goTo(atFirst, true);
    b.goTo(ofOther, true);
    expect([one.kept, other.kept]).toEqual([undefined, { slot: 1, body: [1, 2] }]);
    expect(task).toEqual({ slot: 1, body: [1, 2] });
  });

  test("SNAPSHOT: an object stands where it is referred to first, whoever did so before", () => {
    const root: Record<string, any> = { first: undefined, second: undefined, third: undefined };
    const { here, goTo } = kept(root);
    const numbers = ["first", "second", "third"].map((name) => {
      root[name] = { n: 1 };
      here();
      root.third = root[name];
      if (name !== "third") root[name] = undefined;
      return here();
    });
    expect(new Set(numbers).size).toBe(1);
    goTo(numbers[0], true);
    expect(root).toEqual({ first: undefined, second: undefined, third: { n: 1 } });
  });

  type Change = (root: Record<string, any>, i: number, j: number) => void;
  const changes: Record<string, Change> = {
    make: ({ slots }, i, j) => (slots[i] = { n: j, to: slots[j] }),
    drop: ({ slots }, i) => (slots[i] = undefined),
    swap: ({ slots }, i, j) => ([slots[i], slots[j]] = [slots[j], slots[i]]),
    share: ({ slots, box }, i) => (box.next = slots[i]),
    grow: (root, i, j) => Object.assign(root.slots[i] ?? root, { [`more${j}`]: root.slots[j] }),
    shrink: (root, i, j) => delete (root.slots[i] ?? root)[`more${j}`],
    longer: ({ slots, list }, i, j) => list.push(slots[i], [j, slots[j]]),
    shorter: ({ list }, i) => (list.length = i),
    table: ({ slots, table }, i, j) => table.set(i, slots[j] ?? j),
    untable: ({ table }, i) => table.delete(i),
    set: ({ set }, i) => set.add(i),
    unset: ({ set }) => set.clear(),
    word: ({ words }, i, j) => (words[i * 17] = j),
    hole: ({ list }, i) => delete list[i],
    number: ({ slots }, i, j) => Object.assign(slots[i] ?? {}, { n: j }),
  };

  test("SNAPSHOT: any row of changes: the same account has the same number and no other has, and a return brings it back", () => {
    // Made objects that come, go, change places and grow, lists that do, and members that come and go.
    const change = fc.tuple(fc.constantFrom(...Object.keys(changes)), fc.nat(3), fc.nat(3));
    const acts = fc.array(fc.oneof(change, fc.tuple(fc.constant("return"), fc.nat(40), fc.nat(1))), { minLength: 2, maxLength: 40, size: "max" });
    fc.assert(
      fc.property(acts, (row) => {
        const root: Record<string, any> = { slots: [{ n: 0 }, undefined, { n: 1, to: undefined }, undefined], list: [], table: new Map(), set: new Set(), words: new Int32Array(60), box: new Box() };
        const { here, goTo } = kept(root);
        // What was there from the first is remembered even if nothing refers to it any more.
        const all = [root, root.slots[0], root.slots[2]];
        const numbers = new Map<string, number>();
        const accounts = new Map<number, string>();
        const check = (): void => {
          const before = account(all);
          const state = here();
          const text = account(all);
          expect(text).toBe(before);
          expect(accounts.get(state) ?? text).toBe(text);
          expect(numbers.get(text) ?? state).toBe(state);
          numbers.set(text, state);
          accounts.set(state, text);
        };
        check();
        for (const [act, i, j] of row) {
          const { slots, list } = root;
          if (act === "return") {
            const state = [...accounts.keys()][i % accounts.size];
            // Known not to stand there: something happened since.
            if (j === 1) {
              root.box.next = slots[0];
              list.push(slots);
              if (slots[2] !== undefined) slots[2].more = list;
            }
            goTo(state, j === 0);
            expect(account(all)).toBe(accounts.get(state));
          } else changes[act](root, i, j);
          check();
        }
      }),
      { seed: 7, numRuns: 800 },
    );
  });

  test("SNAPSHOT: opened: private members can be reached, and nothing else is another text", () => {
    const text = 'class A {\n  #n = 1;\n  static #m(a: A): number {\n    return a.#n; // a.#n\n  }\n  up(): string {\n    return `#${this.#n + A.#m(this)}` + "#n";\n  }\n}';
    expect(opened("a.ts", text)).toBe('class A {\n  $n = 1;\n  static $m(a: A): number {\n    return a.$n; // a.#n\n  }\n  up(): string {\n    return `#${this.$n + A.$m(this)}` + "#n";\n  }\n}');
  });
});

describe("search", () => {
  test("EXPLORE: every interleaving of steps that touch nothing: all states of the grid, or those along its edge", () => {
    const walk = walkOfToy("walks", ({ walksSystem }) => walksSystem);
    // The last move before the first: an order that never comes.
    const config = { tasks: 2, length: 5, order: [[[0, 5], [0, 1]]], waits: [] };
    const one = caseOf("walks", config, [0, 1].map((core) => ({ core, command: { kind: "walk" } })));
    const full = explore(walk, scoped(one), { way: "full" });
    const reduced = explore(walk, scoped(one), { way: "reduced" });
    expect(full).toMatchObject({ states: 36, transitions: 60, finals: 1, failures: [], cut: undefined, lasso: undefined });
    // One task after the other, and the way on which the second begins first, up to where the first one sleeps.
    expect(reduced).toMatchObject({ states: 11 + 5, transitions: 10 + 5, finals: 1, failures: [] });
  });

  test("EXPLORE: a lost update is found by both searches, and its case replays", () => {
    const walk = walkOfToy("counter", ({ counterSystem }) => counterSystem({ fault: "lost update" }));
    const found = explore(walk, scoped(adds(1, 2)), { way: "both" });
    expect(found.disagreement).toBe("");
    expect(found.failures.map(({ failure }) => failure.observable)).toContain("outcome");
    for (const { failure, case: one } of found.failures) expect(walk.loop.run(one!).failure?.observable).toBe(failure.observable);
    expect(found.failures[0].case!.deviations.length).toBeGreaterThan(0);
  });

  test("EXPLORE: what is right has no failure under any schedule of three", () => {
    const walk = walkOfToy("counter", ({ counterSystem }) => counterSystem());
    const found = explore(walk, scoped(adds(1, 2, 4)), { way: "both" });
    expect(found).toMatchObject({ failures: [], disagreement: "", cut: undefined, lasso: undefined });
    expect(found.finals).toBeGreaterThan(1);
  });

  test("EXPLORE: a search that does not see what steps touch is found out by the other", () => {
    class Blind extends Walk {
      override footprint(): number {
        return none;
      }
    }
    const system = systemByName("quota")!;
    const blind = new Blind(walkedPair(system));
    const cases = system.scopes!().find(({ name }) => name === "quick")!.cases();
    expect(cases.filter((one) => explore(blind, one, { way: "both" }).disagreement !== "")).not.toEqual([]);
  });

  test("EXPLORE: who is let go takes its core back, which nobody can begin on any more: four packets, two on each core", () => {
    const system = systemByName("nat-session")!;
    const one = system.scopes!().find(({ name }) => name === "night")!.cases().find(({ name }) => name.startsWith("swept 0:send 0:arrive 1:arrive 1:send 1-2-2-0"))!;
    const found = explore(new Walk(walkedPair(system)), one, { way: "both" });
    expect(found).toMatchObject({ disagreement: "", failures: [], cut: undefined });
    expect(found.finals).toBe(10);
  });

  test("EXPLORE: a deadlock is found: two locks held in opposite order", () => {
    const transfers = (from: number, to: number): { kind: string } => ({ kind: "transfer", from, to, amount: 1 }) as { kind: string };
    const one = caseOf("lock", { cores: 2, accounts: 2 }, [{ core: 0, command: transfers(0, 1) }, { core: 1, command: transfers(1, 0) }]);
    const wrong = explore(walkOfToy("lock", ({ lockSystem }) => lockSystem({ fault: "wrong order" })), scoped(one), { way: "both" });
    expect(wrong.failures.map(({ failure }) => failure.observable)).toContain("deadlock");
    expect(wrong.disagreement).toBe("");
    expect(explore(walkOfToy("lock", ({ lockSystem }) => lockSystem()), scoped(one), { way: "both" })).toMatchObject({ failures: [], disagreement: "" });
  });

  test("EXPLORE: messages, timers, cuts and crashes: both searches agree on the ends of a replicated register", () => {
    const walk = walkOfToy("register", ({ registerSystem }) => registerSystem());
    const system = walk.loop.system;
    const write = (value: number): { kind: string } => ({ kind: "write", value }) as { kind: string };
    const events: Case["events"] = [
      { id: "op0", do: "op", node: 0, core: 0, command: write(1) },
      { id: "op1", do: "op", node: 1, core: 0, command: write(2) },
      { id: "ev2", do: "cut", from: 0, to: 1 },
      { id: "ev3", do: "crash", node: 1, keep: "stored" },
    ];
    const config = system.drawConfig({ int: () => 0, oneIn: () => false, pick: (items) => items[0] }, "plain");
    const one: Case = { format: 1, system: "register", profile: "plain", config, seed: 1, events, deviations: [], rest: true };
    const found = explore(walk, scoped(one), { way: "both" });
    expect(found).toMatchObject({ failures: [], disagreement: "", cut: undefined });
    expect(found.finals).toBeGreaterThan(1);
  });

  test("LASSO: a circle without progress is a lasso; waiting for one that can move is none", () => {
    const one = caseOf("polite", { cores: 2 }, [0, 1].map((core) => ({ core, command: { kind: "pass" } })));
    const lasso = explore(walkOfToy("polite", ({ politeSystem }) => politeSystem(true)), scoped(one), { way: "full" }).lasso!;
    expect(new Set(lasso.loop)).toEqual(new Set(["op0", "op1"]));
    expect(explore(walkOfToy("polite", ({ politeSystem }) => politeSystem()), scoped(one), { way: "both" })).toMatchObject({ lasso: undefined, failures: [], disagreement: "" });
  });

  test("EXPLORE: a search that is cut off says so", () => {
    const walk = walkOfToy("counter", ({ counterSystem }) => counterSystem());
    expect(explore(walk, scoped(adds(1, 2, 3)), { way: "full", statesMax: 5 }).cut).toMatch(/5 states/);
  });

  test("EXPLORE: the model alone makes every draw: more ends than one seed has, and never fewer", () => {
    const system = systemByName("port-allocation")!;
    const one = { kind: "allocate", subscriber: 0, address: -1, protocol: "tcp", remote: 0, remotePort: 80, privatePort: 4000, typePort: 0, want: null, count: 1 };
    const drawn = drawCase(system, "product", 5, 1);
    const ask: Case = { ...drawn, events: [{ id: "op0", do: "op", node: 0, core: 0, command: one }] };
    const walk = new Walk(walkedModel(system));
    const ends = [false, true].map((everyDraw) => {
      walk.open(ask, 0);
      return new Search(walk, { reduced: false, everyDraw }).run().finals.length;
    });
    expect(ends[0]).toBe(1);
    expect(ends[1]).toBeGreaterThan(1);
  });

  test.each(["quota", "port-quota", "nat-session"])("EXPLORE: %s: states have one number exactly if a plain account of all that is remembered is the same, and returns bring it back", (name) => {
    const system = systemByName(name)!;
    const walked = walkedPair(system);
    const lent = new Set<unknown>();
    const lend = (value: unknown): void => {
      if (typeof value !== "object" || value === null || lent.has(value)) return;
      lent.add(value);
      Object.values(value).forEach(lend);
    };
    const accountOfAll = (): string => {
      const engine = new Ints(64);
      walked.loop.saveEngine(engine);
      return [engine.toArray().join(), ...walked.sides.map((side) => account(side, lent))].join("\n");
    };
    const accounts = new Map<number, string>();
    const numbers = new Map<string, number>();
    class Checked extends Walk {
      override here(): number {
        const text = accountOfAll();
        const state = super.here();
        expect(accountOfAll()).toBe(text);
        expect(accounts.get(state) ?? text).toBe(text);
        expect(numbers.get(text) ?? state).toBe(state);
        accounts.set(state, text);
        numbers.set(text, state);
        return state;
      }
      override goTo(state: number): void {
        super.goTo(state);
        expect(accountOfAll() === accounts.get(state)).toBe(true);
      }
    }
    const walk = new Checked(walked);
    const { case: one, settled } = system.scopes!().find((scope) => scope.name === "pairs")!.cases()[3];
    expect(walk.open(one, settled)).toBeUndefined();
    walk.loop.canMove();
    for (const record of [...walk.loop.lent, ...walked.sides.flatMap((side) => side.scratch ?? [])]) lent.add(record);
    lend(one.config);
    for (const event of one.events) if (event.do === "op") lend(event.command);
    const found = new Search(walk, { reduced: false, statesMax: 150 }).run();
    expect(found.states).toBe(accounts.size);
    expect(found.failures).toEqual([]);
    for (const state of accounts.keys()) {
      walk.goTo(state);
      // A step that nobody wrote down: where the programs stand is not known.
      for (const slot of walk.loop.choosable.slice(0, 1)) walk.step(slot);
      walk.goTo(state);
    }
  });

  test("EXPLORE: after any number of returns a state goes on as it did the first time", () => {
    for (const name of ["quota", "memory-slab", "nat-session"]) {
      const system = systemByName(name)!;
      const { case: one, settled } = system.scopes!().find((scope) => scope.name === "pairs")!.cases()[3];
      const walk = new Walk(walkedPair(system));
      walk.open(one, settled);
      walk.loop.canMove();
      const start = walk.here();
      const first = new Search(walk, { reduced: false, keepEdges: true }).run();
      walk.goTo(start);
      const again = new Search(walk, { reduced: false, keepEdges: true }).run();
      expect(again.edges!.toArray()).toEqual(first.edges!.toArray());
      expect(again.finals).toEqual(first.finals);
    }
  });
});
