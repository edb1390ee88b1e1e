/**
 * Traps for ambient time, randomness and asynchrony. The globals are replaced once a process by functions that look at
 * one flag; while a case runs it is up and they throw. A side that swallows the exception is found out all the same,
 * as the name of what was called is kept.
 */
import process from "node:process";

/** Thrown where a side reaches for something that does not come through the case. */
export class AmbientAccess extends Error {
  readonly what: string;
  constructor(what: string) {
    super(`${what} was called inside a step; time, randomness and order reach a side only through its setup`);
    this.name = "AmbientAccess";
    this.what = what;
  }
}

let armed = false;
let installed = false;
let called = "";

function spring(what: string): void {
  if (!armed) return;
  if (called === "") called = what;
  throw new AmbientAccess(what);
}

/** What was called while the traps were up, "" for nothing. */
export function ambientCalled(): string {
  return called;
}

/** Puts the traps up for the run of a case; forgets what was called before. */
export function armTraps(): void {
  if (!installed) install();
  called = "";
  armed = true;
}

/** Takes them down. */
export function disarmTraps(): void {
  armed = false;
}

/** Runs something that may use clocks and timers although a case is running: a side that talks to another process. */
export function withoutTraps<T>(run: () => T): T {
  const before = armed;
  armed = false;
  try {
    return run();
  } finally {
    armed = before;
  }
}

type Owner = Record<string, any>;

function replace(owner: Owner, name: string, what: string): void {
  const original = owner[name];
  if (typeof original !== "function") return;
  const trap = function (this: unknown, ...args: unknown[]): unknown {
    if (armed) spring(what);
    return original.apply(this, args);
  };
  // Some carry members of their own (`hrtime.bigint`, `setTimeout.__promisify__`); those must stay reachable.
  Object.defineProperties(trap, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(owner, name, { ...Object.getOwnPropertyDescriptor(owner, name), value: trap });
}

function replaceDate(): void {
  const Original = globalThis.Date;
  const trap = function (this: unknown, ...args: unknown[]): unknown {
    if (armed && (args.length === 0 || new.target === undefined)) spring("Date");
    if (new.target === undefined) return Original();
    return Reflect.construct(Original, args, new.target);
  };
  Object.defineProperties(trap, Object.getOwnPropertyDescriptors(Original));
  Original.prototype.constructor = trap as unknown as DateConstructor;
  globalThis.Date = trap as unknown as DateConstructor;
  replace(globalThis.Date as unknown as Owner, "now", "Date.now");
}

function install(): void {
  installed = true;
  const world = globalThis as unknown as Owner;
  replaceDate();
  replace(world.Math, "random", "Math.random");
  replace(Object.getPrototypeOf(world.performance), "now", "performance.now");
  if (Object.hasOwn(world.performance, "now")) replace(world.performance, "now", "performance.now");
  replace(process.hrtime as unknown as Owner, "bigint", "process.hrtime.bigint");
  replace(process as unknown as Owner, "hrtime", "process.hrtime");
  replace(process as unknown as Owner, "uptime", "process.uptime");
  replace(process as unknown as Owner, "nextTick", "process.nextTick");
  for (const name of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]) replace(world, name, name);
  replace(Promise.prototype as unknown as Owner, "then", "Promise.then");
  for (const name of ["getRandomValues", "randomUUID"]) replace(Object.getPrototypeOf(world.crypto), name, `crypto.${name}`);
}
