/** Generated mutants of the node that do the same as the program, or differ only where no case looks. */
import type { Equivalent } from "../types.ts";

const never = "Only the entry of the first structure is misread, and memory never gives it to a session: the page that it is in holds the units that cores begin with.";

export const nodeEquivalents: readonly Equivalent[] = [
  { file: "impl/node/packet.ts", before: "moved.stages.push(p.stage0 + awaitStage);", after: ";", reason: "A step in which a task only waits is a stutter, with its stage or without." },
  { file: "impl/node/packet.ts", before: "return;", after: ";", reason: "A packet that reaches a core is delivered, handed over or dropped in one step: its row is never in the middle." },
  { file: "impl/node/index.ts", before: "at >= sessionUnit", after: "at > sessionUnit", reason: never },
  { file: "impl/node/index.ts", before: "at >= first.session", after: "at > first.session", reason: never },
];
