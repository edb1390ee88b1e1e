/** A core goes: the control core moves its buckets away, one a step, then sees to the flows that had their home there (RSS-6, RSS-29). */
import { Outcome, Stage } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { peek, poke } from "../accessor.ts";
import { answerWith, refuseControl } from "./answers.ts";
import { give, lowestOf } from "./buckets.ts";
import { anyOf } from "./cores.ts";
import { availableCores } from "./decide.ts";
import { enter, leave, lockConversations } from "./locks.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Known, Node, Own, Step } = words;

/** `down` or `refuse-control`. */
export function down(m: RssMemory, r: number, moved: Moved): void {
  const { config, mem, records } = m;
  const core = records[r + Field.what];
  const at = m.nodeAt + Node.up;
  enter(m, r);
  const up = peek(mem, at);
  if (records[r + Field.core] !== config.control || core === config.control || ((up >>> core) & 1) === 0) refuseControl(m, r, moved);
  else {
    poke(mem, at, up & ~(1 << core));
    moved.writes.push(m.layout.core.up + core);
    forgetAll(m, core, moved);
    m.tell(moved, Stage.down);
    records[r + Field.count] = 0;
    records[r + Field.stranded] = 0;
    records[r + Field.step] = Step.goingDown;
  }
  leave(m, r);
}

/** The core's own memory is gone with it. */
function forgetAll(m: RssMemory, core: number, moved: Moved): void {
  const { flows, layout, own } = m;
  const at = m.ownOf(core);
  own.fill(0, at, at + Own.words + flows);
  for (let n = core * flows; n < (core + 1) * flows; n++) {
    moved.writes.push(layout.local.known + n);
    moved.writes.push(layout.local.last + n);
  }
}

/** `move-away`, `strand`, `take-over`, `forget-flow` or `down-end`. */
export function goDown(m: RssMemory, r: number, moved: Moved): void {
  const core = m.records[r + Field.what];
  enter(m, r);
  const bucket = m.records[r + Field.stranded] === 1 ? -1 : lowestOf(m, core);
  if (bucket < 0) leaveFlow(m, r, core, moved);
  else if (availableCores(m) !== 0) {
    moveAway(m, r, bucket, moved);
    m.records[r + Field.count]++;
  } else {
    m.records[r + Field.stranded] = 1;
    m.tell(moved, Stage.strand);
  }
  leave(m, r);
}

/** `move-away`, under the lock of the tables: any available core gets the bucket. */
export function moveAway(m: RssMemory, r: number, bucket: number, moved: Moved): void {
  const stage = Stage["move-away"];
  const to = anyOf(m, r, stage, availableCores(m));
  give(m, bucket, to, moved);
  moved.witness.push(to);
  m.tell(moved, stage);
}

/** The lowest flow that has its home there; without any the operation ends. */
function leaveFlow(m: RssMemory, r: number, core: number, moved: Moved): void {
  lockConversations(m, r, m.allConversations);
  for (let flow = 0; flow < m.flows; flow++) if (peek(m.mem, m.flowAt(flow) + Known.home) === core + 1) return rehome(m, flow, core, moved);
  m.tell(moved, Stage["down-end"]);
  answerWith(m, r, moved, Outcome.done, m.records[r + Field.count]);
}

/** The control core takes a published flow over; one that only the core knew is lost. */
function rehome(m: RssMemory, flow: number, core: number, moved: Moved): void {
  const { layout, mem } = m;
  const { control } = m.config;
  const at = m.flowAt(flow);
  const isPublished = peek(mem, at + Known.published) === 1;
  if (isPublished) m.learn(control, flow, moved);
  poke(mem, at + Known.home, isPublished ? control + 1 : 0);
  moved.writes.push(layout.flow.home + flow);
  if (peek(mem, m.establisherAt(flow)) === core + 1) {
    poke(mem, m.establisherAt(flow), 0);
    moved.writes.push(layout.conversation.establisher + (flow >> 1));
  }
  m.tell(moved, isPublished ? Stage["take-over"] : Stage["forget-flow"]);
}
