/** From schemas to one message: the place inside the value, what was expected there, and what stood there. */
import * as Schema from "@effect/schema/Schema";
import * as SchemaIssue from "@effect/schema/SchemaIssue";
import type { Contradiction } from "../../spec/contradiction.ts";
import type { Parsed } from "../engine/contract.ts";

/** A refusal at `at` (a path such as `quotas[0][1].chunk`, empty for the value as a whole). */
export function refused(at: string, expected: string, found: unknown): { readonly ok: false; readonly error: { readonly at: string; readonly expected: string; readonly found: string } } {
  return { ok: false, error: { at, expected, found: shown(found) } };
}

/** A value as it is shown in a message: its JSON, cut off where it grows long. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

/** The same answer with its place moved below `prefix`. */
export function under<T>(prefix: string, answer: Parsed<T>): Parsed<T> {
  if (answer.ok) return answer;
  const { at, expected, found } = answer.error;
  const joint = at === "" || at.startsWith("[") ? "" : ".";
  return { ok: false, error: { at: `${prefix}${joint}${at}`, expected, found } };
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? String(part) : `.${String(part)}`)).join("");
}

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1();

/**
 * Decodes a value by a schema; keys that the schema does not know are refused. Where a choice of several forms failed the first form's
 * complaint is told, unless another got further down into the value: that is the form which was meant.
 */
export function parseBy<T>(schema: Schema.Codec<T>, value: unknown): Parsed<T> {
  const result = Schema.decodeUnknownResult(schema)(value, { onExcessProperty: "error" });
  if (result._tag === "Success") return { ok: true, value: result.success };
  const issues = issuesOf(result.failure.issue).issues;
  let path: readonly PropertyKey[] = [];
  let message = "a value of another form";
  for (const [at, issue] of issues.entries()) {
    const itsPath = (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
    if (at > 0 && itsPath.length <= path.length) continue;
    path = itsPath;
    message = issue.message;
  }
  let found: unknown = value;
  for (const part of path) found = (found as Record<PropertyKey, unknown> | null | undefined)?.[part];
  const expected = message === "Missing key" ? "a value" : message.replace(/^Expected /, "");
  return refused(pathText(path), expected, found);
}

/** Decodes a value by a schema, then refuses what contradicts itself. */
export function parseChecked<T>(schema: Schema.Codec<T>, value: unknown, check: (decoded: T) => Contradiction | undefined): Parsed<T> {
  const answer = parseBy(schema, value);
  const wrong = answer.ok ? check(answer.value) : undefined;
  return wrong === undefined ? answer : refused(wrong.at, wrong.expected, wrong.found);
}
