/** Faults of the columns of NAT sessions. Most are words that a structure keeps when it is free: the next session writes all of them before a key leads to it. */
import { fault, oneMore, piece, type Fault } from "./types.ts";

const cleared = "if (word !== Row.stamp && word !== Row.references && word !== Row.binding) mem[row + word] = 0;";
const counted = (count: string): [string, string] => [`return ${count};`, `return ${oneMore(count)};`];
const kept = (word: string): Fault => fault(`object.${word}`, "nat-session/structures", `a structure that is freed keeps its word \`${word}\``, cleared, cleared.replace("if (", `if (word !== Row.${word} && `));

export const natColumns: readonly Fault[] = [
  fault("object.state", "nat-session/structures", "a structure that is freed reads as taken", "setState(m, object, State.free, moved);", "setState(m, object, State.taken, moved);"),
  kept("subscriber"),
  kept("protocol"),
  kept("privatePort"),
  kept("remoteAddress"),
  kept("remotePort"),
  kept("natAddress"),
  kept("natPort"),
  fault("object.stamp", "nat-session/structures", "a structure that is freed keeps its stamp", "  store(mem, row + Row.stamp, 0);\n", ""),
  fault("object.references", "nat-session/structures", "a free structure has a reference, until it is taken", "  poke(m.mem, m.row(object) + Row.state, state);\n", "  poke(m.mem, m.row(object) + Row.state, state);\n  if (state === State.free || state === State.taken) poke(m.mem, m.row(object) + Row.references, Number(state === State.free));\n"),
  kept("partner"),
  fault("object.lead", "nat-session/claim", "the mark of a lead is another than 1", "m.mem[m.row(lead) + Row.lead] = 1;", "m.mem[m.row(lead) + Row.lead] = 2;"),
  fault("object.binding", "nat-session/structures", "a structure that is freed reads as the founder of a mapping, until it founds one", "  store(mem, row + Row.stamp, 0);\n", "  store(mem, row + Row.stamp, 0);\n  poke(mem, row + Row.binding, 1);\n"),
  kept("uses"),
  kept("static"),
  kept("paired"),
  fault("object.global", "nat-session/view", "an inbound key in the global table is not read where the outbound one is", "if (findGlobal(m, m.keys, 0) === object) bits |= 1 << side;", "if (findGlobal(m, m.keys, 0) === object) bits ||= 1 << side;", { view: "what is said of keys is what a look-up finds" }),
  fault("local.keys", "nat-session/view", "an inbound key in a core's table is not read where the outbound one is", "if (findOwn(m, core, m.keys, 0) === object) bits |= 1 << side;", "if (findOwn(m, core, m.keys, 0) === object) bits ||= 1 << side;", { view: "what is said of keys is what a look-up finds" }),
  fault("port.user", "nat-session/ports", "a port is noted as the next structure's", "poke(mem, first + m.portWords + port, user);", "poke(mem, first + m.portWords + port, user + 1);"),
  fault("subscriber.sessions", "nat-session/view", "where sessions are counted one more is read", ...counted("mem[m.quotaAt + entry - at.subscriber.sessions]"), { view: "the count decides who is refused" }),
  fault("subscriber.pairAddress", "nat-session/pairs", "a subscriber keeps its paired address when the count says that it has none", "  if (peek(m.mem, m.pairAt + subscriber * 2 + 1) === 0) setAddress(m, subscriber, 0, moved);\n", "", { also: [piece("nat-session/pairs", "const before = peek(mem, at);", "const before = peek(mem, at + 1) === 0 ? 0 : peek(mem, at);")] }),
  fault("subscriber.pairCount", "nat-session/view", "where a paired address is used one more is read", ...counted("mem[m.pairAt + 2 * (entry - at.subscriber.pairCount) + 1]"), { view: "the count decides when the address is let go" }),
  fault("core.armed", "nat-session/sweep", "the mark of a sweep that is not armed any more is another than 0", "m.own[m.armedAt + core] = 0;", "m.own[m.armedAt + core] = 2;"),
  fault("failing.pending", "nat-session/view", "where failures are to come one more is read", ...counted("own[m.pendingAt + entry - at.failing.pending]"), { view: "the count decides which calls fail" }),
  fault("bucket.core", "nat-session/view", "the core of the last bucket is read as the next one", "return mem[m.coreOfAt + entry - at.bucket.core];", "return mem[m.coreOfAt + entry - at.bucket.core] + Number(entry + 1 === at.node.type);", { view: "every packet goes by it" }),
  fault("node.type", "nat-session/index", "a type has a bit that means nothing", "store(m.mem, m.typeAt, m.records[r + Field.type]);", "store(m.mem, m.typeAt, m.records[r + Field.type] | 8);"),
];
