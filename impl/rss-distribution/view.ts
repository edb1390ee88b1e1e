/** The abstraction function: the memory read back in the words of the view, from the words and bits that the stages go by. */
import { nowhere } from "../../spec/layout.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Known, Node, Numbered, Own, Peer, Queue, Vote } = words;

/**
 * Where a column stands. Key k is word `at` + floor(k / row) × `rowWords` + (k mod row) × `step`, of what the node shares or of what cores have to themselves; where `step` is 0 it is bit k mod row of that word.
 */
export interface Place {
  readonly first: number;
  readonly size: number;
  readonly isOwn: boolean;
  readonly at: number;
  readonly row: number;
  readonly rowWords: number;
  readonly step: number;
}

/** The columns of an opened memory that are there, in the order of their entries. */
export function placesOf(m: RssMemory): readonly Place[] {
  const { layout: to, cores, flows, buckets, config } = m;
  const shared = (first: number, size: number, at: number, step = 1, row = size, rowWords = 0): Place => ({ first, size, isOwn: false, at, row, rowWords, step });
  const own = (first: number, at: number, step: number): Place => ({ first, size: cores * flows, isOwn: true, at: m.ownAt + at, row: flows, rowWords: m.ownWords, step });
  const { length: addresses } = config.addresses;
  const { length: nodes } = config.nodes;
  const places = [
    shared(to.bucket.core, buckets, m.coreOfAt),
    shared(to.bucket.asked, buckets, m.askedAt),
    shared(to.core.up, cores, m.nodeAt + Node.up, 0),
    shared(to.core.load, cores, m.queueAt + Queue.load, m.queueWords),
    shared(to.core.waiting, cores, m.queueAt + Queue.waiting, m.queueWords),
    shared(to.core.dropped, cores, m.queueAt + Queue.dropped, m.queueWords),
    shared(to.core.lost, cores, m.queueAt + Queue.lost, m.queueWords),
    shared(to.core.vote, cores, m.voteAt + Vote.time, Vote.words),
    shared(to.core.levels, cores, m.voteAt + Vote.levels, Vote.words),
    shared(to.flow.sequence, flows, m.numberedAt + Numbered.sequence, Numbered.words),
    shared(to.flow.core, flows, m.numberedAt + Numbered.core, Numbered.words),
    shared(to.flow.home, flows, m.knownAt + Known.home, Known.words),
    shared(to.flow.published, flows, m.knownAt + Known.published, Known.words),
    own(to.local.known, Own.flows, 0),
    own(to.local.last, Own.words, 1),
    shared(to.conversation.establisher, flows >> 1, m.knownAt + Known.establisher, 2 * Known.words),
    shared(to.pair.core, addresses * addresses, m.pairAt),
    shared(to.rule.on, config.rules.length, m.nodeAt + Node.rules, 0),
    shared(to.steering.core, config.steering.length, m.steeringAt),
    shared(to.address.node, addresses, m.addressAt),
    shared(to.peer.adopted, nodes, m.peerAt + Peer.adopted, m.peerWords),
    shared(to.peer.bits, nodes, m.peerAt + Peer.bits, m.peerWords),
    shared(to.peerBucket.core, nodes * buckets, m.peerAt + Peer.words, 1, buckets, m.peerWords),
  ];
  const { dropped, moves, turn, left, slice, sliceEnd } = to.node;
  const last = [dropped, moves, turn, left, slice, sliceEnd].map((first, word) => shared(first, 1, m.nodeAt + word));
  return [...places, ...last].filter(({ first }) => first !== nowhere);
}

/** The value of one entry; of places that begin with it the last is looked at, as the others are empty. */
export function readEntry(m: RssMemory, places: readonly Place[], entry: number): number {
  let n = places.length - 1;
  while (places[n].first > entry) n--;
  const { first, isOwn, at, row, rowWords, step } = places[n];
  const key = entry - first;
  return value(isOwn ? m.own : m.mem, at + ((key / row) | 0) * rowWords, key % row, step);
}

function value(mem: Int32Array, row: number, column: number, step: number): number {
  return step === 0 ? (mem[row] >>> column) & 1 : mem[row + column * step];
}

/** Every entry into its place; equal to `readEntry` of each. */
export function scanEntries(m: RssMemory, places: readonly Place[], into: Int32Array): void {
  for (let n = 0; n < places.length; n++) {
    const { first, size, isOwn, at, row, rowWords, step } = places[n];
    const mem = isOwn ? m.own : m.mem;
    for (let entry = first, word = at; entry < first + size; word += rowWords) {
      for (let column = 0; column < row; column++) into[entry++] = value(mem, word, column, step);
    }
  }
}
