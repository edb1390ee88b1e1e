/** Faults of the columns of the node: its own two; and, in place of those of its parts, others for columns that stay as they began in a node, since it has no operation that changes them. */
import { fault, type Fault } from "./types.ts";

const cleared = "this.mem.fill(0, first, end);";
const clearedOwn = "this.own.fill(0, first, ownEnd);";
const begins = (column: string, word: string, value = 1): Fault =>
  fault(`distribution ${column}`, "rss-distribution/memory", `memory that is used again is not clear: the first word of ${column} begins as ${value}`, cleared, `${cleared}\n    this.mem[${word}] = ${value};`);
const beginsOwn = (column: string, word: string): Fault =>
  fault(`distribution ${column}`, "rss-distribution/memory", `a core's memory that is used again is not clear: the first word of ${column} begins as 1`, clearedOwn, `${clearedOwn}\n    this.own[${word}] = 1;`);

export const nodeColumns: readonly Fault[] = [
  fault("node structure.sessionUnit", "node/parts", "a structure keeps its unit when that goes back", "    this.sessionUnit[object] = 0;\n", ""),
  fault("node port.unit", "node/parts", "a port keeps its unit when that goes back", "    this.portUnit[handle] = 0;\n", ""),
  fault("session port.user", "nat-session/ports", "a port is noted as the next structure's", "handle - table * m.ports] = user;", "handle - table * m.ports] = user + 1;"),
  begins("bucket.asked", "this.askedAt"),
  begins("core.lost", "this.queueAt + Queue.lost"),
  begins("core.vote", "this.voteAt + Vote.time"),
  begins("core.levels", "this.voteAt + Vote.levels"),
  begins("flow.sequence", "this.numberedAt + Numbered.sequence"),
  begins("flow.core", "this.numberedAt + Numbered.core"),
  begins("flow.home", "this.knownAt + Known.home"),
  beginsOwn("local.known", "this.ownAt + Own.flows"),
  beginsOwn("local.last", "this.ownAt + Own.words"),
  begins("conversation.establisher", "this.knownAt + Known.establisher"),
  fault("distribution address.node", "rss-distribution/memory", "the first address has a mark that is no node's", "      this.addressAt,\n    );", "      this.addressAt,\n    );\n    mem[this.addressAt] = -1;"),
  begins("peer.adopted", "this.peerAt + Peer.adopted", 2),
  begins("peer.bits", "this.peerAt + Peer.bits"),
  begins("peerBucket.core", "this.peerAt + Peer.words"),
  begins("node.dropped", "this.nodeAt + Node.dropped"),
  fault("memory port.object", "memory-slab/memory", "a port is an object's from the start", "fillBits(mem, this.portBitsAt, config.ports);", "mem[this.portAt] = 1;"),
  fault("session subscriber.sessions", "nat-session/memory", "sessions are counted from the start where there is no limit", "this.mem.fill(0, first, this.sharedEnd);", "this.mem.fill(0, first, this.sharedEnd);\n    this.mem[this.quotaAt] = 1;"),
  fault("session failing.pending", "nat-session/memory", "a call that is never made is to fail", "this.own.fill(0, first, this.ownEnd);", 'this.own.fill(0, first, this.ownEnd);\n    this.own[this.pendingAt + failKinds.indexOf("port")] = 1;'),
  fault("session bucket.core", "nat-session/memory", "the first bucket, of which nobody asks, begins as the next core's", "mem.set(config.table, this.coreOfAt);", "mem.set(config.table, this.coreOfAt);\n    mem[this.coreOfAt]++;"),
];
