/**
 * The way of a packet: its operation hands it to the distribution and waits; the message brings it to a core, whose sessions translate it; then the operation gives its load back and answers with what became of it.
 */
import { Stage } from "../../spec/rss-distribution/terms.ts";
import { Outcome as NatOutcome } from "../../spec/nat-session/terms.ts";
import { firstStage, Outcome } from "../../spec/node/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved, Task } from "../../spec/side.ts";
import * as composed from "../nat-session/composed.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import type { NodeParts } from "./parts.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Packet } = composed;
const { Field, noOperation, Phase } = words;
const awaitStage = firstStage.distribution + Stage.await;

/** A send, loop, arrive or reply: its packet is set down, and its headers are the distribution's. */
export function beginPacket(p: NodeParts, r: number, task: Task): void {
  const { slot, core } = task;
  const { session } = p;
  session.start(task);
  p.setHeaders(
    session.packetWord(slot, Packet.protocol),
    session.packetWord(slot, Packet.source),
    session.packetWord(slot, Packet.sourcePort),
    session.packetWord(slot, Packet.destination),
    session.packetWord(slot, Packet.destinationPort),
  );
  p.distribution.beginPacketOf(slot, core, p.headers);
  poke(p.ends, p.endOf(slot), 0);
  p.records[r + Field.phase] = Phase.place;
}

/** The one step of the distribution's row: the packet waits at a core, or is dropped. */
export function placePacket(p: NodeParts, slot: number, r: number, moved: Moved): void {
  p.distribution.moveRow(slot, moved);
  if (p.distribution.placedOn(slot) < 0) return moved.outcome.push(Outcome.dropped);
  p.records[r + Field.phase] = Phase.wait;
  moved.next = Next.more;
}

/** `await` while the packet is not at its end, or `finish-none` if it was dropped on its way; nothing is reported once it has been processed. */
export function awaitEnd(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { distribution, ends } = p;
  distribution.beginFinish(slot, slot);
  acquire(ends, slot);
  const ended = peek(ends, p.endOf(slot)) === 1;
  distribution.moveRow(slot, moved);
  release(ends, slot);
  if (ended) p.records[r + Field.phase] = Phase.finish;
  else if (moved.next === Next.done) moved.outcome.push(Outcome.dropped);
  else if (moved.next === Next.more) {
    // It has reached a core, and is not processed yet.
    moved.stages.push(p.stage0 + awaitStage);
    moved.next = Next.blocked;
    moved.blockedOn = slot;
  }
}

/** `finish`: the operation answers what became of its packet, whose core the step before has found. */
export function finishPacket(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { records } = p;
  p.distribution.moveRow(slot, moved);
  for (let n = 0; n < records[r + Field.count]; n++) moved.outcome.push(records[r + Field.outcome + n]);
  if (records[r + Field.outcome] === NatOutcome.forwarded) moved.yields = 1;
}

/** A packet reaches a core. */
export function beginMessage(p: NodeParts, r: number, task: Task): void {
  p.distribution.beginMessage(task.slot, task.core, task.body);
  p.records[r + Field.phase] = Phase.deliver;
}

/** A step of the distribution's row: the packet is processed here from the next step on, goes on to another core, or is dropped. */
export function deliverPacket(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { distribution, records } = p;
  distribution.moveRow(slot, moved);
  if (moved.next !== Next.done) return;
  if (distribution.delivered(slot) === 1) {
    const operation = distribution.operationOf(slot);
    records[r + Field.operation] = operation;
    records[r + Field.phase] = Phase.session;
    p.session.beginPacket(slot, records[r + Field.core], operation);
    moved.next = Next.more;
  } else if (distribution.handedOver(slot) === 1) moved.outcome.push(Outcome.handedOn);
  else moved.outcome.push(Outcome.dropped);
}

/** The sessions' row has ended, in this step, with an outcome: if it was a packet's, its operation may be finished. Under the lock of the packet's end. */
export function processed(p: NodeParts, slot: number, r: number, moved: Moved): void {
  const { records } = p;
  const operation = records[r + Field.operation];
  if (operation === noOperation) return;
  const { count, items } = moved.outcome;
  const to = operation * Field.words;
  records[to + Field.count] = count;
  for (let n = 0; n < count; n++) records[to + Field.outcome + n] = items[n];
  p.session.wentOut(slot, operation);
  poke(p.ends, p.endOf(operation), 1);
  moved.freed.push(operation);
}
