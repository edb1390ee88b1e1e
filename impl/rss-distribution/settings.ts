/** What is changed in one step under the lock of the tables: votes, rules, the steering table, internal addresses. */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { peek, poke } from "../accessor.ts";
import { answer, answerWith, refuse } from "./answers.ts";
import { enter, leave, lockQueues } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import * as policies from "./policy.ts";
import { loadOf } from "./queues.ts";
import * as words from "./words.ts";

const { SchemeKind, SchemeWord } = policies;
const { Field, Node, Vote } = words;

/** `vote`: this core's vote, its time and how many levels stand above its load. */
export function vote(m: RssMemory, r: number, moved: Moved): void {
  const { layout, mem, policy, records } = m;
  const core = records[r + Field.core];
  const at = m.voteAt + core * Vote.words;
  let scheme = 0;
  while (policy.of(scheme, SchemeWord.kind) !== SchemeKind.votes) scheme++;
  const list = policy.of(scheme, SchemeWord.list);
  const end = list + policy.of(scheme, SchemeWord.count);
  enter(m, r);
  lockQueues(m, r, 1 << core);
  const load = loadOf(m, core);
  let levels = 0;
  for (let level = list; level < end; level++) if (policy.lists[level] > load) levels++;
  poke(mem, at + Vote.time, m.now(r) + 1);
  poke(mem, at + Vote.levels, levels);
  moved.writes.push(layout.core.vote + core);
  moved.writes.push(layout.core.levels + core);
  leave(m, r);
  finish(m, r, Stage.vote, moved);
}

function finish(m: RssMemory, r: number, stage: number, moved: Moved): void {
  m.tell(moved, stage);
  answer(m, r, moved, Outcome.done);
}

/** `set-rule`: the rule holds, or no longer. */
export function setRule(m: RssMemory, r: number, moved: Moved): void {
  const { mem, records } = m;
  const rule = records[r + Field.what];
  const at = m.nodeAt + Node.rules;
  enter(m, r);
  poke(mem, at, (peek(mem, at) & ~(1 << rule)) | (records[r + Field.with] << rule));
  moved.writes.push(m.layout.rule.on + rule);
  leave(m, r);
  finish(m, r, Stage["set-rule"], moved);
}

/** `steer`: the entry names a core, or none. */
export function steer(m: RssMemory, r: number, moved: Moved): void {
  const { records } = m;
  const entry = records[r + Field.what];
  enter(m, r);
  poke(m.mem, m.steeringAt + entry, records[r + Field.with] + 1);
  moved.writes.push(m.layout.steering.core + entry);
  leave(m, r);
  finish(m, r, Stage.steer, moved);
}

/** `register` or `refuse-address`: another node's address must be let go first. */
export function register(m: RssMemory, r: number, moved: Moved): void {
  const { records } = m;
  const address = records[r + Field.what];
  const node = records[r + Field.with] + 1;
  enter(m, r);
  const before = peek(m.mem, m.addressAt + address);
  const isOthers = before !== 0 && node !== 0 && node !== before;
  if (!isOthers) assignTo(m, address, node, moved);
  leave(m, r);
  if (!isOthers) return finish(m, r, Stage.register, moved);
  m.tell(moved, Stage["refuse-address"]);
  answer(m, r, moved, Outcome.refused);
}

/** Under the lock: the address is internal to a node, by its number + 1. */
function assignTo(m: RssMemory, address: number, node: number, moved: Moved): void {
  poke(m.mem, m.addressAt + address, node);
  moved.writes.push(m.layout.address.node + address);
}

/** `assign` or `refuse-assign`: any free address. */
export function assign(m: RssMemory, r: number, moved: Moved): void {
  const { mem, addressAt } = m;
  const { assignable } = m.config;
  enter(m, r);
  let free = 0;
  for (let n = 0; n < assignable.length; n++) if (peek(mem, addressAt + assignable[n]) === 0) free++;
  if (free === 0) refuse(m, r, moved, Stage["refuse-assign"], -1);
  else {
    const address = nthFree(m, m.choose(r, Stage.assign, free));
    assignTo(m, address, m.records[r + Field.what] + 1, moved);
    moved.witness.push(address);
    m.tell(moved, Stage.assign);
    answerWith(m, r, moved, Outcome.done, address);
  }
  leave(m, r);
}

/** Under the lock: an address that may be assigned and that no node has, with `n` such before it. */
function nthFree({ addressAt, config, mem }: RssMemory, n: number): number {
  let left = n;
  return config.assignable.find((address) => peek(mem, addressAt + address) === 0 && left-- === 0)!;
}
