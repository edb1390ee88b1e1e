/**
 * The message `packet`: a packet that waited reaches its core. One step, in which it is lost, goes on to another core, or is delivered.
 *
 * Where it goes may show only under a later lock than the one that its target needs. Then the step lets everything go, and the next takes the locks of all queues first:
 *
 * 1. core 1 holds its queue and finds that the packet belongs to core 0; core 0 holds its own and finds one for core 1;
 * 2. each waits for the other's queue for ever, if it takes that one now.
 */
import { How, Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { peek, poke, store } from "../accessor.ts";
import { answerWith } from "./answers.ts";
import { enter, leave, lockConversations, lockQueues } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import { countDropped, countLost, fetch, isFull, join, leaveQueue, weigh } from "./queues.ts";
import * as words from "./words.ts";

const { Field, gone, Known, Node, Own, recordWords, Step } = words;

/** Begins the row: the packet comes with its message, or lies in shared memory. */
export function beginDelivery({ isShared, records }: RssMemory, r: number, body: readonly number[]): void {
  records[r + Field.step] = Step.deliver;
  records[r + Field.wide] = 0;
  if (!isShared) for (let i = 0; i < recordWords; i++) records[r + Field.origin + i] = body[i];
}

/** `lost`, `hand-over`, `hand-home`, `drop-full` in place of these two, `accept`, `hit`, `adopt` or `establish`. */
export function deliver(m: RssMemory, r: number, moved: Moved): void {
  const { records } = m;
  const core = records[r + Field.core];
  enter(m, r);
  lockQueues(m, r, queuesFor(m, r, core));
  if (m.isShared) fetch(m, r, core);
  arrive(m, r, core, moved);
  leave(m, r);
}

/** The queues that are needed as far as can be told: a packet that comes with its message says which bucket it is of. */
function queuesFor(m: RssMemory, r: number, core: number): number {
  if (m.records[r + Field.wide] === 1) return m.allCores;
  return (1 << core) | (m.isShared ? 0 : 1 << hashedCore(m, r, core));
}

/** The core that the packet's bucket belongs to now; its own if it was not decided by hash. */
function hashedCore(m: RssMemory, r: number, core: number): number {
  return m.records[r + Field.how] === How.byHash ? peek(m.mem, m.coreOfAt + m.bucketOfHash(m.records[r + Field.hash])) : core;
}

function arrive(m: RssMemory, r: number, core: number, moved: Moved): void {
  const { records } = m;
  const flow = records[r + Field.flow];
  if (!isUp(m, core)) return lost(m, r, core, moved);
  const right = hashedCore(m, r, core);
  if (right !== core) return send(m, r, Stage["hand-over"], right, moved);
  if (records[r + Field.how] === How.internal || flow < 0) return delivered(m, r, Stage.accept, moved);
  if (m.knows(core, flow)) return delivered(m, r, Stage.hit, moved);
  lockConversations(m, r, 1 << (flow >> 1));
  const home = peek(m.mem, m.flowAt(flow) + Known.home) - 1;
  if (peek(m.mem, m.flowAt(flow) + Known.published) === 1) return adopt(m, r, moved);
  if (home >= 0 && home !== core && isUp(m, home)) return send(m, r, Stage["hand-home"], home, moved);
  establish(m, r, moved);
}

function isUp({ mem, nodeAt }: RssMemory, core: number): boolean {
  return ((peek(mem, nodeAt + Node.up) >>> core) & 1) === 1;
}

function lost(m: RssMemory, r: number, core: number, moved: Moved): void {
  leaveQueue(m, core, moved);
  weigh(m, core, -m.records[r + Field.cost], moved);
  countLost(m, core, moved);
  end(m, r, gone, moved);
  m.tell(moved, Stage.lost);
  answerWith(m, r, moved, Outcome.lost, core);
}

/** The packet goes to another core, or is dropped where that has no room. */
function send(m: RssMemory, r: number, stage: number, to: number, moved: Moved): void {
  const { records } = m;
  const core = records[r + Field.core];
  if (((records[r + Field.queues] >>> to) & 1) === 0) {
    records[r + Field.wide] = 1;
    return;
  }
  leaveQueue(m, core, moved);
  weigh(m, core, -records[r + Field.cost], moved);
  if (isFull(m, to)) {
    countDropped(m, to, moved);
    end(m, r, gone, moved);
    m.tell(moved, Stage["drop-full"]);
    return answerWith(m, r, moved, Outcome.dropped, to);
  }
  // Its bucket says no more where it belongs, or it would be sent back.
  if (stage === Stage["hand-home"]) records[r + Field.how] = How.otherwise;
  records[r + Field.times]++;
  join(m, r, to, moved);
  m.tell(moved, stage);
  answerWith(m, r, moved, Outcome.handedOver, to);
}

function adopt(m: RssMemory, r: number, moved: Moved): void {
  m.learn(m.records[r + Field.core], m.records[r + Field.flow], moved);
  delivered(m, r, Stage.adopt, moved);
}

/** The flow is made anew: this core is its home, and the conversation's establishing core if that one has gone. */
function establish(m: RssMemory, r: number, moved: Moved): void {
  const { layout, mem, records } = m;
  const flow = records[r + Field.flow];
  const core = records[r + Field.core];
  const establisher = peek(mem, m.establisherAt(flow)) - 1;
  m.learn(core, flow, moved);
  poke(mem, m.flowAt(flow) + Known.home, core + 1);
  moved.writes.push(layout.flow.home + flow);
  if (establisher < 0 || !isUp(m, establisher)) {
    poke(mem, m.establisherAt(flow), core + 1);
    moved.writes.push(layout.conversation.establisher + (flow >> 1));
  }
  if (m.publishesAll) {
    poke(mem, m.flowAt(flow) + Known.published, 1);
    moved.writes.push(layout.flow.published + flow);
  }
  delivered(m, r, Stage.establish, moved);
}

/** The packet waits no longer; its load stays until it is finished. */
function delivered(m: RssMemory, r: number, stage: number, moved: Moved): void {
  const { records } = m;
  const core = records[r + Field.core];
  const flow = records[r + Field.flow];
  leaveQueue(m, core, moved);
  if (records[r + Field.times] === 0 && flow >= 0) {
    m.own[m.ownOf(core) + Own.words + flow] = records[r + Field.sequence];
    moved.writes.push(m.layout.local.last + core * m.flows + flow);
  }
  end(m, r, core + 1, moved);
  m.tell(moved, stage);
  answerWith(m, r, moved, Outcome.delivered, core);
}

/** The packet's operation may be finished. */
function end(m: RssMemory, r: number, where: number, moved: Moved): void {
  store(m.mem, m.whereAt + m.records[r + Field.origin], where);
  moved.freed.push(m.records[r + Field.origin]);
}
