/**
 * How a packet finds its session: in the core's own table, which nobody else touches, then in the global one. In the order of the rules; each function is one stage.
 *
 * What entry finds in its own table stays true while the core is at work: a session of which a core holds a key is not retired, as that core counts as a reference, or is the one that would retire it.
 */
import { Outcome, Stage, State } from "../../spec/nat-session/terms.ts";
import * as side from "../../spec/side.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, load, peek, poke, release, store } from "../accessor.ts";
import { armSweep } from "./arm.ts";
import { askCore, isKnown } from "./distributor.ts";
import { findGlobal, lockOf } from "./global-table.ts";
import { keyOf } from "./keys.ts";
import type { NatMemory } from "./memory.ts";
import { findOwn, insertOwn, isListed, listSession } from "./own-table.ts";
import { answer, answerWith, forward, pass } from "./packet.ts";
import { Verdict } from "./policy.ts";
import * as words from "./words.ts";

const { Next } = side;
const { absent: absentStage, adopt: adoptStage, deny: denyStage, "hand-over": handOverStage, hit: hitStage, miss: missStage, pass: passStage, wait: waitStage } = Stage;
const { Direction, Field, Half, Key, Row, Step, Type } = words;

/** `hand-over`, `deny`, `pass`, `hit` or `miss`. A core that only now learns that the bucket is its own reports nothing, and enters again. */
export function enter(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const core = records[r + Field.core];
  if (m.handsOver && !isKnown(m, core, records[r + Field.bucket])) {
    const right = askCore(m, core, records[r + Field.bucket]);
    if (right !== core) handOver(m, r, right, moved);
    return;
  }
  const verdict = m.policy.verdict(records, r);
  if (verdict === Verdict.deny) {
    m.tell(moved, denyStage);
    return answer(Outcome.denied, moved);
  }
  if (verdict === Verdict.none) {
    m.tell(moved, passStage);
    return pass(m, r, moved);
  }
  const object = findOwn(m, core, records, r + Field.key);
  if (object < 0) return miss(m, r, moved);
  m.tell(moved, hitStage);
  refresh(m, r, m.leadOf(object), moved);
  forward(m, r, object, moved);
}

function handOver(m: NatMemory, r: number, to: number, moved: Moved): void {
  const { records } = m;
  m.tell(moved, handOverStage);
  moved.sent.push({ node: records[r + Field.node], core: to, label: "packet", body: Array.from(records.subarray(r + Field.protocol, r + Field.salt + 1)) });
  answerWith(Outcome.handedOver, to, moved);
}

/** `miss`: on to the global table. */
export function miss(m: NatMemory, r: number, moved: Moved): void {
  m.tell(moved, missStage);
  m.records[r + Field.step] = Step.look;
}

/** NAT-12. The stamp of the lead becomes now; in profile `rfc` only packets from the inside count. */
function refresh(m: NatMemory, r: number, lead: number, moved: Moved): void {
  if (m.rfc && m.records[r + Field.from] === 0) return;
  store(m.mem, m.row(lead) + Row.stamp, m.setup.nowMs(m.records[r + Field.node]) + 1);
  moved.writes.push(m.layout.object.stamp + lead);
}

/** `wait`, `adopt` or `absent`, under the lock of the key's bucket. */
export function look(m: NatMemory, r: number, moved: Moved): void {
  const { mem, records } = m;
  const lock = lockOf(m, records, r + Field.key);
  acquire(mem, lock);
  const object = findGlobal(m, records, r + Field.key);
  if (object < 0) {
    records[r + Field.type] = load(mem, m.typeAt);
    absent(m, r, moved);
  } else {
    const lead = m.leadOf(object);
    acquire(mem, m.objectLockAt + lead);
    if (peek(mem, m.row(lead) + Row.state) === State.live) adopt(m, r, object, lead, moved);
    else waitFor(m, r, lead, moved);
    release(mem, m.objectLockAt + lead);
  }
  release(mem, lock);
}

/** `wait`: the session is being made, and the packet begins anew once it is made or withdrawn. */
export function waitFor(m: NatMemory, r: number, lead: number, moved: Moved): void {
  m.tell(moved, waitStage);
  m.records[r + Field.step] = Step.enter;
  moved.next = Next.blocked;
  moved.blockedOn = m.wait0 + lead;
}

/** `adopt`, under the locks of bucket and lead: this core has a key of the session from now on, and counts if it is not the owner and had none. */
function adopt(m: NatMemory, r: number, object: number, lead: number, moved: Moved): void {
  const { mem, records } = m;
  const core = records[r + Field.core];
  m.tell(moved, adoptStage);
  if (m.owner(lead) !== core && !isListed(m, core, lead)) {
    const references = m.row(lead) + Row.references;
    poke(mem, references, peek(mem, references) + 1);
    moved.writes.push(m.layout.object.references + lead);
  }
  keyOf(m, m.keys, 0, object, records[r + Field.key + Key.side]);
  insertOwn(m, core, 0, moved);
  listSession(m, core, lead);
  refresh(m, r, lead, moved);
  armSweep(m, r, moved);
  forward(m, r, object, moved);
}

/** `absent`: a session is to be made, with the type read now; of what it will hold nothing is there yet. */
function absent(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  m.tell(moved, absentStage);
  records.fill(0, r + Field.first, r + Field.second + Half.words);
  records[r + Field.noPair] = 0;
  records[r + Field.noMapping] = 0;
  records[r + Field.first + Half.object] = -1;
  records[r + Field.first + Half.subscriber] = records[r + Field.from];
  records[r + Field.first + Half.privatePort] = records[r + Field.sourcePort];
  if (records[r + Field.direction] !== Direction.outbound) records[r + Field.step] = Step.receiver;
  else seekSender(m, r);
}

/** What comes next is the sender's endpoint, if a static mapping or the type gives reason to look; or else its paired address; or else memory. */
export function seekSender(m: NatMemory, r: number): void {
  const { records } = m;
  const mapped = (records[r + Field.type] & Type.mapping) !== 0 || m.policy.staticOf(records[r + Field.protocol], records[r + Field.from], records[r + Field.sourcePort]) >= 0;
  if (mapped) records[r + Field.step] = Step.sender;
  else seekPair(m, r);
}

/** What comes next for a session without static mapping or mapping is the paired address, if the type has pairing. */
export function seekPair(m: NatMemory, r: number): void {
  m.records[r + Field.step] = (m.records[r + Field.type] & Type.pairing) !== 0 ? Step.pair : Step.memory;
}
