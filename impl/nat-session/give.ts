/**
 * How what was taken goes back: one bit of `Held` a step, the lowest first. An undone creation, a lost race and a retired session differ only in what they give back and in what comes after.
 */
import { Outcome, Stage, State } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { lockKeys, lockObjects, removeGlobal, unlockKeys, unlockObjects } from "./global-table.ts";
import { keysOf } from "./keys.ts";
import * as mappings from "./mappings.ts";
import { useLess } from "./mappings.ts";
import type { NatMemory } from "./memory.ts";
import { removeOwn } from "./own-table.ts";
import { answer, answerWith } from "./packet.ts";
import { givePair, giveQuota } from "./pairs.ts";
import { freePort } from "./ports.ts";
import { freeStructure, setStates } from "./structures.ts";
import * as words from "./words.ts";

const { "free-memory": freeMemory, "free-port": freePortStage, "give-mapping": giveMapping, "give-pair": givePairStage, "give-quota": giveQuotaStage, "refuse-memory": refuseFirst, "undo-claim": undoClaim, "undo-own": undoOwn } = Stage;
const { Fate } = mappings;
const { Field, From, Half, Held, Key, Row, Step } = words;

/** `refuse-…` for what is lacking (a position in the kinds of failure): everything goes back, then the packet is dropped. */
export function refuse(m: NatMemory, r: number, kind: number, moved: Moved): void {
  m.tell(moved, refuseFirst + kind);
  m.records[r + Field.lacking] = kind;
  giveBack(m, r, Held.everything, Step.refused, moved);
}

/** From the next step on what is held of `giving` goes back; then `after` comes, at once if there is nothing. */
export function giveBack(m: NatMemory, r: number, giving: number, after: number, moved: Moved): void {
  const { records } = m;
  records[r + Field.giving] = giving;
  records[r + Field.after] = after;
  records[r + Field.step] = Step.give;
  goOn(m, r, moved);
}

/** What follows giving back: something more, or what comes after. */
export function goOn({ records }: NatMemory, r: number, moved: Moved): void {
  if ((records[r + Field.held] & records[r + Field.giving]) !== 0) return;
  const after = records[r + Field.after];
  records[r + Field.step] = after;
  if (after === Step.refused) answerWith(Outcome.refused, records[r + Field.lacking], moved);
  else if (after === Step.unmatched) answer(Outcome.unmatched, moved);
}

/** Gives back what comes next. */
export function give(m: NatMemory, r: number, moved: Moved): void {
  giveNext(m, r, moved);
  goOn(m, r, moved);
}

/** The bit of what is to be given back next. */
export function nextToGive({ records }: NatMemory, r: number): number {
  const owed = records[r + Field.held] & records[r + Field.giving];
  return owed & -owed;
}

/** Gives that back, whatever follows. */
export function giveNext(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const one = nextToGive(m, r);
  const first = r + Field.first;
  const second = r + Field.second;
  records[r + Field.held] &= ~one;
  switch (one) {
    case Held.founderPair:
      pairOf(m, m.mem[m.row(records[r + Field.founder]) + Row.subscriber], moved);
      break;
    case Held.founderPort:
      founderPort(m, records[r + Field.founder], moved);
      break;
    case Held.founderMemory:
      memoryOf(m, records[r + Field.founder], moved);
      break;
    case Held.ownKey:
      ownKey(m, r, moved);
      break;
    case Held.claim:
      claim(m, records[first + Half.object], moved);
      break;
    case Held.firstMapping:
      mapping(m, r, records[first + Half.founder] - 1, records[first + Half.object], moved);
      break;
    case Held.secondMapping:
      mapping(m, r, records[second + Half.founder] - 1, nobody, moved);
      break;
    case Held.pair:
      pairOf(m, records[first + Half.subscriber], moved);
      break;
    case Held.port:
      m.tell(moved, freePortStage);
      freePort(m, records[r + Field.portAddress], records[r + Field.protocol], records[r + Field.port], moved);
      break;
    case Held.firstQuota:
      quotaOf(m, records[first + Half.subscriber], moved);
      break;
    case Held.secondQuota:
      quotaOf(m, records[second + Half.subscriber], moved);
      break;
    case Held.firstMemory:
      memoryOf(m, records[first + Half.object], moved);
      break;
    case Held.secondMemory:
      memoryOf(m, records[second + Half.object], moved);
  }
}

function pairOf(m: NatMemory, subscriber: number, moved: Moved): void {
  m.tell(moved, givePairStage);
  givePair(m, subscriber - 1, moved);
}
function quotaOf(m: NatMemory, subscriber: number, moved: Moved): void {
  m.tell(moved, giveQuotaStage);
  giveQuota(m, subscriber - 1, moved);
}
function memoryOf(m: NatMemory, object: number, moved: Moved): void {
  m.tell(moved, freeMemory);
  freeStructure(m, object, moved);
}
function founderPort(m: NatMemory, founder: number, moved: Moved): void {
  const row = m.row(founder);
  m.tell(moved, freePortStage);
  freePort(m, m.mem[row + Row.natAddress] - 1, m.mem[row + Row.protocol] - 1, m.mem[row + Row.natPort] - m.config.low, moved);
}

/** `undo-own`: the key of the packet leaves this core's table. */
function ownKey(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  m.tell(moved, undoOwn);
  keysOf(m, records[r + Field.first + Half.object]);
  removeOwn(m, records[r + Field.core], records[r + Field.key + Key.side] === From.inside ? 0 : 1, moved);
}

/** `undo-claim`: all keys of the session leave the global table, and whoever waits for it is let go. */
function claim(m: NatMemory, lead: number, moved: Moved): void {
  const partner = m.mem[m.row(lead) + Row.partner];
  m.tell(moved, undoClaim);
  keysOf(m, lead);
  lockKeys(m, 2);
  lockObjects(m, lead, partner);
  removeGlobal(m, 0, moved);
  removeGlobal(m, 1, moved);
  setStates(m, lead, partner, State.taken, moved);
  unlockObjects(m, lead, partner);
  unlockKeys(m, 2);
  moved.freed.push(m.wait0 + lead);
}

/** A receiver's structure founds nothing. */
const nobody = -1;

/**
 * `give-mapping`, by the structure `user`. A founder that others still use keeps port, pair and structure: they are no longer the operation's to give. With its last user such a founder ends, and what it kept goes back first.
 */
function mapping(m: NatMemory, r: number, founder: number, user: number, moved: Moved): void {
  const { records } = m;
  const self = founder === user;
  m.tell(moved, giveMapping);
  const fate = useLess(m, founder, self, moved);
  if (self && fate === Fate.kept) records[r + Field.held] &= ~(Held.pair | Held.port | Held.firstMemory);
  else if (fate === Fate.ended) {
    records[r + Field.founder] = founder;
    records[r + Field.held] |= Held.founderPort | Held.founderMemory | (m.mem[m.row(founder) + Row.paired] !== 0 ? Held.founderPair : 0);
  }
}
