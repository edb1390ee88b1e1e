/**
 * The pool of places with an implementation that lets something besides the case decide which free place it hands out. Every choice is allowed, so both sides
 * agree in every run; only a second run of the same case, or a trap, can tell.
 */
import { randomBytes, randomInt } from "node:crypto";
import { uptime } from "node:os";
import { setTimeout as later } from "node:timers";
import { Next } from "../../harness/engine/contract.ts";
import type { Moved, Setup, Side, System, Task } from "../../harness/engine/contract.ts";
import { kept, keptOf } from "./leaky-clock.ts";
import { poolSystem, type PoolConfig } from "./pool.ts";

/** What decides in one instance: one of the free places, ascending, is chosen for the operation of a slot. */
interface Leak {
  open?(setup: Setup<PoolConfig>): void;
  choose(free: readonly number[], drawn: number): number;
  taken?(place: number): void;
  given?(place: number): void;
}

/** Called once for a program that is loaded, then once for each instance: what the first call makes is what instances share. */
type Planted = () => () => Leak;

const by = (number: () => number): Planted => () => () => ({ choose: (free) => free[Math.abs(Math.trunc(number())) % free.length] });
const besides = (reach: () => unknown): Planted => () => () => ({
  choose(free, drawn) {
    reach();
    return free[drawn % free.length];
  },
});

/** Reached for inside a step: what the trap calls it, by the name of the leak. */
export const ambient: { readonly [name: string]: readonly [Planted, string] } = {
  "TIME: Date.now": [by(() => Date.now()), "Date.now"],
  "TIME: new Date": [by(() => new Date().getTime()), "Date"],
  "TIME: a clock kept when loaded": [by(() => kept()), "Date.now"],
  "TIME: a clock kept and bound": [by(() => keptOf() * 1000), "performance.now"],
  "TIME: performance.now": [by(() => performance.now() * 1000), "performance.now"],
  "TIME: performance.mark": [by(() => performance.mark("leak").startTime), "performance.mark"],
  "TIME: performance.timeOrigin": [by(() => performance.timeOrigin), "performance.timeOrigin"],
  "TIME: a date format of now": [by(() => new Intl.DateTimeFormat("en").format().length), "Intl.DateTimeFormat.format"],
  "TIME: process.hrtime": [by(() => process.hrtime()[1]), "process.hrtime"],
  "TIME: process.hrtime.bigint": [by(() => Number(process.hrtime.bigint() & 0xffffn)), "process.hrtime.bigint"],
  "TIME: process.cpuUsage": [by(() => process.cpuUsage().user), "process.cpuUsage"],
  "TIME: memory in use": [by(() => process.memoryUsage().heapUsed), "process.memoryUsage"],
  "TIME: uptime, imported by name": [by(() => uptime()), "os.uptime"],
  "TIME: what is collected": [by(() => (new WeakRef({}).deref() === undefined ? 0 : 1)), "WeakRef.deref"],
  "CHANCE: Math.random": [by(() => Math.random() * 1000), "Math.random"],
  "CHANCE: crypto.getRandomValues": [by(() => crypto.getRandomValues(new Uint8Array(1))[0]), "crypto.getRandomValues"],
  "CHANCE: crypto.randomUUID": [by(() => Number.parseInt(crypto.randomUUID().slice(0, 6), 16)), "crypto.randomUUID"],
  "CHANCE: randomInt, imported by name": [by(() => randomInt(1000)), "crypto.randomInt"],
  "CHANCE: randomBytes, imported by name": [by(() => randomBytes(1)[0]), "crypto.randomBytes"],
  "MICROTASK: Promise.then": [besides(() => void Promise.resolve().then(() => {})), "Promise.then"],
  "MICROTASK: queueMicrotask": [besides(() => queueMicrotask(() => {})), "queueMicrotask"],
  "MICROTASK: process.nextTick": [besides(() => process.nextTick(() => {})), "process.nextTick"],
  "MICROTASK: a timer, imported by name": [besides(() => later(() => {}, 0)), "setTimeout"],
  "MICROTASK: an async function that never waits": [besides(async () => {}), "Promise"],
  "MICROTASK: await, and an effect after it": [awaiting(async (late, nothing) => {
    await nothing;
    late();
  }), "Promise"],
  "MICROTASK: for await": [awaiting(async (late) => {
    for await (const one of [1]) if (one === 1) late();
  }), "Promise"],
  "MICROTASK: an async function in which a trap is sprung": [besides(async () => Date.now()), "Promise"],
  "MICROTASK: a promise made before is settled": [settling, "Promise resolution"],
};

/** The effect comes when the case is over, and another case goes on from it. */
function awaiting(begin: (late: () => void, nothing: unknown) => Promise<void>): Planted {
  return () => () => {
    let late = 0;
    return {
      choose(free, drawn) {
        void begin(() => late++, null);
        return free[(drawn + late) % free.length];
      },
    };
  };
}

function settling(): () => Leak {
  return () => {
    let late = 0;
    let settle = (): void => {};
    void new Promise<void>((resolve) => (settle = resolve)).then(() => late++);
    return {
      choose(free, drawn) {
        settle();
        return free[(drawn + late) % free.length];
      },
    };
  };
}

/** Seen only by a second run of the same case: nothing is called that could be trapped. */
export const silent: { readonly [name: string]: Planted } = {
  "ORDER: the first of a Map, as places were given back": ordered((free) => new Map(free.map((place) => [place, true])).keys().next().value!),
  "ORDER: the last that forEach comes to": ordered((free) => {
    let last = -1;
    new Map(free.map((place) => [place, true])).forEach((_, place) => (last = place));
    return last;
  }),
  "ORDER: the first of a Set, spread": ordered((free) => [...new Set(free)][0]),
  "ORDER: for … of over a Map's entries": ordered((free) => {
    for (const [place] of new Map(free.map((one) => [one, true]))) return place;
    return -1;
  }),
  "ORDER: keys of an object, put in as the memory had them": objectOrder,
  "ORDER: a hash table that keeps its capacity": keptCapacity,
  "ADDRESS: where a view begins in its buffer": shifted,
  "ADDRESS: where the arena goes on, case after case": arena,
  "LEFTOVER: a field that open does not reset": () => () => counting({ count: 0 }),
  "LEFTOVER: a counter of the module": () => {
    const shared = { count: 0 };
    return () => counting(shared);
  },
  "LEFTOVER: what happens once in the life of the module": () => {
    const shared = { begun: false };
    return () => ({
      choose(free, drawn) {
        const at = shared.begun ? drawn % free.length : (drawn + 1) % free.length;
        if (free.length > 1) shared.begun = true;
        return free[at];
      },
    });
  },
  "LEFTOVER: a cache that keeps more than it should": () => {
    const cursors = new Map<number, { count: number }>();
    return () => {
      let cursor = { count: 0 };
      return {
        open({ config }) {
          cursor = cursors.get(config.places) ?? { count: 0 };
          cursors.set(config.places, cursor);
        },
        choose: (free) => free[cursor.count++ % free.length],
      };
    };
  },
};

function counting(counter: { count: number }): Leak {
  return { choose: (free) => free[counter.count++ % free.length] };
}

function ordered(first: (free: readonly number[]) => number): Planted {
  return () => () => {
    let order: number[] = [];
    return {
      open: ({ config }) => void (order = Array.from({ length: config.places }, (_, place) => place)),
      choose: () => first(order),
      taken: (place) => void (order = order.filter((one) => one !== place)),
      given: (place) => void order.push(place),
    };
  };
}

function objectOrder(): () => Leak {
  return () => {
    let table: Record<string, true> = {};
    return {
      open({ config, poison }) {
        table = {};
        for (let i = 0; i < config.places; i++) table[`place ${((poison >>> 1) + i) % config.places}`] = true;
      },
      choose: (free) => Number(Object.keys(table).find((name) => free.includes(Number(name.slice(6))))!.slice(6)),
    };
  };
}

/** Open addressing: it grows when a pool is large, and is never made smaller. */
function keptCapacity(): () => Leak {
  return () => {
    let capacity = 4;
    const hashed = (place: number): number => (place * 3) & (capacity - 1);
    return {
      open({ config }) {
        while (capacity < config.places) capacity *= 2;
      },
      choose: (free) => free.toSorted((a, b) => hashed(a) - hashed(b) || a - b)[0],
    };
  };
}

function shifted(): () => Leak {
  const buffer = new ArrayBuffer(1024);
  return () => {
    let view = new Int32Array(buffer, 0, 8);
    return {
      open: ({ poison }) => void (view = new Int32Array(buffer, 4 * ((poison >>> 0) % 61), 8)),
      choose: (free) => free[(view.byteOffset >> 2) % free.length],
    };
  };
}

function arena(): () => Leak {
  return () => {
    const words = new Int32Array(100_003);
    let at = 0;
    return {
      choose(free) {
        at = (at + 1) % words.length;
        words[at] = at;
        return free[at % free.length];
      },
    };
  };
}

class LeakyImplementation implements Side<PoolConfig> {
  readonly #leak: Leak;
  #setup!: Setup<PoolConfig>;
  #taken = new Int32Array(0);
  #placeOf: number[] = [];
  #tasks: Task[] = [];
  constructor(leak: Leak) {
    this.#leak = leak;
  }
  open(setup: Setup<PoolConfig>): void {
    this.#setup = setup;
    this.#taken = new Int32Array(setup.config.places);
    this.#placeOf = [];
    this.#tasks = [];
    this.#leak.open?.(setup);
  }
  start(task: Task): void {
    this.#tasks[task.slot] = task;
  }
  move(slot: number, moved: Moved): void {
    const task = this.#tasks[slot];
    const stage = { take: 0, put: 1, look: 2 }[task.command.kind]!;
    moved.next = Next.done;
    moved.stages.push(stage);
    if (stage === 0) return this.#take(slot, moved);
    moved.outcome.push(0);
    if (stage === 2) return;
    const place = this.#placeOf[task.of];
    this.#taken[place] = 0;
    this.#leak.given?.(place);
    moved.writes.push(place);
  }
  read(entry: number): number {
    return this.#taken[entry];
  }

  #take(slot: number, moved: Moved): void {
    const free = [...this.#taken.keys()].filter((place) => this.#taken[place] === 0);
    moved.outcome.push(free.length === 0 ? 1 : 0);
    if (free.length === 0) return;
    const place = this.#leak.choose(free, this.#setup.draw(slot, 0, 0));
    this.#taken[place] = 1;
    this.#placeOf[slot] = place;
    this.#leak.taken?.(place);
    moved.witness.push(place);
    moved.writes.push(place);
    moved.yields = 1;
  }
}

/** The pool with this leak; without one, the place is drawn as it should be. */
export function leakySystem(planted: Planted = () => () => ({ choose: (free, drawn) => free[drawn % free.length] })): System {
  const instance = planted();
  return { ...poolSystem(), name: "leaky", implementation: () => new LeakyImplementation(instance()) };
}
