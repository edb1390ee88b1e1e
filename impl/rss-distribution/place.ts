/** Placing a packet at the core that was decided on, in the step that decides. */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { peek, poke, store } from "../accessor.ts";
import { answerHash } from "./answers.ts";
import { lockQueues } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import * as policies from "./policy.ts";
import { countDropped, isFull, join } from "./queues.ts";
import { pairWord, passes } from "./schemes.ts";
import * as words from "./words.ts";

const { SchemeWord } = policies;
const { Field, Node, Numbered, Vote, waits } = words;

/** By stage: 1 where the core is a free choice, even if only one is allowed. */
const isChoice = new Int32Array(Object.keys(Stage).length);
for (const name of ["by-address", "by-card", "by-function", "by-pair", "by-load", "by-slice", "by-threshold", "by-vote"] as const) isChoice[Stage[name]] = 1;

/** The packet goes to the core in its record, by the stage that named it; `passes`: none did. */
export function place(m: RssMemory, r: number, stage: number, moved: Moved): void {
  if (stage === passes) return dropNone(m, r, moved);
  const { records } = m;
  const core = records[r + Field.to];
  const hash = records[r + Field.hash];
  lockQueues(m, r, 1 << core);
  if (isChoice[stage] === 1) moved.witness.push(core);
  if (isFull(m, core)) {
    countDropped(m, core, moved);
    m.tell(moved, Stage["drop-full"]);
    return answerHash(m, r, moved, Outcome.dropped, core, hash);
  }
  remember(m, r, stage, core, moved);
  number(m, r, core, moved);
  store(m.mem, m.whereAt + records[r + Field.origin], waits);
  join(m, r, core, moved);
  m.tell(moved, stage);
  answerHash(m, r, moved, Outcome.placed, core, hash);
}

function dropNone(m: RssMemory, r: number, moved: Moved): void {
  count(m, Node.dropped, 1);
  moved.writes.push(m.layout.node.dropped);
  m.tell(moved, Stage["drop-none"]);
  answerHash(m, r, moved, Outcome.dropped, -1, 0);
}

function count({ mem, nodeAt }: RssMemory, word: number, more: number): void {
  poke(mem, nodeAt + word, peek(mem, nodeAt + word) + more);
}

/** The flow's next number, and the core of its last packet. */
function number(m: RssMemory, r: number, core: number, moved: Moved): void {
  const { layout, mem, records } = m;
  const flow = records[r + Field.flow];
  if (flow < 0) return;
  const at = m.numberedAt + flow * Numbered.words;
  const sequence = peek(mem, at + Numbered.sequence) + 1;
  records[r + Field.sequence] = sequence;
  poke(mem, at + Numbered.sequence, sequence);
  poke(mem, at + Numbered.core, core + 1);
  moved.writes.push(layout.flow.sequence + flow);
  moved.writes.push(layout.flow.core + flow);
}

/** What a scheme remembers of a packet that it placed. */
function remember(m: RssMemory, r: number, stage: number, core: number, moved: Moved): void {
  switch (stage) {
    case Stage["by-pair"]: return rememberPair(m, r, core, moved);
    case Stage["by-load"]: return rememberTurn(m, r, core, moved);
    case Stage["by-slice"]: return rememberSlice(m, r, core, moved);
    case Stage["by-vote"]: return useVote(m, core, moved);
  }
}

function rememberPair(m: RssMemory, r: number, core: number, moved: Moved): void {
  const at = pairWord(m, r);
  poke(m.mem, at, core + 1);
  moved.writes.push(m.layout.pair.core + at - m.pairAt);
}

/** A core in turn that has packets left and is available was chosen; any other begins its turn. */
function rememberTurn(m: RssMemory, r: number, core: number, moved: Moved): void {
  const { layout, mem, nodeAt } = m;
  const left = peek(mem, nodeAt + Node.turn) === core + 1 && peek(mem, nodeAt + Node.left) > 0;
  if (!left) {
    poke(mem, nodeAt + Node.turn, core + 1);
    poke(mem, nodeAt + Node.left, m.policy.of(m.records[r + Field.scheme], SchemeWord.first));
    moved.writes.push(layout.node.turn);
  }
  count(m, Node.left, -1);
  moved.writes.push(layout.node.left);
}

/** The same holds for the core of a slice that has not ended. */
function rememberSlice(m: RssMemory, r: number, core: number, moved: Moved): void {
  const { layout, mem, nodeAt } = m;
  const now = m.now(r);
  if (peek(mem, nodeAt + Node.slice) === core + 1 && now < peek(mem, nodeAt + Node.sliceEnd)) return;
  poke(mem, nodeAt + Node.slice, core + 1);
  poke(mem, nodeAt + Node.sliceEnd, now + m.policy.of(m.records[r + Field.scheme], SchemeWord.first));
  moved.writes.push(layout.node.slice);
  moved.writes.push(layout.node.sliceEnd);
}

function useVote({ layout, mem, voteAt }: RssMemory, core: number, moved: Moved): void {
  const vote = voteAt + core * Vote.words;
  poke(mem, vote + Vote.time, 0);
  poke(mem, vote + Vote.levels, 0);
  moved.writes.push(layout.core.vote + core);
  moved.writes.push(layout.core.levels + core);
}
