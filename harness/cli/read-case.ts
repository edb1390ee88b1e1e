/** Reads a case file: the frame by its schema, configuration and commands by the system it names; one message for what is wrong. */
import * as Schema from "@effect/schema/Schema";
import { caseFormat, type Case, type Event } from "../engine/case.ts";
import type { Parsed, System } from "../engine/contract.ts";
import { caseSchema } from "../../spec/case-schema.ts";
import { parseBy } from "../systems/parse.ts";
import { systems, systemByName } from "../systems/index.ts";
import { referredKinds } from "../systems/references.ts";
import { InvalidInput, readJson, valid } from "./usage.ts";

const frame = caseSchema(Schema.Unknown, Schema.Unknown);

/** A case and its system; refuses other formats, unknown systems and profiles, doubled ids, references to no earlier operation. */
export function readCase(file: string): { readonly case: Case; readonly system: System } {
  return checkedCase(file, readJson(file));
}

/** As `readCase`, of a value that has been read. */
export function checkedCase(source: string, value: unknown): { readonly case: Case; readonly system: System } {
  const refuse = (at: string, expected: string, found: string): never => {
    throw new InvalidInput(source, { at, expected, found });
  };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("the file", "a case (an object)", describe(value));
  const raw = value as { readonly [key: string]: unknown };
  if (raw.format !== caseFormat) refuse("format", String(caseFormat), describe(raw.format));
  const system = typeof raw.system === "string" ? systemByName(raw.system) : undefined;
  if (system === undefined) return refuse("system", `one of ${systems.map((one) => one.name).join(", ")}`, describe(raw.system));
  const profile = raw.profile;
  if (typeof profile !== "string" || !system.profiles.includes(profile)) return refuse("profile", `one of ${system.profiles.join(", ")}`, describe(profile));
  valid(source, parseBy(frame, value));
  const config = valid(source, within("config", system.parseConfig(raw.config, profile)));
  const events = (raw.events as readonly Event[]).map((event, at) => checkedEvent(source, event, at, system, config));
  checkIds(source, events, system);
  return { system, case: { ...(value as Case), config, events } };
}

function within<T>(place: string, parsed: Parsed<T>): Parsed<T> {
  if (parsed.ok) return parsed;
  return { ok: false, error: { ...parsed.error, at: parsed.error.at === "" ? place : `${place}.${parsed.error.at}` } };
}

function checkedEvent(source: string, event: Event, at: number, system: System, config: unknown): Event {
  const nodes = system.nodeCount(config);
  for (const field of ["node", "from", "to"] as const) {
    const node = (event as { readonly [key: string]: unknown })[field];
    if (typeof node === "number" && node >= nodes) throw new InvalidInput(source, { at: `events[${at}].${field}`, expected: `a node below ${nodes}`, found: String(node) });
  }
  if (event.do !== "op") return event;
  const cores = system.coreCount(config, event.node);
  if (event.core >= cores) throw new InvalidInput(source, { at: `events[${at}].core`, expected: `a core below ${cores}`, found: String(event.core) });
  return { ...event, command: valid(source, within(`events[${at}].command`, system.parseCommand(event.command, config))) };
}

function checkIds(source: string, events: readonly Event[], system: System): void {
  const known = new Set<string>();
  events.forEach((event, at) => {
    if (known.has(event.id)) throw new InvalidInput(source, { at: `events[${at}].id`, expected: "an id that no other event has", found: JSON.stringify(event.id) });
    known.add(event.id);
    const of = event.do === "op" ? system.refers(event.command as never)?.id : undefined;
    const wanted = event.do === "op" ? referredKinds[event.command.kind] : undefined;
    const earlier = events.slice(0, at).find((other) => other.id === of);
    if (wanted !== undefined && earlier !== undefined && !(earlier.do === "op" && wanted.includes(earlier.command.kind)))
      throw new InvalidInput(source, { at: `events[${at}].command.of`, expected: `the id of an operation of kind ${wanted.join(", ")}`, found: JSON.stringify(of) });
    if (of === event.id) throw new InvalidInput(source, { at: `events[${at}].command.of`, expected: "the id of another operation", found: JSON.stringify(of) });
  });
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
