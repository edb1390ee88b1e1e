/**
 * What is asked of every object of a shape at every step, as functions made for its members: reading a member that is named in the text takes a fraction of the time of one
 * that is looked up by a name in a list. They answer what a loop over the names would.
 */
import type { Members } from "./kinds.ts";

export interface Form {
  /** Whether the object has the members of the shape and no others, in this order. (One that inherits something that can be listed never has.) */
  fits(object: object): boolean;
  /** Whether each member is what `last` has of it, from `at` on. */
  still(object: object, last: readonly unknown[], at: number): boolean;
}

/** Forms are few, and what is kept of each is small. */
const kept = new Map<string, Form>();
const keptMost = 2000;
/** An object with more members is a table, no record: it will have others tomorrow. */
const namesMost = 100;

/** The form of a shape with these members. */
export function formOf(names: readonly string[]): Form {
  if (names.length > namesMost) return looped(names);
  const key = JSON.stringify(names);
  let form = kept.get(key);
  if (form === undefined) {
    if (kept.size === keptMost) return looped(names);
    form = compiled(names);
    kept.set(key, form);
  }
  return form;
}

function compiled(names: readonly string[]): Form {
  const made = (parameters: string, body: string): any => new Function("names", `"use strict"; return (${parameters}) => { ${body} };`)(names);
  const alike = names.map((name, i) => `object[${JSON.stringify(name)}] === last[at + ${i}]`);
  return {
    fits: made("object", `let n = 0; for (const name in object) if (name !== names[n++]) return false; return n === ${names.length};`),
    still: made("object, last, at", `return ${["true", ...alike].join(" && ")};`),
  };
}

function looped(names: readonly string[]): Form {
  return {
    fits(object) {
      let count = 0;
      for (const name in object) if (name !== names[count++]) return false;
      return count === names.length;
    },
    still: (object, last, at) => names.every((name, i) => (object as Members)[name] === last[at + i]),
  };
}
