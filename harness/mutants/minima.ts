/** Mutants whose smallest failing case is proved, each in a small world of its system in which it shows. */
export interface Entry {
  readonly id: string;
  readonly world: string;
}

const inWorld = (world: string, ...ids: readonly string[]): readonly Entry[] => ids.map((id) => ({ id, world }));

/** What `tandem minima` goes through: of all systems, and of those that need two cores as well. */
export const minimaExam: readonly Entry[] = [
  ...inWorld("nearly used up", "QUOTA-2/counts-anyway", "QUOTA-6/made-twice", "QUOTA-7/never-back", "QUOTA-7/own-ledger", "QUOTA-8/uncounted-returned"),
  ...inWorld("giving back", "QUOTA-4/whole-chunk", "QUOTA-4/remainder", "QUOTA-5/deny-takes", "QUOTA-6/trusts-the-look", "QUOTA-7/does-not-look-again", "QUOTA-9/stale-record", "QUOTA-9/seen-generation", "QUOTA-9/chunk-kept", "QUOTA-9/refresh-again"),
  ...inWorld("untouched", "QUOTA-2/record-of-nothing", "QUOTA-7/at-the-chunk", "QUOTA-9/skips-a-core"),
  ...inWorld("shuffled", "PORT-8/kept", "PORT-9/frees-itself", "PORT-10/wished-claim", "PORT-16/some-other", "PORT-21/range-end", "PORT-25/stays-bound"),
  ...inWorld("resting", "PORT-9/last-come", "PORT-24/claims-first", "PORT-26/early"),
  ...inWorld("blocks", "PORT-8/global-bit", "PORT-9/not-armed", "PORT-9/rest-dropped", "PORT-13/in-use", "PORT-13/own-view"),
  ...inWorld("deterministic", "PORT-17/takes-a-slot", "PORT-22/first-chunk", "PORT-23/type-port"),
  ...inWorld("listed", "SLAB-2/page-stays-free"),
  ...inWorld("last of a page", "SLAB-3/not-the-chosen"),
  ...inWorld("other kinds", "SLAB-3/stays-queued"),
  ...inWorld("half ready", "SLAB-5/frees-anybodys"),
  ...inWorld("starting", "SLAB-4/short-page", "SLAB-4/no-second-look"),
  ...inWorld("due", "NAT-5/outbound-key"),
  ...inWorld("swept", "NAT-7/per-key"),
  ...inWorld("first", "NAT-4/one-core-for-all"),
  ...inWorld("voting", "RSS-2/highest-bits"),
  ...inWorld("hashed", "RSS-3/stale-table", "RSS-6/asks-for-all", "RSS-7/mixed-table"),
  ...inWorld("least loaded", "RSS-5/turn-stays", "RSS-6/asked-for-ever"),
  ...inWorld("by pair", "RSS-11/homeless", "RSS-23/gone-core"),
  ...inWorld("established", "RSS-21/at-high", "RSS-21/equals", "RSS-24/last-come"),
  ...inWorld("units short", "PAIR-1/denied-goes-on", "PAIR-2/other-ledger", "PAIR-3/own-ledger", "PAIR-3/well-known", "QUOTA-8/foreign-uncounted"),
  ...inWorld("ports short", "PAIR-1/third-denied", "PAIR-2/no-undo", "PAIR-2/earlier-chunk", "PAIR-2/chunk-kept"),
  ...inWorld("uncounted", "PAIR-3/with-the-hand-over", "PAIR-4/port-only", "PAIR-4/collected-only", "QUOTA-8/uncounted-flow"),
  ...inWorld("portless", "NODE-1/asleep-unlooked", "NODE-2/units-swapped", "NODE-2/foreign-memory", "NODE-2/foreign-structure", "NODE-3/no-undo", "NODE-3/chunk-kept", "NODE-4/session-unit-kept", "NODE-4/port-unit-leaks", "NODE-9/whose"),
  ...inWorld("anywhere", "NODE-1/finished-early", "NODE-1/drop-awaited", "NODE-4/freed-twice", "NODE-4/wrong-structure", "NODE-5/served-where-submitted", "NODE-7/one-protocol", "NODE-7/neighbours"),
  ...inWorld("due", "NODE-1/never-finished", "NODE-5/as-configured", "NODE-6/stays", "NODE-6/refused-by-one"),
  ...inWorld("governed", "NODE-10/unanswered"),
];
