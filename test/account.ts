/** A plain account of everything that is reached from an object, by which what a search writes down can be checked: no place, no number kept, nothing left out. */

/** Objects in `lent` are not looked into. Two accounts are the same if the same values are there in the same shape. */
export function account(root: object, lent: ReadonlySet<unknown> = new Set()): string {
  const met = new Map<unknown, number>();
  const toTell: object[] = [];
  const say = (value: unknown): string => {
    if (typeof value === "function") return "function";
    if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
    if (lent.has(value)) return "lent";
    if (!met.has(value)) met.set(value, toTell.push(value) - 1);
    return `#${met.get(value)}`;
  };
  say(root);
  const told: unknown[] = [];
  for (let i = 0; i < toTell.length; i++) told.push(tell(toTell[i], say));
  return JSON.stringify(told);
}

function tell(object: object, say: (value: unknown) => string): unknown {
  if (object instanceof ArrayBuffer || object instanceof SharedArrayBuffer) return Array.from(new Uint8Array(object));
  if (ArrayBuffer.isView(object)) return [object.constructor.name, say(object.buffer), object.byteOffset, object.byteLength];
  if (Array.isArray(object)) return Array.from(object, (value, at) => (at in object ? say(value) : "hole"));
  if (object instanceof Map) return ["map", ...[...object].sort(byKey).map(([key, value]) => [say(key), say(value)])];
  if (object instanceof Set) return ["set", ...[...object].map((value) => [value]).sort(byKey).map(([value]) => say(value))];
  return [object.constructor?.name, ...Object.entries(object).map(([name, value]) => [name, say(value)])];
}

/** Keys here are numbers or texts. */
function byKey([one]: readonly any[], [other]: readonly any[]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
