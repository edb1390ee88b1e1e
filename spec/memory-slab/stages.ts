/**
 * What the stages of shared memory and slabs do, step by step: the text both programs are written from.
 *
 * ## Memory and locks
 *
 * Pages 0 to limitPages − 1 are shared memory; before `allocate-memory` there are none to be had. The first initialPages of them are the initialisation allocator's, cut into units; the others are the *global pool*. After them come the private pages, privatePages of each core, core by core; they are there from the start.
 * A page is free or belongs to one *allocator*: (core, kind), or (all, kind) for a locked kind. Its objects are page × perPageMax + i, i from 0 to objectsPerPage(kind) − 1; those of a free page, and higher numbers, are in state `none`. *Owner*: core + 1, or cores + 1 for the locked allocator. An object is marked with its page's owner while it is used, freeing or listed.
 *
 * Locks: B: base address, global tables, units of the initialisation allocator. A of a locked kind: that allocator's queue. L of a core: its list, whether its timer is armed. P of a page: everything about its objects. G: which pages are free, kind and owner of pages. R: ports. A core's own, without lock: its mapping, tables, ready; its queues; its private pages' being free. A step takes the locks of all it reads or writes,
 * in the order B, A, L by core, P by page, G, R, and lets them go at its end; so each step here is atomic, and what it decides is decided by what stands at that very step. The operation keeps in its record what it has in hand.
 *
 * `content` of an object: slot + 1 of the operation that allocated it; thus an allocation's object is *still its own* if it is used and has its content. Core c is *ready* after `ready`.
 *
 * ## start-up of core c (SLAB-1)
 *
 * At every step, the first that holds:
 * 1. The base address is 0: `allocate-memory`, witness [address]: any multiple of pageUnits from pageUnits to 2^30. It is the base address; the initial pages belong to the initialisation allocator, the rest of shared memory is the pool.
 * 2. c has not mapped it: `map`: c's mapping = the base address.
 * 3. No global tables: `allocate-tables`, witness [offset]: any run of tableUnits free units; their user is −1; there are global tables.
 * 4. c has no tables: `allocate-local`, witness [offset]: any run of localUnits free units, user −2 − c; c has tables.
 * 5. `ready`: c is ready (if it was, it stays so); done, [done, base address].
 * In 3 and 4 without such a run: `refuse-memory`, done, [refused, memory]; what was done stays done. An offset is the position of the first unit of the run.
 *
 * ## Allocating from one allocator: the row *obtain* (kind, content) on core c
 *
 * The queue is that of (c, kind), or of the locked kind. At every step, the first that holds:
 * 1. This row has taken a page and not queued its objects: `fill-queue`: all objects of the page are queued.
 * 2. The queue holds an object: `dequeue`, witness [object]: any of it. It leaves the queue: used, owner of its page, content; references and port are 0. The row has its object.
 * 3. There is a free page, of the pool, or for a private kind of c's private pages: `take-page`, witness [page]: any of these; its kind and owner are the allocator's.
 * 4. `refuse-memory`. The row has none.
 * (For a locked kind others may have taken all objects of the page between 1 and 2: then 3 or 4 follows.)
 *
 * ## allocate on core c
 *
 * c is not ready: `refuse-unready`, done, [refused, unready]. Otherwise:
 * - *Plain* (`on` null or c, kind not replicated): obtain with content = its slot + 1. Its last step is the operation's: done, [allocated, object], yields 1; or [refused, memory].
 * - *On another core k*: `ask`: message `request` to core k of the own node, body [slot of the operation, position of the kind]; blocked on its own slot. Answered: `receive`, done, [allocated, object], yields 1; or `receive-none`, done, [refused, the reason]. A move before the answer is a stutter, blocked as before.
 * - *Replicated*: for k = 0, 1, … cores − 1: k = c: obtain; else `ask` k and `receive`. After the last object: done, with its step, [allocated, object of core 0, of core 1, …], yields 1. Refused at some k (`refuse-memory` or `receive-none`): if nothing was had before, done with that step, [refused, the reason]. Else `withdraw`: all objects had become freeing, in one step; then *give back* (below); done, [refused, the reason], with its last step.
 *
 * Message `request` on core k: k is not ready: `refuse-unready`. Otherwise obtain with content = slot of the asking operation + 1. Its last step hands the answer to the asking operation, `freed`: that slot; done, [allocated, object] or [refused, unready or memory]; yields 0.
 *
 * ## free of allocation A on core c
 *
 * The first step, the first that holds: c is not ready: `refuse-unready`, [refused, unready]. A's kind is private and A was allocated on another core: `refuse-free`, [refused, private]. An object of A is not still its own: `refuse-free`, [refused, not-used]. One has references: `refuse-free`, [refused, referenced]. All with done. Otherwise `begin-free`: all objects of A are freeing; then *give back*; done, [freed, objects queued here, objects listed], with its last step.
 *
 * *Give back*: the objects in ascending order of core (one object, unless replicated), each:
 * - c may free it (its owner is c, or the locked allocator): if it holds a port `release-port`: the port is free, the object has none. Then `requeue`: it is queued; owner and content 0. Profile `patent`: if all other objects of its page are queued, `return-page` stands in place of `requeue`: all objects of the page leave the queue and are `none`; the page is free, kind and owner 0 (in the pool, or among its core's private pages).
 *   An object returned so counts as queued here.
 * - Otherwise `list-object`: it is listed, at the end of its owner's list. If the owner's timer is not armed: it is, and timer `scan` is set on the owner's core at now + scanMs, body empty.
 *
 * ## scan on core c (timer, or operation)
 *
 * The operation, if c is not ready: `refuse-unready`, done, [refused, unready]. At every step, the first that holds: an object is in hand: `release-port` if it holds a port, else `requeue` or `return-page`, as above, and it is in hand no more. The list is not empty: `take-listed`: the object listed longest leaves it, freeing, and is in hand. Otherwise `scan-end`: done, [done, objects freed]; the timer's task also makes the timer no longer armed.
 * (An object listed before `scan-end` is freed by this scan; one listed after it arms the timer anew.)
 *
 * ## References, ports, reading
 *
 * Of allocation A on core c, one step. The object is the replica of c, or A's one object. Refused, in this order: c is not ready: `refuse-unready`, unready. Private and allocated on another core: private. Not still its own: not-used. `refer`: references + 1; done, [done, object], yields 1; refused: `refuse-refer`. `attach`, witness [port]: any free port; it is the object's; done, [done, object, port]; refused also, last, if the object has a port or none is free: port; `refuse-attach`.
 * read: `answer`: done, [done, object, content, owner]; refused as private or not-used: `answer` with [refused, reason]; changes nothing. unrefer: references − 1 of the object that was referred to, on whichever core it runs; `unrefer`, done, [done, object]. (It is still the same object, since a referenced one is not freed.)
 *
 * ## Initialisation allocator, placement
 *
 * reserve on a core that has not mapped the memory: `refuse-unready`, done, [refused, unready]. `reserve`, witness [offset]: any run of that many free units; their user is its slot + 1; done, [allocated, offset], yields 1. None: `refuse-memory`, done, [refused, memory]. give-back: `give-back`: the units are free; done, [done, offset].
 * place: `answer`: done, [done, position of its placement, 1 if locked].
 *
 * ## What always holds, and what is owed
 *
 * Always: a page is free, the initialisation allocator's, or one allocator's; free pages of the pool are counted rightly; all objects of an allocator's page are in its queue, used, freeing or on their owner's list (or none, between `take-page` and `fill-queue`), and each queue's count is that of its queued objects; an object is used by one allocation, references are not negative and 0 unless it is used; a port and its object name each other, and no queued object has one;
 * every mapping is the base address; there are tables once. At rest: nothing is listed or freeing, no timer is armed, nobody waits for an answer, no page is taken and not queued.
 *
 * A stage stands under the rule that `stageRules` names for it, and besides under: SLAB-2 taking or returning a page; SLAB-3 any object marked; SLAB-5 anything done to another core's object; SLAB-8 any step on a locked allocator; SLAB-9 an object handed out or released; SLAB-10 the placement that decided (private, replicated); SLAB-11 units for tables; SLAB-12 a step on another core's behalf; SLAB-13 each step of a
 * replicated allocation or release; SLAB-14 private pages, and what is refused as private; SLAB-15 `requeue` of the last object of a page that stays; SLAB-17 a port that goes.
 */

/** One sentence for each stage, for reports. */
export const textOfStages = {
  "allocate-memory": "The shared memory is allocated, once for all.",
  map: "The core maps it at the one address.",
  "allocate-tables": "Page map and global tables are allocated, once for all.",
  "allocate-local": "The core's own tables are allocated.",
  ready: "The core is ready.",
  dequeue: "An object leaves the free queue, marked with its owner.",
  "take-page": "A free page becomes this allocator's.",
  "fill-queue": "All objects of the page are queued.",
  "refuse-memory": "Nothing is free; nothing changes.",
  "refuse-unready": "The core is not ready; nothing changes.",
  ask: "Another core's allocator is asked, and its answer waited for.",
  receive: "The object has come.",
  "receive-none": "The other core has none.",
  withdraw: "The replicas had so far are released again.",
  "begin-free": "What was allocated is released: nobody can refer to it or release it again.",
  "release-port": "The port that the object holds is free again.",
  requeue: "The object is cleaned and queued.",
  "return-page": "The page is wholly free and goes back with its last object.",
  "list-object": "The object goes onto its owner's list.",
  "refuse-free": "It cannot be released; nothing changes.",
  "take-listed": "The owner takes the first object from its list.",
  "scan-end": "The owner finds its list empty.",
  refer: "A reference is counted.",
  "refuse-refer": "It cannot be referred to; nothing changes.",
  unrefer: "A reference goes back.",
  attach: "The object gets a port.",
  "refuse-attach": "It cannot get a port; nothing changes.",
  reserve: "Memory of this size is given out.",
  "give-back": "Memory of any size is free again.",
  answer: "A question is answered; nothing changes.",
} as const;
