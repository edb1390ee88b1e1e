/** What the words mean: of shared memory, of a core's own, and of an operation's record. */

/** Words under the lock of the initialisation allocator; its units follow, their free ones as bits and then who has each. */
export const Initial = { base: 0, tables: 1, words: 2 } as const;

/** Words of a core's list of objects to free; its ring follows. */
export const List = { head: 0, count: 1, armed: 2, words: 3 } as const;

/** A page begins with the kind that it is cut into; its objects follow. The words of an object stand in the order of the view. */
export const Header = { kind: 0, words: 1 } as const;
export const Item = { state: 0, owner: 1, references: 2, port: 3, content: 4, words: 5 } as const;

/** Words of a page in the page map, as in the view. */
export const Page = { kind: 0, owner: 1, words: 2 } as const;

/** What a core has to itself, first what the view has of it; two words for the queue of each kind follow, then the queues' rings. `pages`: its private pages that are free, as bits. */
export const Own = { mapped: 0, tables: 1, ready: 2, pages: 3, words: 4 } as const;
export const Queue = { head: 0, count: 1, words: 2 } as const;

/** Most cores, and so most replicas. */
const replicas = 8;

/**
 * Words of an operation's record. `draws`: free choices made. `source`: slot of the operation referred to, `maker`: the core of that. `asker`: slot of the operation that the objects are for. `to`: core to be asked.
 * `page`: taken, its objects not yet queued. `at`: position in `objects`, of `count`. `here` and `listed`: objects freed and listed so far. `hand`: what a scan has in hand, -1 nothing. `timer`: 1 for the scan of a timer.
 * `units` and `offset`: of a reservation. `owners`: as the objects were marked.
 */
export const Field = {
  step: 0,
  row: 1,
  core: 2,
  node: 3,
  draws: 4,
  kind: 5,
  source: 6,
  maker: 7,
  asker: 8,
  to: 9,
  page: 10,
  at: 11,
  count: 12,
  reason: 13,
  here: 14,
  listed: 15,
  hand: 16,
  timer: 17,
  units: 18,
  offset: 19,
  owners: 20,
  objects: 20 + replicas,
  words: 20 + 2 * replicas,
} as const;

/** Stage that comes next. */
export const Step = { startUp: 0, allocate: 1, obtain: 2, fill: 3, ask: 4, receive: 5, request: 6, withdraw: 7, free: 8, giveBack: 9, scan: 10, refer: 11, unrefer: 12, attach: 13, read: 14, reserve: 15, returnUnits: 16, place: 17, obtainOne: 18, freeOne: 19 } as const;

/** Who goes on when an object was obtained or given back: an allocation from this core's allocator, from another's, of replicas; a message; a release; a larger system. */
export const Row = { plain: 0, foreign: 1, replicated: 2, request: 3, free: 4, part: 5 } as const;
