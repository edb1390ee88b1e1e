/** Loads an implementation with the recording twin in place of its accessor module, ready to be driven by a `Pair`. */
import type { Side } from "../contract.ts";
import { loadWith, type Exports, type Texts } from "../loader/load.ts";
import { Twin } from "./twin.ts";

/** Where an implementation and its accessor stand (absolute paths) and how one is made of what its module exports. */
export interface Watchable {
  readonly entry: string;
  readonly accessor: string;
  readonly create: (exports: Exports) => Side;
}

/** Throws as `loadWith` does. A text given for the accessor itself has no effect. */
export function loadWatched({ entry, accessor, create }: Watchable, texts?: Texts): { readonly implementation: Side; readonly discipline: Twin } {
  const discipline = new Twin();
  const implementation = create(loadWith(entry, texts, new Map([[accessor, discipline.accessor]])));
  // Guards are declared anew by each opening, for memory that is cut up differently each time.
  around(implementation, "open", () => discipline.clear());
  around(implementation, "apply", () => discipline.changed());
  around(implementation, "restore", () => discipline.changed());
  return { implementation, discipline };
}

/** Has `first` called before each call of the method, if the side has it. */
function around(side: Side, name: "open" | "apply" | "restore", first: () => void): void {
  const method = side[name] as ((...args: unknown[]) => void) | undefined;
  if (method === undefined) return;
  side[name] = (...args: unknown[]): void => {
    first();
    method.apply(side, args);
  };
}
