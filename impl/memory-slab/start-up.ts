/**
 * The row of start-up. Each step looks anew for the first thing that is not done, as another core may have done it meanwhile (SLAB-1):
 *
 * 1. cores 0 and 1 find no memory;
 * 2. core 0 allocates it and its tables stand there;
 * 3. core 1 allocates it again and the tables are gone, if it goes by what it found.
 */
import { Outcome, Reason, Stage } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { acquire, peek, poke, release } from "../accessor.ts";
import { answer, refuse } from "./answers.ts";
import { setBit } from "./bitmap.ts";
import type { SlabMemory } from "./memory.ts";
import { setPage } from "./pages.ts";
import { takeUnits } from "./units.ts";
import * as words from "./words.ts";

const { Field, Initial, Own } = words;
const { "allocate-local": allocateLocal, "allocate-memory": allocateMemory, "allocate-tables": allocateTables, map: mapStage, ready: readyStage, "refuse-memory": refuseMemory } = Stage;

/** No base address is higher. */
const addressMax = 2 ** 30;
/** Kind, as in the view, of the pages of the initialisation allocator; user of the units of global tables. */
const initialKind = 1;
const globalUser = -1;

/** `allocate-memory`, `map`, `allocate-tables`, `allocate-local` or `ready`: the first that is left to do. */
export function startUp(m: SlabMemory, r: number, moved: Moved): void {
  const { mem, own, config } = m;
  const core = m.records[r + Field.core];
  const at = m.coreAt(core);
  acquire(mem, m.initialLockAt);
  const base = peek(mem, m.initialAt + Initial.base);
  if (base === 0) allocate(m, r, moved);
  else if (own[at + Own.mapped] === 0) {
    own[at + Own.mapped] = base;
    moved.writes.push(m.layout.core.mapped + core);
    m.tell(moved, mapStage);
  } else if (peek(mem, m.initialAt + Initial.tables) === 0) {
    if (cut(m, r, allocateTables, config.tableUnits, globalUser, moved)) {
      poke(mem, m.initialAt + Initial.tables, 1);
      moved.writes.push(m.layout.memory.tables);
    }
  } else if (own[at + Own.tables] === 0) {
    if (cut(m, r, allocateLocal, config.localUnits, globalUser - 1 - core, moved)) {
      own[at + Own.tables] = 1;
      moved.writes.push(m.layout.core.tables + core);
    }
  } else {
    own[at + Own.ready] = 1;
    moved.writes.push(m.layout.core.ready + core);
    m.tell(moved, readyStage);
    answer(moved, Outcome.done, base);
  }
  release(mem, m.initialLockAt);
}

/** `allocate-memory`, under the lock of the base address: the initial pages have their allocator, all others are the pool. */
function allocate(m: SlabMemory, r: number, moved: Moved): void {
  const { mem, layout } = m;
  const { initialPages, pageUnits } = m.config;
  const address = pageUnits * (1 + m.choose(r, allocateMemory, Math.floor(addressMax / pageUnits)));
  acquire(mem, m.poolLockAt);
  poke(mem, m.initialAt + Initial.base, address);
  for (let page = 0; page < initialPages; page++) setPage(m, page, initialKind, 0, moved);
  for (let page = initialPages; page < m.sharedPages; page++) setBit(mem, m.poolAt, page);
  release(mem, m.poolLockAt);
  moved.writes.push(layout.memory.address);
  moved.writes.push(layout.memory.left);
  moved.witness.push(address);
  m.tell(moved, allocateMemory);
}

/** Units for tables; false: there are none, and start-up ends with `refuse-memory`. */
function cut(m: SlabMemory, r: number, stage: number, units: number, user: number, moved: Moved): boolean {
  if (takeUnits(m, r, stage, units, user, moved) < 0) {
    refuse(m, moved, refuseMemory, Reason.memory);
    return false;
  }
  m.tell(moved, stage);
  return true;
}
