/** Mutants of the node: what falls between its five systems. */
import { concurrency, discipline, subtle, within } from "./seeded.ts";
import type { Mutant } from "./types.ts";

const row = within("node", "impl/node/index.ts");
const packet = within("node", "impl/node/packet.ts");
const wants = within("node", "impl/node/wants.ts");
const addresses = within("node", "impl/node/addresses.ts");
const collect = within("node", "impl/node/collect.ts");
const parts = within("node", "impl/node/parts.ts");
const words = within("node", "impl/node/words.ts");
const rebalance = within("node", "impl/nat-session/rebalance.ts");

export const nodeMutants: readonly Mutant[] = [
  packet("NODE-1", "finished-early", "the load of a packet is given back while its core is still at work on it", "peek(ends, p.endOf(slot)) === 1;", "p.distribution.placedOn(slot) >= 0;"),
  packet("NODE-1", "never-finished", "nobody tells the operation that its packet has been processed, and its load stays for ever", "  poke(p.ends, p.endOf(operation), 1);\n", ""),
  packet("NODE-1", "asleep-unlooked", "the operation falls asleep without a look, and what woke it before is lost", "const ended = peek(ends, p.endOf(slot)) === 1;", "const ended = p.records[r + Field.handle] === -2 && peek(ends, p.endOf(slot)) === 1;\n  p.records[r + Field.handle] = -2;", concurrency),
  packet("NODE-1", "not-woken", "the operation is told that its packet has been processed, and sleeps on", "  moved.freed.push(operation);\n", ""),
  packet("NODE-1", "drop-awaited", "a packet that no core had room for is waited for", "if (p.distribution.placedOn(slot) < 0)", "if (p.distribution.placedOn(slot) < -1)"),
  packet("NODE-1", "drop-handed-on", "a packet that the next core had no room for is said to have been handed on", "distribution.handedOver(slot) === 1", "distribution.handedOver(slot) >= 0"),
  row("NODE-1", "end-unlocked", "that a packet has been processed is written without the lock", "    acquire(p.ends, operation);\n    this.#move(p, slot, r, moved);\n    release(p.ends, operation);", "    this.#move(p, slot, r, moved);", discipline),
  packet("NODE-1", "answer-cut", "the answer loses its last word", "records[to + Field.count] = count;", "records[to + Field.count] = count - 1;"),
  packet("NODE-1", "unforwarded-answered", "a packet that was not forwarded can be answered", "if (records[r + Field.outcome] === NatOutcome.forwarded) moved.yields = 1;", "moved.yields = 1;"),
  wants("NODE-2", "units-swapped", "a session is counted against the port quota", "p.session.subscriberToCount(slot), sessions);", "p.session.subscriberToCount(slot), ports);"),
  wants("NODE-2", "denied-session", "a session that its quota denies goes on", "  if (quota.answer(slot) !== QuotaOutcome.done) return refused(p, slot, r, moved);\n  p.note", "  p.note"),
  wants("NODE-2", "denied-port", "a port is looked for though its quota denies it", "  if (quota.answer(slot) !== QuotaOutcome.done) return refused(p, slot, r, moved);\n  records", "  records"),
  wants("NODE-2", "foreign-memory", "the structure comes from the memory of the first core", "p.memory.beginObtain(slot, p.records[r + Field.core],", "p.memory.beginObtain(slot, 0,"),
  wants("NODE-2", "foreign-structure", "a structure is numbered as the first core's, whoever obtained it", "given(p, slot, r, p.records[r + Field.core] * p.structures + object, 0, moved)", "given(p, slot, r, object, 0, moved)"),
  wants("NODE-2", "foreign-port", "the port comes from the first core's chunks", "p.port.beginAllocateOne(slot, p.records[r + Field.core],", "p.port.beginAllocateOne(slot, 0,"),
  wants("NODE-2", "remote-itself", "the reply of a remote is foreseen by the address of another", "p.remoteAddress[session.remoteOf(slot)]", "session.remoteOf(slot)", subtle),
  addresses("NODE-2", "pair-ignored", "a subscriber with a paired address gets a port of another", "  if (paired >= 0) return (paired + attempt) % addresses.length;\n", "", subtle),
  addresses("NODE-2", "pair-left", "where the paired address has no port another is tried in every profile", "p.rfc ? addresses.length : 1", "addresses.length", subtle),
  addresses("NODE-2", "second-never", "the second address is never tried", "(subscriber + attempt) % addresses.length", "subscriber % addresses.length", subtle),
  wants("NODE-2", "uncounted-undone", "a unit that was never counted is taken back", "  else if (records[r + Field.counted] === 0) return refused(p, slot, r, moved);\n", ""),
  wants("NODE-3", "no-undo", "a session that gets no port keeps its unit of port quota (F11)", "records[r + Field.counted] === 0", "records[r + Field.counted] >= 0"),
  wants("NODE-3", "chunk-kept", "the chunk granted with the unit stays where no port was free", "ports, records[r + Field.chunk], moved)", "ports, 0, moved)"),
  wants("NODE-3", "other-ledger", "the unit of a session that got no port is taken back from the first core (F9)", "p.quota.undoOne(records[r + Field.core],", "p.quota.undoOne(0,"),
  wants("NODE-3", "whose-undo", "the unit goes back to the subscriber whose request was the last of all cores'", "undoOne(records[r + Field.core], p.session.packetWord(slot, Packet.from) - 1,", "undoOne(records[r + Field.core], p.request.subscriber,", { ...concurrency, ...subtle }),
  parts("NODE-4", "session-unit-kept", "the unit of a session that has given it back stays noted, and is given back again by the next", "    this.sessionUnit[object] = 0;\n    moved", "    moved"),
  wants("NODE-4", "port-unit-leaks", "the port of a session is freed and its unit forgotten (F27)", "  releasePortUnit(p, slot, r, Phase.releasePort, moved);\n", "  gone(p, slot, r, moved);\n"),
  wants("NODE-4", "session-unit-leaks", "a session gives back its structure, and its unit of quota never", "    case Want.freeSessionUnit: return beginReleaseSession(p, slot, r, moved);\n", "    case Want.freeSessionUnit:\n      p.takeSessionUnit(p.session.objectToGive(slot), moved);\n      p.session.letGo(slot, moved);\n      return gone(p, slot, r, moved);\n"),
  wants("NODE-4", "other-quota", "a session's unit is given back to the port quota", "moved), sessions);", "moved), ports);"),
  wants("NODE-4", "freed-twice", "a structure goes back in place of its session's unit, and then once more", "return beginReleaseSession(p, slot, r, moved);", "return beginFreeMemory(p, slot, r, moved);"),
  wants("NODE-4", "wrong-structure", "a structure of another core's memory goes back in place of the session's", "p.session.objectToGive(slot) % p.structures)", "(p.session.objectToGive(slot) + 1) % p.structures)"),
  parts("NODE-5", "backwards", "sessions hash a key with its two ends exchanged", "this.setHeaders(protocol, source, sourcePort, destination, destinationPort);", "this.setHeaders(protocol, destination, destinationPort, source, sourcePort);"),
  parts("NODE-5", "as-configured", "sessions go by the table as it was configured, whatever has moved since", "(bucket) => this.distribution.coreOfBucket(bucket)", "(bucket) => this.config.distribution.table[bucket]"),
  packet("NODE-5", "served-where-submitted", "a packet is processed by the core it reached first", "p.session.beginPacket(slot, records[r + Field.core], operation);", "records[r + Field.core] = records[operation * Field.words + Field.core];\n    p.session.beginPacket(slot, records[r + Field.core], operation);"),
  parts("NODE-6", "stays", "a bucket whose sessions are published stays where it was", "(bucket, to, moved) => this.distribution.moveBucket(bucket, to, moved)", "(bucket, _to, moved) => this.distribution.moveBucket(bucket, this.distribution.coreOfBucket(bucket), moved)"),
  parts("NODE-6", "refused-by-one", "sessions refuse to move a bucket, and the distribution is not asked", "(moved) => this.distribution.refuseBucket(moved)", "() => undefined"),
  rebalance("NODE-6", "unpublished", "a bucket moves before its sessions are published", "publish(m, r, m.leadOf(key >> 1), moved)", "records[r + Field.step] < 0 && publish(m, r, m.leadOf(key >> 1), moved)"),
  wants("NODE-7", "neighbours", "two neighbouring ports become one to their sessions", "p.offsetOfPort(handle), moved)", "p.offsetOfPort(handle) & ~1, moved)"),
  wants("NODE-7", "one-protocol", "a port of one protocol's table is given to a session of another", "protocols[session.packetWord(slot, Packet.protocol)]", '"tcp"'),
  wants("NODE-7", "first-address", "a session uses its port at the first address, whichever it was given at", "addressOfPort(layout, handle), p.", "0, p."),
  packet("NODE-8", "way-back-forgotten", "what went out leaves nothing behind by which it could be answered", "  p.session.wentOut(slot, operation);\n", ""),
  wants("NODE-9", "counted-all-the-same", "a port whose unit was not counted is noted as if it were", "records[r + Field.counted] = quota.counted(slot);", "records[r + Field.counted] = 1;"),
  wants("NODE-9", "with-the-hand-over", "the unit of a port that is handed over is released at once, and its holder's next port denied by nobody", "  if (!p.port.freedHere(slot)) return gone(p, slot, r, moved);\n", ""),
  collect("NODE-9", "collected-only", "a port that its holder collects leaves its unit in use (F27)", "  releasePortUnit(p, slot, r, Phase.releaseCollected, moved);\n", "  collectNext(p, slot, r);\n  moved.next = Next.more;\n"),
  collect("NODE-9", "first-only", "after the first port the list of those handed over is left as it is", "  collectNext(p, slot, r);\n  moved.next = Next.more;", "  moved.outcome.push(Outcome.done);\n  moved.outcome.push(p.records[r + Field.done]);"),
  wants("NODE-9", "other-ledger", "a unit goes back to the ledger of the first core", "beginReleaseOne(slot, ledgerOf(unit),", "beginReleaseOne(slot, 0,"),
  words("NODE-9", "four-cores", "cores from 4 on are taken for those from 0 on (F35)", "((unit & Unit.mask) - 1) >> 1", "(((unit & Unit.mask) - 1) >> 1) & 3"),
  words("NODE-9", "whose", "a unit goes back to the first subscriber", "return unit >> Unit.shift;", "return unit >> (2 * Unit.shift);"),
  parts("RSS-3", "sessions-unlocked", "sessions move a bucket without the lock of the distribution's table", "lockBuckets: () => this.distribution.lockBuckets()", "lockBuckets: () => undefined", discipline),
  parts("NODE-4", "kept-apart-mixed", "the last of the ports that are kept apart is given back as one of the others", "if (offset >= this.#ordinary)", "if (offset >= port.wellKnownPorts - 1)"),
  parts("NODE-7", "kept-apart-shifted", "a port that is kept apart is its neighbour to its session", "beyond % wellKnownPorts;", "(beyond + 1) % wellKnownPorts;"),
  row("NODE-10", "unanswered", "nobody is told what became of a change", "return p.distribution.move(slot, moved);", "return p.distribution.moveRow(slot, moved);"),
  row("NODE-10", "by-scheme", "with a policy a bucket is refused and moved by the sessions' row, unless a scheme spreads packets", "p.config.distribution.policy === undefined ? beginSession", '(p.config.distribution.policy === undefined || p.config.distribution.scheme === "hash") ? beginSession'),
];
