/** Which core will receive a reply: decided as its plain packet would be, without placing it (RSS-10). */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { lowestBit } from "../bits.ts";
import { answerHash } from "./answers.ts";
import { coreOf } from "./buckets.ts";
import { countOf } from "./cores.ts";
import { availableCores, coreOfRules, coreOfSteering, nodeOf } from "./decide.ts";
import { hashOf } from "./hash.ts";
import { enter, leave } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import * as policies from "./policy.ts";
import { coresOfAddress, coresOfFunction } from "./schemes.ts";
import * as words from "./words.ts";

const { SchemeKind, SchemeWord } = policies;
const { Field } = words;

/** It depends on load, on state, or on the card that the reply comes in by. */
const unforeseen = -1;

/** `answer`. */
export function replyCore(m: RssMemory, r: number, moved: Moved): void {
  m.records[r + Field.hash] = 0;
  enter(m, r);
  const core = coreOfReply(m, r);
  leave(m, r);
  m.tell(moved, Stage.answer);
  answerHash(m, r, moved, core === unforeseen ? Outcome.unforeseen : Outcome.done, core, m.records[r + Field.hash]);
}

function coreOfReply(m: RssMemory, r: number): number {
  const node = nodeOf(m, r);
  if (node !== 0) return node === 1 ? m.config.control : unforeseen;
  const available = availableCores(m);
  const ruled = coreOfRules(m, r, available);
  if (ruled >= 0) return ruled;
  const steered = coreOfSteering(m, r, available);
  return steered >= 0 ? steered : coreOfSchemes(m, r, available);
}

/** The first scheme that may apply says it; the last always applies. */
function coreOfSchemes(m: RssMemory, r: number, available: number): number {
  for (let scheme = 0; ; scheme++) {
    const kind = m.policy.of(scheme, SchemeWord.kind);
    if (kind === SchemeKind.hash) return hashed(m, r);
    const cores = coresOfScheme(m, r, scheme, kind, available);
    if (cores !== 0) return cores !== unforeseen && countOf(cores) === 1 ? lowestBit(cores) : unforeseen;
  }
}

/** Cores among which a scheme chooses by load; 0: it does not apply. */
function coresOfScheme(m: RssMemory, r: number, scheme: number, kind: number, available: number): number {
  if (kind === SchemeKind["virtual-address"]) return coresOfAddress(m, r, scheme) & available;
  if (kind === SchemeKind.function) return coresOfFunction(m, r, scheme) & available;
  return kind === SchemeKind.card && isEmpty(m, scheme) ? 0 : unforeseen;
}

function isEmpty({ policy }: RssMemory, scheme: number): boolean {
  const list = policy.of(scheme, SchemeWord.list);
  for (let card = 0; card < policy.of(scheme, SchemeWord.count); card++) if (policy.lists[list + card] !== 0) return false;
  return true;
}

function hashed(m: RssMemory, r: number): number {
  const hash = hashOf(m, r);
  m.records[r + Field.hash] = hash;
  return coreOf(m, m.bucketOfHash(hash));
}
