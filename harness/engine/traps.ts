/**
 * Traps for ambient time, randomness and asynchrony. The globals are replaced by functions that look at one flag; while
 * a case runs it is up and they throw. They stay from then on; whoever puts another function there (fake timers, a
 * test runner that keeps its own) is trapped anew by the next case. A side that swallows the exception is found out all the
 * same, as the name of what was called is kept.
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
  if (traps.length === 0) install();
  for (const trap of traps) if (trap.owner[trap.name] !== trap.by) trap.by = replaced(trap.owner, trap.name, trap.what);
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

/** What was put where, so that it can be put there again. */
const traps: { readonly owner: Owner; readonly name: string; readonly what: string; by: unknown }[] = [];

/** Puts a trap before the function that stands there and returns it. */
function replaced(owner: Owner, name: string, what: string): unknown {
  const original = owner[name];
  const trap = name === "Date" ? trappedDate(original) : trapped(original, what);
  // Some carry members of their own (`hrtime.bigint`, `setTimeout.__promisify__`); those must stay reachable.
  Object.defineProperties(trap, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(owner, name, { ...Object.getOwnPropertyDescriptor(owner, name), value: trap });
  return trap;
}

function trapped(original: (...args: unknown[]) => unknown, what: string): unknown {
  return function (this: unknown, ...args: unknown[]): unknown {
    if (armed) spring(what);
    return original.apply(this, args);
  };
}

function trappedDate(original: DateConstructor): unknown {
  const trap = function (...args: unknown[]): unknown {
    if (armed && (args.length === 0 || new.target === undefined)) spring("Date");
    if (new.target === undefined) return original();
    return Reflect.construct(original, args, new.target);
  };
  original.prototype.constructor = trap as unknown as DateConstructor;
  return trap;
}

function install(): void {
  const world = globalThis as unknown as Owner;
  const hold = (owner: Owner, name: string, what: string): void => {
    if (typeof owner[name] === "function") traps.push({ owner, name, what, by: undefined });
  };
  hold(world, "Date", "Date");
  hold(world.Math, "random", "Math.random");
  hold(Object.getPrototypeOf(world.performance), "now", "performance.now");
  if (Object.hasOwn(world.performance, "now")) hold(world.performance, "now", "performance.now");
  for (const name of ["hrtime", "uptime", "nextTick"]) hold(process as unknown as Owner, name, `process.${name}`);
  for (const name of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]) hold(world, name, name);
  hold(Promise.prototype as unknown as Owner, "then", "Promise.then");
  for (const name of ["getRandomValues", "randomUUID"]) hold(Object.getPrototypeOf(world.crypto), name, `crypto.${name}`);
  // Members of what was just replaced: they hang on the functions that stand there now.
  for (const trap of traps) trap.by = replaced(trap.owner, trap.name, trap.what);
  hold(world.Date, "now", "Date.now");
  hold(process.hrtime as unknown as Owner, "bigint", "process.hrtime.bigint");
}
