/** Commands and outcomes of shared memory and slabs in words. */
import { Outcome, reasons, type SlabCommand } from "../../../spec/memory-slab/terms.ts";

/** What the core named before does: `allocates a session on core 1`. */
export function words(command: SlabCommand): string {
  switch (command.kind) {
    case "start-up":
      return "starts up";
    case "allocate":
      return `allocates ${command.what}${command.on === null ? "" : ` on core ${command.on}`}`;
    case "free":
      return `frees what ${command.of} allocated`;
    case "refer":
      return `refers to what ${command.of} allocated`;
    case "unrefer":
      return `gives back the reference of ${command.of}`;
    case "attach":
      return `gives a port to what ${command.of} allocated`;
    case "read":
      return `reads what ${command.of} allocated`;
    case "scan":
      return "scans its list";
    case "reserve":
      return `reserves ${command.units === 1 ? "1 unit" : `${command.units} units`}`;
    case "give-back":
      return `gives back what ${command.of} reserved`;
    case "place":
      return `asks where ${command.what} lives`;
  }
}

/** `allocated: 4`, `freed: 1 here, 0 listed`, `refused: memory` … */
export function outcomeWords(outcome: readonly number[]): string {
  const [code, ...values] = outcome;
  switch (code) {
    case Outcome.done:
      return values.length === 0 ? "done" : `done: ${values.join(", ")}`;
    case Outcome.refused:
      return `refused: ${reasons[values[0]] ?? values[0]}`;
    case Outcome.allocated:
      return `allocated: ${values.join(", ")}`;
    case Outcome.freed:
      return `freed: ${values[0]} here, ${values[1]} listed`;
    default:
      return `unknown outcome ${code}`;
  }
}
