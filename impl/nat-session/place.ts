/** How a session that was claimed becomes live: its keys go where their packets will look (NAT-5, NAT-6), and then it is there for all at once. Each function is one stage. */
import { failKinds, Stage, State } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, release } from "../accessor.ts";
import { armSweep } from "./arm.ts";
import { comesHere } from "./distributor.ts";
import { refuse } from "./give.ts";
import { insertGlobal, lockKeys, lockObjects, lockOf, removeGlobal, unlockKeys, unlockObjects } from "./global-table.ts";
import { keysOf } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import { hasOwn, insertOwn, listSession } from "./own-table.ts";
import { forward } from "./packet.ts";
import { setStates } from "./structures.ts";
import * as words from "./words.ts";

const { "insert-own": insertOwnStage, "insert-reverse": insertReverseStage, place: placeStage } = Stage;
const { Field, From, Half, Held, Key, Row, Step } = words;
const ownKind = failKinds.indexOf("own");
const reverseKind = failKinds.indexOf("reverse");

/** Of the keys of the session at hand, the one of the packet that creates it. */
function ownNumber(m: NatMemory, r: number): number {
  return m.records[r + Field.key + Key.side] === From.inside ? 0 : 1;
}

/** `insert-own` or `refuse-own` (NAT-5). */
export function ownKey(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  if (m.fails(r, ownKind, moved)) return refuse(m, r, ownKind, moved);
  m.tell(moved, insertOwnStage);
  keysOf(m, records[r + Field.first + Half.object]);
  insertOwn(m, records[r + Field.core], ownNumber(m, r), moved);
  records[r + Field.held] |= Held.ownKey;
  records[r + Field.step] = Step.insertReverse;
}

/** `insert-reverse` or `refuse-reverse` (NAT-6). */
export function reverseKey(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  if (m.fails(r, reverseKind, moved)) return refuse(m, r, reverseKind, moved);
  m.tell(moved, insertReverseStage);
  const core = records[r + Field.core];
  keysOf(m, records[r + Field.first + Half.object]);
  const reverse = 1 - ownNumber(m, r);
  const lock = lockOf(m, m.keys, reverse * Key.words);
  if (!m.perPacket) m.surroundings?.lockBuckets();
  acquire(m.mem, lock);
  if (!m.perPacket && comesHere(m, core, reverse)) insertOwn(m, core, reverse, moved);
  else insertGlobal(m, reverse, moved);
  release(m.mem, lock);
  if (!m.perPacket) m.surroundings?.unlockBuckets();
  records[r + Field.step] = Step.place;
}

/** `place`: the session is live. What must be global is so from now on; where nothing must be, nothing stays so. */
export function place(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const core = records[r + Field.core];
  const lead = records[r + Field.first + Half.object];
  const partner = m.mem[m.row(lead) + Row.partner];
  m.tell(moved, placeStage);
  keysOf(m, lead);
  if (!m.perPacket) m.surroundings?.lockBuckets();
  lockKeys(m, 2);
  lockObjects(m, lead, partner);
  const second = mustBeGlobal(m, core, 1);
  // Outbound keys, the first always, stand there since the claim.
  if (second) insertGlobal(m, 1, moved);
  else if (!mustBeGlobal(m, core, 0) && hasMapping(m, lead)) {
    removeGlobal(m, 0, moved);
    removeGlobal(m, 1, moved);
  }
  setStates(m, lead, partner, State.live, moved);
  unlockObjects(m, lead, partner);
  unlockKeys(m, 2);
  if (!m.perPacket) m.surroundings?.unlockBuckets();
  listSession(m, core, lead);
  armSweep(m, r, moved);
  moved.freed.push(m.wait0 + lead);
  forward(m, r, lead, moved);
}

/** No other external endpoint can let in packets of the flow: its own is a mapping's, static or not (NAT-10). */
function hasMapping(m: NatMemory, lead: number): boolean {
  const row = m.row(lead);
  return m.mem[row + Row.static] !== 0 || m.mem[row + Row.uses] !== 0;
}

function mustBeGlobal(m: NatMemory, core: number, n: number): boolean {
  return m.perPacket || !hasOwn(m, core, n) || !comesHere(m, core, n);
}
