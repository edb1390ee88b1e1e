/**
 * Traps for ambient time, randomness and asynchrony. The globals, and what node's own modules export, are replaced by functions that look at one
 * flag; while a case runs it is up and they throw. They are put there when this module is loaded, so that a program loaded later cannot keep a clock of its own, and
 * stay; whoever puts another function there (fake timers, a test runner that keeps its own) is trapped anew by the next case. A side that swallows
 * the exception is found out all the same, as the name of what was called is kept.
 *
 * An `async` function and `await` call nothing that could be replaced: the engine's hook for promises tells of each that is made or settled. It cannot
 * throw, so the step goes on to its end and is found out then. What a promise's effects would be shows only after the case; that one was made is enough.
 *
 * Out of reach: what was begun before the traps were there, files, other processes.
 */
import { createRequire, syncBuiltinESMExports } from "node:module";
import process from "node:process";
import { promiseHooks } from "node:v8";
import { permuteTables } from "./table-order.ts";

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
/** Promises made while the traps were up. */
const madeInside: Promise<unknown>[] = [];
const plainThen = Promise.prototype.then;
const ignore = (): void => {};

/** The clock as it was before the traps: for whoever watches programs, and breaks them off while the traps are up. Milliseconds. */
export const clockOfWatch: () => number = performance.now.bind(performance);

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
  for (const trap of traps) if (trap.owner[trap.name] !== trap.by) trap.by = replaced(trap.owner, trap.name, trap.what);
  called = "";
  armed = true;
}

/** Takes them down, and forgets what was called. */
export function disarmTraps(): void {
  armed = false;
  called = "";
  permuteTables(0);
  // A trap that was sprung in an `async` function rejects its promise, which nobody waits for.
  for (const promise of madeInside) void plainThen.call(promise, ignore, ignore);
  madeInside.length = 0;
}

/** Runs something that may use clocks and timers although a case is running: a side that talks to another process. */
export function withoutTraps<T>(run: () => T): T {
  const before = armed;
  armed = false;
  const order = permuteTables(0);
  try {
    return run();
  } finally {
    armed = before;
    permuteTables(order);
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
  const { enumerable = true } = Object.getOwnPropertyDescriptor(owner, name) ?? {};
  Object.defineProperty(owner, name, { value: trap, enumerable, writable: true, configurable: true });
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

/** Traps reading a member that is computed when it is read. */
function trapRead(owner: Owner | undefined, name: string, what: string): void {
  const found = owner && Object.getOwnPropertyDescriptor(owner, name);
  if (found?.get !== undefined && found.configurable === true) Object.defineProperty(owner, name, { ...found, get: trapped(found.get, what) as () => unknown });
}

/** What each of node's own modules has that tells time, draws, or calls back later. */
const ofModules: { readonly [module: string]: readonly string[] } = {
  crypto: ["randomBytes", "randomFill", "randomFillSync", "randomInt", "randomUUID"],
  os: ["freemem", "loadavg", "uptime"],
  process: ["cpuUsage", "hrtime", "memoryUsage", "nextTick", "resourceUsage", "uptime"],
  timers: ["setImmediate", "setInterval", "setTimeout"],
};

function install(): void {
  const world = globalThis as unknown as Owner;
  const hold = (owner: Owner | undefined, name: string, what: string): void => {
    if (typeof owner?.[name] === "function") traps.push({ owner, name, what, by: undefined });
  };
  const own = createRequire(import.meta.url);
  hold(world, "Date", "Date");
  hold(world.Math, "random", "Math.random");
  const performance = Object.getPrototypeOf(world.performance) as Owner;
  for (const name of ["now", "mark", "measure", "eventLoopUtilization"]) {
    hold(performance, name, `performance.${name}`);
    if (Object.hasOwn(world.performance, name)) hold(world.performance, name, `performance.${name}`);
  }
  trapRead(performance, "timeOrigin", "performance.timeOrigin");
  trapRead(world.Intl.DateTimeFormat.prototype, "format", "Intl.DateTimeFormat.format");
  for (const name of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]) hold(world, name, name);
  for (const [module, names] of Object.entries(ofModules)) for (const name of names) hold(own(`node:${module}`) as Owner, name, module === "timers" ? name : `${module}.${name}`);
  hold(Promise.prototype as unknown as Owner, "then", "Promise.then");
  for (const name of ["getRandomValues", "randomUUID"]) hold(Object.getPrototypeOf(world.crypto), name, `crypto.${name}`);
  hold(world.MessagePort?.prototype, "postMessage", "MessagePort.postMessage");
  hold(world.WeakRef.prototype, "deref", "WeakRef.deref");
  hold(world.FinalizationRegistry.prototype, "register", "FinalizationRegistry.register");
  // Members of what was just replaced: they hang on the functions that stand there now.
  for (const trap of traps) trap.by = replaced(trap.owner, trap.name, trap.what);
  hold(world.Date, "now", "Date.now");
  hold(process.hrtime as unknown as Owner, "bigint", "process.hrtime.bigint");
  for (const trap of traps.slice(-2)) trap.by = replaced(trap.owner, trap.name, trap.what);
  // What has been imported by name follows.
  syncBuiltinESMExports();
  promiseHooks.onInit((promise) => {
    if (!armed) return;
    if (called === "") called = "Promise";
    madeInside.push(promise);
  });
  promiseHooks.onSettled(() => {
    if (armed && called === "") called = "Promise resolution";
  });
}

install();
