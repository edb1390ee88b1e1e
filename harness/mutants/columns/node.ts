/** Faults of the columns of the node: its own two; and, in place of those of its parts, others where a node has nothing that theirs would not show in besides, or nothing in which they show at all. */
import { fault, type Fault } from "./types.ts";

export const nodeColumns: readonly Fault[] = [
  fault("node structure.sessionUnit", "node/parts", "a structure keeps its unit when that goes back", "    this.sessionUnit[object] = 0;\n", ""),
  fault("node port.unit", "node/parts", "a port keeps its unit when that goes back", "    this.portUnit[handle] = 0;\n", ""),
  fault("session port.user", "nat-session/ports", "a port is noted as the next structure's", "handle - table * m.ports] = user;", "handle - table * m.ports] = user + 1;"),
  fault("distribution core.vote", "rss-distribution/view", "the time of a vote is read as its levels", "m.voteAt + Vote.time,", "m.voteAt + Vote.levels,", { view: "votes are weighed by their age" }),
];
