/** The claim: of all who make a session of one flow the first to stand under its outbound key in the global table makes it, and the others give everything back (NAT-10). */
import { failKinds, Stage, State } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, release, store } from "../accessor.ts";
import { miss, waitFor } from "./find.ts";
import { giveBack, refuse } from "./give.ts";
import { findGlobal, insertGlobal, lockKeys, lockObjects, unlockKeys, unlockObjects } from "./global-table.ts";
import { makeKey, matches } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import { setStates, writeEndpoints } from "./structures.ts";
import * as words from "./words.ts";

const { claim: claimStage, "lost-claim": lostClaim } = Stage;
const { Direction, Field, From, Half, Held, Key, Row, Step } = words;
const claimKind = failKinds.indexOf("claim");

/** `claim`, `lost-claim` or `refuse-claim`: under the outbound key, in hairpin under both. */
export function claim(m: NatMemory, r: number, moved: Moved): void {
  const { records, keys } = m;
  if (m.fails(r, claimKind, moved)) return refuse(m, r, claimKind, moved);
  const hairpin = records[r + Field.direction] === Direction.hairpin;
  const count = hairpin ? 2 : 1;
  claimKeys(m, r, hairpin);
  lockKeys(m, count);
  let winner = findGlobal(m, keys, 0);
  if (winner < 0 && hairpin) winner = findGlobal(m, keys, Key.words);
  let found = false;
  if (winner < 0) makeSession(m, r, hairpin, moved);
  else {
    records[r + Field.winner] = m.leadOf(winner);
    found = matches(m, records, r + Field.key, winner);
  }
  unlockKeys(m, count);
  if (winner < 0) {
    m.tell(moved, claimStage);
    records[r + Field.held] |= Held.claim;
    records[r + Field.step] = Step.insertOwn;
    return;
  }
  m.tell(moved, lostClaim);
  giveBack(m, r, Held.everything, found ? Step.lost : Step.unmatched, moved);
}

/** The outbound keys of a session that has no words yet. */
function claimKeys(m: NatMemory, r: number, hairpin: boolean): void {
  const { records, keys } = m;
  const first = r + Field.first;
  const second = r + Field.second;
  const protocol = records[r + Field.protocol] + 1;
  const inbound = records[r + Field.direction] === Direction.inbound;
  const address = records[r + (inbound ? Field.sourceAddress : Field.destinationAddress)];
  const port = records[r + (inbound ? Field.sourcePort : Field.destinationPort)];
  makeKey(m, keys, 0, From.inside, records[first + Half.subscriber], protocol, records[first + Half.privatePort], address, port);
  keys[Key.ref] = records[first + Half.object] * 2 + From.inside;
  if (hairpin) {
    makeKey(m, keys, Key.words, From.inside, records[second + Half.subscriber], protocol, records[second + Half.privatePort], m.natNumbers[records[first + Half.natAddress] - 1], records[first + Half.natPort]);
    keys[Key.words + Key.ref] = records[second + Half.object] * 2 + From.inside;
  }
}

/** Under the locks of the buckets: every word of the structures is written, and the keys stand in the global table. */
function makeSession(m: NatMemory, r: number, hairpin: boolean, moved: Moved): void {
  const { records } = m;
  const lead = records[r + Field.first + Half.object];
  const partner = hairpin ? records[r + Field.second + Half.object] + 1 : 0;
  lockObjects(m, lead, partner);
  write(m, r, r + Field.first, 0, partner, moved);
  m.mem[m.row(lead) + Row.paired] = (records[r + Field.held] & Held.pair) === 0 ? 0 : 1;
  moved.writes.push(m.layout.object.paired + lead);
  setStates(m, lead, partner, State.making, moved);
  store(m.mem, m.row(lead) + Row.stamp, m.setup.nowMs(records[r + Field.node]) + 1);
  moved.writes.push(m.layout.object.stamp + lead);
  insertGlobal(m, 0, moved);
  if (hairpin) {
    m.mem[m.row(lead) + Row.lead] = 1;
    moved.writes.push(m.layout.object.lead + lead);
    write(m, r, r + Field.second, Key.words, lead + 1, moved);
    insertGlobal(m, 1, moved);
  }
  unlockObjects(m, lead, partner);
}

/** What a structure takes from its half of the record and from its outbound key at `key`. */
function write(m: NatMemory, r: number, half: number, key: number, partner: number, moved: Moved): void {
  const { mem, records, keys } = m;
  const object = records[half + Half.object];
  const row = m.row(object);
  const at = m.layout.object;
  writeEndpoints(m, r, half, moved);
  mem[row + Row.remoteAddress] = keys[key + Key.remoteAddress];
  mem[row + Row.remotePort] = keys[key + Key.remotePort];
  mem[row + Row.partner] = partner;
  mem[row + Row.uses] = records[half + Half.founder];
  mem[row + Row.static] = records[half + Half.static];
  moved.writes.push(at.remoteAddress + object);
  moved.writes.push(at.remotePort + object);
  moved.writes.push(at.partner + object);
  moved.writes.push(at.uses + object);
  moved.writes.push(at.static + object);
}

/** The first step after everything has gone back: `wait` while the winner's session is in the making, else entry, which finds in its own table what it found before: `miss`. */
export function lost(m: NatMemory, r: number, moved: Moved): void {
  const winner = m.records[r + Field.winner];
  acquire(m.mem, m.objectLockAt + winner);
  const making = peek(m.mem, m.row(winner) + Row.state) === State.making;
  release(m.mem, m.objectLockAt + winner);
  if (making) waitFor(m, r, winner, moved);
  else miss(m, r, moved);
}
