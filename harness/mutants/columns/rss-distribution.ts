/** Faults of the columns of distribution over cores. */
import { fault, type Fault } from "./types.ts";

const clear = "this.mem.fill(0, first, end);";
const place = (column: string, note: string, find: string, replace: string, view: string): Fault => fault(column, "rss-distribution/view", note, find, replace, { view });

export const rssColumns: readonly Fault[] = [
  place("bucket.core", "a bucket is read as its neighbour", "shared(to.bucket.core, buckets, m.coreOfAt),", "shared(to.bucket.core, buckets, m.coreOfAt, -1),", "every packet goes by it"),
  fault("bucket.asked", "rss-distribution/coming", "a bucket is noted as asked back for the next core", "ask(m, bucket, core + 1, moved);", "ask(m, bucket, core + 2, moved);"),
  place("core.up", "a core is up when its neighbour is", "shared(to.core.up, cores, m.nodeAt + Node.up, 0),", "shared(to.core.up, cores, m.nodeAt + Node.rules, 0),", "whoever is up gets packets"),
  fault("core.load", "rss-distribution/queues", "a cost counts one more where the hash alone decides", "poke(m.mem, at, peek(m.mem, at) + cost);", 'poke(m.mem, at, peek(m.mem, at) + cost + Number(m.config.schemes.every((scheme) => scheme.kind === "hash")));'),
  place("core.waiting", "the packets that wait at a core are read as its load", "shared(to.core.waiting, cores, m.queueAt + Queue.waiting, m.queueWords),", "shared(to.core.waiting, cores, m.queueAt + Queue.load, m.queueWords),", "the count decides who has room, and where in the ring a packet lies"),
  fault("core.dropped", "rss-distribution/queues", "a packet dropped for want of room counts twice", "const at = m.queueOf(core) + Queue.dropped;\n  poke(m.mem, at, peek(m.mem, at) + 1);", "const at = m.queueOf(core) + Queue.dropped;\n  poke(m.mem, at, peek(m.mem, at) + 2);"),
  fault("core.lost", "rss-distribution/queues", "a packet lost counts twice", "const at = m.queueOf(core) + Queue.lost;\n  poke(m.mem, at, peek(m.mem, at) + 1);", "const at = m.queueOf(core) + Queue.lost;\n  poke(m.mem, at, peek(m.mem, at) + 2);"),
  fault("core.vote", "rss-distribution/settings", "the time of a vote is a millisecond late where age has no weight", "poke(mem, at + Vote.time, m.now(r) + 1);", "poke(mem, at + Vote.time, m.now(r) + (policy.of(scheme, SchemeWord.first) === 0 ? 2 : 1));"),
  fault("core.levels", "rss-distribution/place", "a vote that is used up keeps its levels", "  poke(mem, vote + Vote.levels, 0);\n", ""),
  place("flow.sequence", "the number given last is read as the core of the packet", "shared(to.flow.sequence, flows, m.numberedAt + Numbered.sequence, Numbered.words),", "shared(to.flow.sequence, flows, m.numberedAt + Numbered.core, Numbered.words),", "the next number follows from it"),
  fault("flow.core", "rss-distribution/place", "the core of a flow's last packet is noted as the next one", "poke(mem, at + Numbered.core, core + 1);", "poke(mem, at + Numbered.core, core + 2);"),
  place("flow.home", "the home of a flow is read as its being published", "shared(to.flow.home, flows, m.knownAt + Known.home, Known.words),", "shared(to.flow.home, flows, m.knownAt + Known.published, Known.words),", "packets are handed home by it, and flows are taken over"),
  fault("flow.published", "rss-distribution/memory", "a flow that is not published has a mark other than 0", clear, `${clear}\n    for (let flow = 0; flow < this.flows; flow++) this.mem[this.flowAt(flow) + Known.published] = 2;`),
  place("local.known", "the flow that a core knows is read as its number", "own(to.local.known, Own.flows, 0),", "own(to.local.known, Own.words, 0),", "whoever knows a flow processes its packets"),
  fault("local.last", "rss-distribution/deliver", "the number delivered last is noted as the next one", "= records[r + Field.sequence];", "= records[r + Field.sequence] + 1;"),
  fault(
    "conversation.establisher",
    "rss-distribution/deliver",
    "the control core is noted as the establishing one where no scheme asks",
    "    poke(mem, m.establisherAt(flow), core + 1);",
    '    poke(mem, m.establisherAt(flow), (m.config.schemes.some((scheme) => scheme.kind === "established") ? core : m.config.control) + 1);',
  ),
  fault("pair.core", "rss-distribution/place", "a pair is noted under the other order of its addresses too", "  poke(m.mem, at, core + 1);\n", "  poke(m.mem, at, core + 1);\n  const pair = at - m.pairAt;\n  const count = m.config.addresses.length;\n  poke(m.mem, m.pairAt + (pair % count) * count + ((pair / count) | 0), core + 1);\n"),
  place("rule.on", "a rule is on when a core is up", "shared(to.rule.on, config.rules.length, m.nodeAt + Node.rules, 0),", "shared(to.rule.on, config.rules.length, m.nodeAt + Node.up, 0),", "the bit decides which packets the rule has"),
  fault("steering.core", "rss-distribution/settings", "an entry that names no core has a mark other than 0", "poke(m.mem, m.steeringAt + entry, records[r + Field.with] + 1);", "poke(m.mem, m.steeringAt + entry, records[r + Field.with] + 1 || -1);"),
  place("address.node", "an address is read as its neighbour", "shared(to.address.node, addresses, m.addressAt),", "shared(to.address.node, addresses, m.addressAt + 1),", "packets to the address go by it, and whether it is free"),
  fault("peer.adopted", "rss-distribution/peers", "a node that begins to adopt the table has a mark other than 0", "poke(mem, peer + Peer.adopted, 0);", "poke(mem, peer + Peer.adopted, 2);"),
  fault("peer.bits", "rss-distribution/peers", "another node is noted with a bit more", "poke(mem, peer + Peer.bits, config.bits);", "poke(mem, peer + Peer.bits, config.bits + 1);"),
  fault("peerBucket.core", "rss-distribution/peers", "a node that begins to adopt the table has something in its bucket 0", "  poke(mem, peer + Peer.adopted, 0);\n", "  poke(mem, peer + Peer.adopted, 0);\n  poke(mem, peer + Peer.words, 63);\n  moved.writes.push(layout.peerBucket.core + node * m.buckets);\n"),
  fault("node.dropped", "rss-distribution/place", "a packet dropped for want of a core counts twice", "count(m, Node.dropped, 1);", "count(m, Node.dropped, 2);"),
  fault("node.moves", "rss-distribution/buckets", "a move of a bucket counts twice", "peek(mem, m.nodeAt + Node.moves) + 1);", "peek(mem, m.nodeAt + Node.moves) + 2);"),
  fault("node.turn", "rss-distribution/place", "a turn that has no packets left is nobody's", "  count(m, Node.left, -1);\n", "  count(m, Node.left, -1);\n  if (peek(mem, nodeAt + Node.left) === 0) poke(mem, nodeAt + Node.turn, 0);\n"),
  fault("node.left", "rss-distribution/place", "a turn that is over has a packet less than none left", "count(m, Node.left, -1);", "count(m, Node.left, peek(mem, nodeAt + Node.left) === 1 ? -2 : -1);"),
  fault("node.slice", "rss-distribution/view", "the core of a slice is read as the one in turn", "shared(first, 1, m.nodeAt + word));", "shared(first, 1, m.nodeAt + (word === Node.slice ? Node.turn : word)));", { view: "the core keeps its packets by it, and is passed over afterwards" }),
  fault("node.sliceEnd", "rss-distribution/view", "the end of a slice is read as its core", "shared(first, 1, m.nodeAt + word));", "shared(first, 1, m.nodeAt + (word === Node.sliceEnd ? Node.slice : word)));", { view: "the time decides when the slice is over" }),
];
