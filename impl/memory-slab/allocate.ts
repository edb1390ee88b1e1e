/** Allocation: from this core's allocator, from another's by a message, or one object from that of every core. Whoever asks waits for an answer in a word of its own. */
import { Reason, Stage } from "../../spec/memory-slab/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { load, store } from "../accessor.ts";
import { unready } from "./answers.ts";
import { aim, got, none } from "./got.ts";
import { lockPages, stopUse, unlockPages } from "./in-hand.ts";
import type { SlabMemory } from "./memory.ts";
import { obtain } from "./obtain.ts";
import * as words from "./words.ts";

const { Next } = side;
const { Field, Row, Step } = words;
const { ask: askStage, receive: receiveStage, "receive-none": receiveNone, withdraw: withdrawStage } = Stage;

/** The first step of an allocation, which depends on where its first object comes from. */
export function allocate(m: SlabMemory, slot: number, r: number, moved: Moved): void {
  const { records } = m;
  if (!m.isReady(r)) return unready(m, moved);
  if (records[r + Field.row] === Row.replicated) aim(m, r, 0);
  else records[r + Field.step] = records[r + Field.row] === Row.foreign ? Step.ask : Step.obtain;
  if (records[r + Field.step] === Step.ask) ask(m, slot, r, moved);
  else obtain(m, r, moved);
}

/** `ask`: a message goes to the core, and its answer is waited for. */
export function ask(m: SlabMemory, slot: number, r: number, moved: Moved): void {
  const { records } = m;
  store(m.mem, m.answerAt + slot, 0);
  moved.sent.push({ node: records[r + Field.node], core: records[r + Field.to], label: "request", body: [slot, records[r + Field.kind]] });
  m.tell(moved, askStage);
  records[r + Field.step] = Step.receive;
  wait(slot, moved);
}

function wait(slot: number, moved: Moved): void {
  moved.next = Next.blocked;
  moved.blockedOn = slot;
}

/** `receive` or `receive-none`; nothing is reported before the answer is there. */
export function receive(m: SlabMemory, slot: number, r: number, moved: Moved): void {
  const said = load(m.mem, m.answerAt + slot);
  if (said === 0) return wait(slot, moved);
  const came = said > 0;
  m.tell(moved, came ? receiveStage : receiveNone);
  if (came) got(m, r, said - 1, moved);
  else none(m, r, -1 - said, moved);
}

/** First step of a message: another core's object is asked for here. */
export function request(m: SlabMemory, r: number, moved: Moved): void {
  const asker = m.records[r + Field.asker];
  if (m.isReady(r)) return obtain(m, r, moved);
  store(m.mem, m.answerAt + asker, -1 - Reason.unready);
  unready(m, moved);
  moved.freed.push(asker);
}

/** `withdraw`: the replicas had so far are released, all at once. */
export function withdraw(m: SlabMemory, r: number, moved: Moved): void {
  lockPages(m, r);
  stopUse(m, r, moved);
  unlockPages(m, r);
  m.tell(moved, withdrawStage);
}
