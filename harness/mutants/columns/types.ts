/** Faults that only the comparison of one column of a view can show, and how they are written down. */
import type { Piece } from "../models.ts";
import type { Mutant } from "../types.ts";

/**
 * A fault in what the implementation records for a column. It must not change what the program does, or other columns would show it as well; so it stands in a word that nothing else reads, or in one while nothing does:
 * of a record that is not there yet, or not any more; or in a flag that is set to another value than 1.
 */
export interface ColumnMutant extends Mutant {
  /** `table.column`, as in reports. */
  readonly column: string;
  /** Further pieces that go with the first: what is wrong is put right before it is used. */
  readonly also?: readonly Piece[];
  /** The fault lies in the abstraction function, because every word of the column steers: why nothing that writes it can be wrong alone. */
  readonly view?: string;
}

/** What stands in the list of a system's own columns: the column, its file (of `impl`, without its ending), what goes wrong, the piece and what stands there instead. */
export type Fault = Omit<ColumnMutant, "id" | "rule" | "system">;

/** A fault of a column, in a file of `impl/` named without its ending. */
export function fault(column: string, file: string, note: string, find: string, replace: string, more: Pick<ColumnMutant, "also" | "view"> = {}): Fault {
  return { column, file: `impl/${file}.ts`, note, find, replace, ...more };
}

/** What reads a count as one more than there are, where there are any. */
export function oneMore(count: string): string {
  return `(${count} && ${count} + 1)`;
}

/** A further piece of a fault, in a file of `impl/` named without its ending. */
export function piece(file: string, find: string, replace: string): Piece {
  return { file: `impl/${file}.ts`, find, replace };
}
