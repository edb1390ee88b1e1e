/** Pages: the page map and the free pages of the pool, under one lock; a core's private pages that are free are its own. */
import { Stage } from "../../spec/memory-slab/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { lowestBit } from "../bits.ts";
import { acquire, poke, release } from "../accessor.ts";
import type { SlabMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Own, Page } = words;
const { "take-page": takePage } = Stage;

/** Kinds stand in the page map behind free pages and those of the initialisation allocator. */
export const kind0 = 2;

/** Under the pool's lock: what the page map says of a page. */
export function setPage({ mem, pageMapAt, layout }: SlabMemory, page: number, kind: number, owner: number, moved: Moved): void {
  poke(mem, pageMapAt + page * Page.words + Page.kind, kind);
  poke(mem, pageMapAt + page * Page.words + Page.owner, owner);
  moved.writes.push(layout.page.kind + page);
  moved.writes.push(layout.page.owner + page);
}

/** Any private page of the core that is free; -1: none. */
export function freePrivatePage(m: SlabMemory, r: number, core: number): number {
  const free = m.own[m.coreAt(core) + Own.pages];
  if (free === 0) return -1;
  const { privatePages } = m.config;
  const start = m.choose(r, takePage, privatePages);
  const fromStart = (free >>> start) | (free << (privatePages - start));
  return m.privateOf(core) + ((start + lowestBit(fromStart)) % privatePages);
}

/** A private page of the core changes hands: it gets a kind and an owner, or is free with 0 and 0. */
export function changePrivatePage(m: SlabMemory, core: number, page: number, kind: number, owner: number, moved: Moved): void {
  const bit = 1 << (page - m.privateOf(core));
  const at = m.coreAt(core) + Own.pages;
  m.own[at] = kind === 0 ? m.own[at] | bit : m.own[at] & ~bit;
  acquire(m.mem, m.poolLockAt);
  setPage(m, page, kind, owner, moved);
  release(m.mem, m.poolLockAt);
}
