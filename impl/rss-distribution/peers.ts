/** Other nodes under the same key (RSS-7): one adopts the table bucket after bucket, and begins again if a bucket has moved meanwhile, so that what it has adopted once stood here all at one time. */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { peek, poke } from "../accessor.ts";
import { answer, answerWith } from "./answers.ts";
import { coreOf } from "./buckets.ts";
import { enter, leave } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Node, Peer, Step } = words;

/** `share-key`, or `refuse-peer` where the node has another number of cores. */
export function shareKey(m: RssMemory, r: number, moved: Moved): void {
  const { config, layout, mem, records } = m;
  const node = records[r + Field.what];
  const peer = m.peerAt + node * m.peerWords;
  if (config.nodes[node] !== m.cores) {
    m.tell(moved, Stage["refuse-peer"]);
    return answer(m, r, moved, Outcome.refused);
  }
  enter(m, r);
  poke(mem, peer + Peer.adopted, 0);
  poke(mem, peer + Peer.bits, config.bits);
  begin(m, r);
  leave(m, r);
  moved.writes.push(layout.peer.adopted + node);
  moved.writes.push(layout.peer.bits + node);
  m.tell(moved, Stage["share-key"]);
}

/** Under the lock: bucket 0 comes next; no bucket must move from here on. */
function begin({ mem, nodeAt, records }: RssMemory, r: number): void {
  records[r + Field.noted] = peek(mem, nodeAt + Node.moves);
  records[r + Field.cursor] = 0;
  records[r + Field.step] = Step.shareBucket;
}

/** `share-bucket`. */
export function shareBucket(m: RssMemory, r: number, moved: Moved): void {
  const { records } = m;
  const node = records[r + Field.what];
  const bucket = records[r + Field.cursor]++;
  enter(m, r);
  poke(m.mem, m.peerAt + node * m.peerWords + Peer.words + bucket, coreOf(m, bucket) + 1);
  leave(m, r);
  moved.writes.push(m.layout.peerBucket.core + node * m.buckets + bucket);
  if (bucket + 1 === m.buckets) records[r + Field.step] = Step.shareEnd;
  m.tell(moved, Stage["share-bucket"]);
}

/** `share-end` or `share-again`. */
export function shareEnd(m: RssMemory, r: number, moved: Moved): void {
  const { mem, records } = m;
  const node = records[r + Field.what];
  enter(m, r);
  if (peek(mem, m.nodeAt + Node.moves) === records[r + Field.noted]) {
    poke(mem, m.peerAt + node * m.peerWords + Peer.adopted, 1);
    moved.writes.push(m.layout.peer.adopted + node);
    m.tell(moved, Stage["share-end"]);
    answer(m, r, moved, Outcome.done);
  } else {
    begin(m, r);
    m.tell(moved, Stage["share-again"]);
  }
  leave(m, r);
}

/** `answer`: the core of a node that has adopted the table, by a hash. */
export function nodeCore(m: RssMemory, r: number, moved: Moved): void {
  const { mem, records } = m;
  const peer = m.peerAt + records[r + Field.what] * m.peerWords;
  enter(m, r);
  const isAdopted = peek(mem, peer + Peer.adopted) === 1;
  const core = isAdopted ? peek(mem, peer + Peer.words + m.bucketOfHash(records[r + Field.hash])) - 1 : -1;
  leave(m, r);
  m.tell(moved, Stage.answer);
  answerWith(m, r, moved, isAdopted ? Outcome.done : Outcome.refused, core);
}
