/**
 * The locks of a step: that of the tables first, then those of queues by core, then those of conversations; all are held to its end. Which ones are held stands in the record as bits, so that a step lets go of just those.
 */
import { lowestBit } from "../bits.ts";
import { acquire, release } from "../accessor.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field } = words;

/** Takes the lock of the tables. */
export function enter(m: RssMemory, r: number): void {
  m.records[r + Field.queues] = 0;
  m.records[r + Field.conversations] = 0;
  acquire(m.mem, m.tableLockAt);
}

/** Takes the locks of these cores' queues, those that are held already excepted; they are lower than all others. */
export function lockQueues({ mem, records, queueLockAt }: RssMemory, r: number, cores: number): void {
  const held = records[r + Field.queues];
  for (let left = cores & ~held; left !== 0; left &= left - 1) acquire(mem, queueLockAt + lowestBit(left));
  records[r + Field.queues] = held | cores;
}

/** Takes the locks of these conversations, none of which is held. */
export function lockConversations({ mem, records, conversationLockAt }: RssMemory, r: number, conversations: number): void {
  for (let left = conversations; left !== 0; left &= left - 1) acquire(mem, conversationLockAt + lowestBit(left));
  records[r + Field.conversations] = conversations;
}

/** Lets all of them go. */
export function leave({ mem, records, conversationLockAt, queueLockAt, tableLockAt }: RssMemory, r: number): void {
  for (let left = records[r + Field.conversations]; left !== 0; left &= left - 1) release(mem, conversationLockAt + lowestBit(left));
  for (let left = records[r + Field.queues]; left !== 0; left &= left - 1) release(mem, queueLockAt + lowestBit(left));
  release(mem, tableLockAt);
}
