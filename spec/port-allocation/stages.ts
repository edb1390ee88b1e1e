/**
 * What the stages of port allocation do, step by step: the text both programs are written from.
 *
 * ## How a table is laid out
 *
 * P = high − low + 1 ports a table; every NAT address has two tables (TCP; everything else), laid out alike.
 *
 * **Shuffled** (allocation `dynamic`). T(p) is the Toeplitz contribution of port p at the place of the destination port of the reply: hash(flow, p) = hash(flow, 0) xor T(p).
 * slot(p) = T(p) & (2^slotBits − 1). The position of p: number of ports (of low..high) in lower slots, plus its rank among the ports of its slot, ascending.
 * Partition of a slot with n ports: own = min(ownPerSlot, floor(n / cores)); rank r < own × cores belongs to core floor(r / own) for good; the other ranks are shared, cut from the first
 * into chunks of `chunk` ports, the last shorter. Profile `patent`: slot s < ownSlots belongs wholly to core s mod cores, other slots are wholly shared, cut into chunks.
 * Chunks are numbered from 0, slot by slot.
 *
 * **Basic** (`block`, `deterministic`). The position of p is p − low. The table is cut from low into blocks of B ports; what is left over at the end belongs to no block and is never given.
 * `block`: B = blockSize. `deterministic`: ratio = ceil(subscribers / addresses), m = blocksPerSubscriber, B = floor(P / (ratio × m)) (0 is refused); subscriber i has address floor(i / ratio) and the
 * blocks (i mod ratio) × m … + m − 1 of both its tables, for good. A block is cut from its first port into chunks of `chunk` ports, the last shorter: cpb = ceil(B / chunk); chunk j of block b has number b × cpb + j. No own ports.
 *
 * At the start: own bits are set in their core's bitmap; every chunk is free in the shared table; well-known bits are set; no block is reserved (deterministic ones need none).
 *
 * ## Reply core
 *
 * The reply's tuple is source (remote, remotePort), destination (NAT address, port). TCP and UDP hash addresses and ports, ICMP the two addresses only. Reply core = indirection[hash & (2^bits − 1)].
 * A slot s is *reply-local* to core c for a flow iff indirection[(h & mask) xor (s & mask)] = c with h = hash(flow, port 0); for ICMP iff indirection[h & mask] = c, whatever s.
 *
 * ## allocate
 *
 * Unit by unit; the operation ends when `count` are given or one is refused. A port is *admissible* when: it lies in `want`'s range if there is one; with `parity` it has the parity of the private port.
 *
 * *Well-known.* With the option on and privatePort < 1024 the unit is served by the well-known table of its address and protocol and nothing else (block and deterministic allocation: address −1 means the subscriber mod addresses, or its computed address):
 * `take-well-known`, witness [start, port]: a particular port wanted (or, with `preserve`, the type's or own port, tried first): that one if its bit is set (start = that port); otherwise, unless a particular port was wanted, the first admissible set bit in
 * the order start, start + 1, … high, low, …; start is a free choice within the range. None: `refuse`. A private port of 1024 or more is never served from it.
 *
 * *Particular port.* `want` is a port: the unit is `take` of that port if its bit is set in this core's bitmap (own or held); else `claim` of its chunk if that chunk is free, then `take-claimed`; else `refuse`. With the wrong parity, outside the normal range, or in the left-over end: `refuse`.
 * Block schemes: only within the subscriber's blocks (no reservation is made for it).
 *
 * *Preservation.* With `preserve` and no particular port wanted: typePort if not 0, else privatePort, is tried in the same way if it is admissible and in the normal range; if neither `take` nor `claim` is possible the unit goes on with the search, in the same step.
 *
 * *Deterministic in profile `patent`.* The port is fixed: first port of the subscriber's first block + privatePort mod (B × m). It is treated as a particular port (whatever is wanted or admissible).
 *
 * *Search, dynamic.* The table is that of `address`. Order of the classes: (a) own bits in reply-local slots, (b) held bits in reply-local slots, (c) other own bits, (d) other held bits.
 * `take`, witness [start, address, port]: start is a free choice of slot; the port is the first admissible set bit of the first class that has one, slots in the order start, start + 1, … cyclic, positions ascending within a slot.
 * No admissible bit: `claim`, witness [start, address, chunk]: start is a free choice of slot; the first free chunk with an admissible port, slots cyclic from start, chunks ascending. All bits of the chunk are set in this core's bitmap, its global bit is reset, in one step. Then
 * `take-claimed`, witness [address, port]: the first admissible bit of that chunk by position (a particular or preserved port: that one). No such chunk: `refuse`.
 *
 * *Search, block schemes.* Chunks of all addresses are numbered together: address × chunks of a table + chunk. `take`, witness [start, address, port]: start is a free choice among these numbers; the first admissible set bit among the chunks this core holds for this
 * subscriber in this protocol's table, in cyclic order from start, ports ascending; with an address given only that address counts. Otherwise `claim`, witness [start, address, chunk], likewise: the first free chunk with an admissible port in a block of this subscriber; then `take-claimed`. Otherwise, in `block` only, if the
 * subscriber holds fewer than blocksPerSubscriber blocks in that table (over all addresses): `reserve`, witness [start, address, block]: start is a free choice of address; addresses cyclic from start (with one given, only that), blocks ascending, the first free one with an admissible port; the block is the subscriber's, and the unit goes on with `claim`.
 * Otherwise `refuse`.
 *
 * `refuse` changes nothing. Each stage is decided by what stands at that very step, from the top: so a claim that another core's claim has beaten is simply decided anew.
 * A port that is given out notes subscriber and session (slot of the operation + 1).
 *
 * ## free
 *
 * Port by port, last given first. Well-known: `free-well-known` sets the bit. The *holder* of any other port is the core it belongs to, or that holds its chunk (which is the core it was given out by). On the holder: `free` sets its bit; if it belongs to a chunk all of whose bits are now set, the chunk's bits are reset in the core's bitmap and its
 * global bit is set, in the same step. If freed ports rest (see `rests`): the port enters the core's queue instead (`delay`: it notes its time; if the core is not ageing, it is: `aging` 1, and the timer `age` is set on this core at now + reuseDelayMs, body empty; what rests already has its timer, which must not be put off); a queue that is full lets its oldest go first, by `expire`, a step of its own before `delay`.
 * Elsewhere: `hand-over` puts the port at the end of the holder's list; into an empty one, it sets the timer `collect` on the holder at now + collectAfterMs, body empty (what is there already has its timer, which must not be put off). In each of these the port ends to have subscriber and session at the step `free`, `free-well-known`, `delay` or `hand-over`.
 * The operation is done with the step that returned, rested or handed over its last port.
 *
 * ## collect, age, blocks, answers
 *
 * `collect` takes the first port from this core's list; then it is freed as its holder would (`expire`, `delay` or `free`). Repeated until a look at the list finds none: `collect-empty`, the operation's last step.
 * `expire` lets go the oldest resting port of this core: its bit is set (and the chunk goes back if whole), as by `free`. `age` does so while the oldest has rested reuseDelayMs or longer (now − time ≥ delay); then `age-done`, the last step.
 * For the timer, in the step `age-done`: if ports still rest on this core, the timer is set anew at the oldest's time + reuseDelayMs, and the core goes on ageing; otherwise it is ageing no more: `aging` 0. The operation leaves the timer and `aging` as they are.
 * So while a port rests its core is ageing, and the timer comes no later than the oldest is due: a full queue, or the operation, may have let go the port that it was set for, and then it is set anew.
 * reserve-block: `reserve` as above with address and block given or searched (witness [start, address, block]; start is the address if given); or `refuse` (no such free block, or the limit is reached). release-block: `release-block` if all chunks of the block are free, or `refuse`.
 * locate, inverse, reply-core: `answer`, changing nothing.
 */
export const textOfStages = {
  take: "A set bit of this core is reset and its port given out.",
  claim: "A free chunk of the shared table becomes this core's: its global bit is reset, its bits are set here.",
  "take-claimed": "A port of the chunk just claimed is given out.",
  "take-well-known": "A port of the well-known table is given out, under its lock.",
  reserve: "A block is reserved for the subscriber and recorded.",
  refuse: "Nothing suitable is free, decided under the lock; nothing changes.",
  free: "The holder sets the bit; a chunk that is whole again goes back in the same step.",
  "free-well-known": "The bit of the well-known table is set, under its lock.",
  "hand-over": "The port goes onto its holder's list.",
  delay: "The holder lets the port rest.",
  collect: "The holder takes the first port from its list.",
  "collect-empty": "The holder finds its list empty.",
  expire: "The port that has rested longest is free again; a chunk that is whole goes back in the same step.",
  "age-done": "No port has rested long enough.",
  "release-block": "The block is free again.",
  answer: "A question is answered; nothing changes.",
} as const;
