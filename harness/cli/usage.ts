/** Bad input of every kind, as one message: where, what was expected, what stood there. Ends the command with exit code 2. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { BadInput, Parsed } from "../engine/contract.ts";

/** Thrown by commands for what the user gave; rendered once, in `main.ts`. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
  constructor(source: string, bad: BadInput) {
    super(`${source}: ${bad.at}: expected ${bad.expected}, found ${bad.found}`);
  }
}

/** The value, or an InvalidInput that names the source. */
export function valid<T>(source: string, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new InvalidInput(source, parsed.error);
}

/** The bytes of a file the user named. */
export function readInput(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const found = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder" : `an error (${code})`;
    throw new InvalidInput(file, { at: "the file", expected: "a file that can be read", found });
  }
}

/** Parses JSON; says the line and column where it stops being JSON. */
export function readJson(file: string): unknown {
  const text = new TextDecoder().decode(readInput(file));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidInput(file, { at: placeOf(text, String((error as Error).message)), expected: "JSON", found: excerpt(text, String((error as Error).message)) });
  }
}

function positionIn(text: string, message: string): number {
  const match = /position (\d+)/.exec(message);
  return match === null ? text.length : Number(match[1]);
}
function placeOf(text: string, message: string): string {
  const before = text.slice(0, positionIn(text, message)).split("\n");
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
}
function excerpt(text: string, message: string): string {
  const at = positionIn(text, message);
  return at >= text.length ? "the end of the text" : JSON.stringify(text.slice(at, at + 20));
}

/** A whole number of an option, within bounds. */
export function wholeNumber(option: string, text: string, low: number, high: number): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new InvalidInput("the command line", { at: option, expected: `a whole number from ${low} to ${high}`, found: JSON.stringify(text) });
}

/** `--workers`: without it one for each processor, eight at most. */
export function workersOf(text: string | undefined): number {
  return text === undefined ? Math.max(1, Math.min(8, cpus().length)) : wholeNumber("--workers", text, 1, 64);
}

/** `30s`, `500ms`, `2m` in milliseconds. */
export function duration(option: string, text: string): number {
  const match = /^(\d+)(ms|s|m)$/.exec(text.trim());
  const ms = match === null ? 0 : Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as "ms" | "s" | "m"];
  if (ms > 0 && ms <= 86_400_000) return ms;
  throw new InvalidInput("the command line", { at: option, expected: "a time such as 500ms, 30s or 2m", found: JSON.stringify(text) });
}

/** One of several words. */
export function oneOf<T extends string>(option: string, text: string, words: readonly T[]): T {
  if (words.includes(text as T)) return text as T;
  throw new InvalidInput("the command line", { at: option, expected: `one of ${words.join(", ")}`, found: JSON.stringify(text) });
}
