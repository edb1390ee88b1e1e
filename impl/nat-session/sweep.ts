/**
 * The sweep of a core: its sessions in ascending order of their leads, one a step (NAT-13, NAT-14). Most are not idle, which one load of the stamp says. Only where it seems idle the locks are taken, under which it is decided.
 */
import { Outcome, Stage, State } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, load, peek, poke, release } from "../accessor.ts";
import { setSweep } from "./arm.ts";
import { giveBack } from "./give.ts";
import { lockKeys, lockObjects, removeGlobal, unlockKeys, unlockObjects } from "./global-table.ts";
import { keysOf } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import { nextSession, removeOwn, unlistSession } from "./own-table.ts";
import { answerWith } from "./packet.ts";
import { setStates } from "./structures.ts";
import * as words from "./words.ts";

const { "drop-copy": dropCopy, keep: keepStage, retire: retireStage, "sweep-end": sweepEnd } = Stage;
const { Field, Half, Held, Row, Step } = words;

/** A sweep begins: of a timer, or of an operation. */
export function beginSweep({ records }: NatMemory, r: number): void {
  records[r + Field.step] = Step.sweep;
  records[r + Field.cursor] = 0;
  records[r + Field.count] = 0;
}

/** `keep` of a session that is not idle, or `sweep-end`; nothing is reported of one that seems idle. */
export function sweep(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const lead = nextSession(m, records[r + Field.core], records[r + Field.cursor]);
  if (lead < 0) return end(m, r, moved);
  records[r + Field.cursor] = lead;
  if (isIdle(m, r, lead)) records[r + Field.step] = Step.expire;
  else keep(m, r, moved);
}

function keep(m: NatMemory, r: number, moved: Moved): void {
  m.tell(moved, keepStage);
  goOn(m, r);
}
function goOn({ records }: NatMemory, r: number): void {
  records[r + Field.cursor]++;
  records[r + Field.step] = Step.sweep;
}

/** One load: now − stamp exceeds the limit of the session's protocol. */
function isIdle(m: NatMemory, r: number, lead: number): boolean {
  const row = m.row(lead);
  return m.setup.nowMs(m.records[r + Field.node]) - (load(m.mem, row + Row.stamp) - 1) > m.idleMs[m.mem[row + Row.protocol] - 1];
}

/** `drop-copy` of a session that still is idle, `retire` of one of which no other core has a key; else `keep`. */
export function expire(m: NatMemory, r: number, moved: Moved): void {
  const { records, mem } = m;
  const lead = records[r + Field.cursor];
  const core = records[r + Field.core];
  const partner = mem[m.row(lead) + Row.partner];
  keysOf(m, lead);
  if (m.owner(lead) !== core) return expireCopy(m, r, core, lead, moved);
  lockKeys(m, 2);
  lockObjects(m, lead, partner);
  // Nobody else can have refreshed it since this core saw it idle: who does has a key of it, and is a reference.
  const retired = peek(mem, m.row(lead) + Row.references) === 0;
  if (retired) retire(m, core, lead, partner, moved);
  unlockObjects(m, lead, partner);
  unlockKeys(m, 2);
  if (!retired) return keep(m, r, moved);
  m.tell(moved, retireStage);
  records[r + Field.count]++;
  remember(m, r, lead, partner);
  giveBack(m, r, Held.everything, Step.sweep, moved);
}

/** Under the lead's lock alone: the copy of a core that does not own the session, and its reference. */
function expireCopy(m: NatMemory, r: number, core: number, lead: number, moved: Moved): void {
  const { mem } = m;
  acquire(mem, m.objectLockAt + lead);
  const idle = isIdle(m, r, lead);
  if (idle) {
    removeOwn(m, core, 0, moved);
    removeOwn(m, core, 1, moved);
    unlistSession(m, core, lead);
    poke(mem, m.row(lead) + Row.references, peek(mem, m.row(lead) + Row.references) - 1);
    moved.writes.push(m.layout.object.references + lead);
    m.tell(moved, dropCopy);
  }
  release(mem, m.objectLockAt + lead);
  if (idle) goOn(m, r);
  else keep(m, r, moved);
}

/** Under all its locks the session leaves the own and the global table. */
function retire(m: NatMemory, core: number, lead: number, partner: number, moved: Moved): void {
  removeOwn(m, core, 0, moved);
  removeOwn(m, core, 1, moved);
  unlistSession(m, core, lead);
  removeGlobal(m, 0, moved);
  removeGlobal(m, 1, moved);
  setStates(m, lead, partner, State.dying, moved);
}

/** What the structures of a session hold goes over to the record, to be given back as if it had just been taken. */
function remember(m: NatMemory, r: number, lead: number, partner: number): void {
  const { mem, records } = m;
  const row = m.row(lead);
  const own = mem[row + Row.uses] === lead + 1 || (mem[row + Row.uses] === 0 && mem[row + Row.static] === 0);
  let held: number = Held.firstQuota | Held.firstMemory;
  records[r + Field.protocol] = mem[row + Row.protocol] - 1;
  rememberHalf(m, r + Field.first, lead);
  if (mem[row + Row.uses] !== 0) held |= Held.firstMapping;
  if (mem[row + Row.paired] !== 0) held |= Held.pair;
  if (own) {
    held |= Held.port;
    records[r + Field.portAddress] = mem[row + Row.natAddress] - 1;
    records[r + Field.port] = mem[row + Row.natPort] - m.config.low;
  }
  if (partner !== 0) {
    rememberHalf(m, r + Field.second, partner - 1);
    held |= Held.secondQuota | Held.secondMemory;
    if (mem[m.row(partner - 1) + Row.uses] !== 0) held |= Held.secondMapping;
  }
  records[r + Field.held] = held;
}

function rememberHalf(m: NatMemory, half: number, object: number): void {
  const { mem, records } = m;
  const row = m.row(object);
  records[half + Half.object] = object;
  records[half + Half.subscriber] = mem[row + Row.subscriber];
  records[half + Half.founder] = mem[row + Row.uses];
}

/** `sweep-end`: a sweep of the timer is set anew as long as there is a session. */
function end(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  m.tell(moved, sweepEnd);
  if (records[r + Field.operation] === 0) {
    const core = records[r + Field.core];
    if (nextSession(m, core, 0) >= 0) setSweep(m, r, moved);
    else {
      m.own[m.armedAt + core] = 0;
      moved.writes.push(m.layout.core.armed + core);
    }
  }
  answerWith(Outcome.done, records[r + Field.count], moved);
}
