/**
 * Which core gets a packet (RSS-19), under the lock of the tables: internal address, tag, rules, steering table, then the schemes in their order. The same step places it, as between two steps the core could go, its queue fill up, or another packet use up the vote.
 */
import { How, Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { lowestBit } from "../bits.ts";
import { peek } from "../accessor.ts";
import { answerHash } from "./answers.ts";
import { enter, leave } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import { place } from "./place.ts";
import * as policies from "./policy.ts";
import { byScheme } from "./schemes.ts";
import * as words from "./words.ts";

const { anything, Asked, Entry } = policies;
const { Field, Node, Seen, Step } = words;

/** `unwrap`: the inner headers are in the record already. */
export function unwrap(m: RssMemory, r: number, moved: Moved): void {
  m.tell(moved, Stage.unwrap);
  m.records[r + Field.step] = Step.decide;
}

/** The stage that decides and places: `to-node`, `internal`, one that begins with `by-`, `drop-full` or `drop-none`. */
export function decide(m: RssMemory, r: number, moved: Moved): void {
  enter(m, r);
  const node = nodeOf(m, r);
  if (node > 1) toNode(m, r, node - 1, moved);
  else place(m, r, node === 1 ? toControl(m, r) : byTables(m, r), moved);
  leave(m, r);
}

/** Node + 1 that has the destination as internal address, 0 for none. */
export function nodeOf({ mem, addressAt, records }: RssMemory, r: number): number {
  const address = records[r + Field.destination];
  return address < 0 ? 0 : peek(mem, addressAt + address);
}

function toNode(m: RssMemory, r: number, node: number, moved: Moved): void {
  m.tell(moved, Stage["to-node"]);
  answerHash(m, r, moved, Outcome.toNode, node, 0);
}

function toControl({ config, records }: RssMemory, r: number): number {
  records[r + Field.how] = How.internal;
  records[r + Field.to] = config.control;
  return Stage.internal;
}

/** The stage that names a core, which is in the record then; `passes`: none does. */
function byTables(m: RssMemory, r: number): number {
  const { records } = m;
  const available = availableCores(m);
  const tag = records[r + Field.tag];
  if (tag >= 0 && ((available >>> tag) & 1) === 1) {
    records[r + Field.to] = tag;
    return Stage["by-tag"];
  }
  records[r + Field.to] = coreOfRules(m, r, available);
  if (records[r + Field.to] >= 0) return Stage["by-rule"];
  records[r + Field.to] = coreOfSteering(m, r, available);
  if (records[r + Field.to] >= 0) return Stage["by-steering"];
  return byScheme(m, r, available);
}

/** Cores that are up and carry traffic. */
export function availableCores({ mem, carriers, nodeAt }: RssMemory): number {
  return peek(mem, nodeAt + Node.up) & carriers;
}

/** Core of the first rule that is on, covers the packet and names an available core; -1: there is none. */
export function coreOfRules(m: RssMemory, r: number, available: number): number {
  const { rules } = m.policy;
  for (let on = peek(m.mem, m.nodeAt + Node.rules); on !== 0; on &= on - 1) {
    const rule = lowestBit(on) * Asked.words;
    const core = rules[rule + Asked.core];
    if (((available >>> core) & 1) === 1 && covers(m, r, rule)) return core;
  }
  return -1;
}

/** Whether a packet has all that a rule asks for; what cannot be seen it does not have. */
function covers({ policy: { rules }, records }: RssMemory, r: number, rule: number): boolean {
  const seen = records[r + Field.seen];
  if (!agrees(rules[rule + Asked.source], records[r + Field.source], true) || !agrees(rules[rule + Asked.destination], records[r + Field.destination], true)) return false;
  if (!agrees(rules[rule + Asked.protocol], records[r + Field.protocol], (seen & Seen.protocol) !== 0)) return false;
  const ports = (seen & Seen.ports) !== 0;
  return agrees(rules[rule + Asked.sourcePort], records[r + Field.sourcePort], ports) && agrees(rules[rule + Asked.destinationPort], records[r + Field.destinationPort], ports);
}

function agrees(asked: number, found: number, isSeen: boolean): boolean {
  return asked === anything || (isSeen && asked === found);
}

/** Core of the first steering entry that names an available core for the packet's destination; -1: there is none. */
export function coreOfSteering({ mem, policy, records, steeringAt }: RssMemory, r: number, available: number): number {
  const ports = (records[r + Field.seen] & Seen.ports) !== 0;
  for (let entry = 0; entry < policy.entryCount; entry++) {
    const core = peek(mem, steeringAt + entry) - 1;
    if (core < 0 || ((available >>> core) & 1) === 0) continue;
    const at = entry * Entry.words;
    const found = policy.entries[at + Entry.isAddress] === 1 ? records[r + Field.destination] : ports ? records[r + Field.destinationPort] : -1;
    if (policy.entries[at + Entry.value] === found) return core;
  }
  return -1;
}
