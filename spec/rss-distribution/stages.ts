/**
 * What the stages of distribution over cores do, step by step: the text both programs are written from. One node; other nodes are what stands of them in this one's tables.
 *
 * ## Words
 *
 * A core is *available* if it is up and carries traffic. All cores are up at the start; the control core stays up. b = 2^bits; the bucket of a hash is hash mod b (its lowest bits).
 *
 * *Headers.* Everything but `unwrap` looks at the headers of `flow`, the inner ones (RSS-8): flow 2i is conversation i, flow 2i + 1 the same with source and destination (addresses and ports) exchanged; the protocol is the conversation's. The family is that of its addresses. `outer` and `sealed` change nothing but that `unwrap` is taken.
 * The *protocol can be seen* unless `encrypted` or `none` is among `extensions`; the *ports can be seen* if besides the protocol is TCP or UDP, `fragment` is false and the extension `fragment` is absent. Profile `patent`: with any extension neither can be seen.
 *
 * *Hash* (RSS-1): Toeplitz under the key over source address, destination address and, if the ports can be seen, source port and destination port, each in network order. A *plain* packet of a flow has no extension, is no fragment, carries no hash and no tag. The *bucket of a flow* is that of the hash of its plain packets.
 *
 * *Load* of a core: costs of the packets given to it and not yet finished, dropped, lost or handed over (RSS-20). *Least loaded* among some cores: each whose load no other of them undercuts; which one is a free choice.
 *
 * ## Memory and locks
 *
 * Shared, under lock T: the indirection table with what is asked for and the count of moves, up, votes, the state of the schemes, pairs, rules, steering, addresses, what other nodes adopted, a flow's sequence and last core, packets dropped for want of a core. Under lock Q of a core: its load, number of waiting packets, queue, dropped, lost.
 * Under lock F of a conversation: home and published of its two flows, its establishing core. A core's own, without lock: which flows it knows and the last sequence number it delivered of each (`down` clears that of a core that has stopped). A step holds the locks of all it reads or writes, taken in the order T, Q by core, F by conversation, to its end; so each step here is atomic.
 *
 * A *record* goes with a waiting packet: [slot of the operation, flow, sequence number, hash as signed 32 bits (0: none), how (`How`), cost, times handed over], seven words. Carrier `message`: they are the body of message `packet`. Carrier `shared`: they stand at the end of the core's queue in shared memory (room for queueMax), and the message has an empty body: it takes the oldest record of its core's queue. Either way a core
 * counts its waiting packets, at most queueMax. Messages go to the own node and are sent in the step named. Channels are first in, first out. An operation runs on any core, available or not: distributors live beside the packet engines.
 *
 * ## packet, on core a
 *
 * With `outer`: first `unwrap`, which changes nothing. Then one step decides, by the first of these that applies (RSS-19), and the same step places:
 * 1. The destination is registered as internal to a node other than 0: `to-node`, done, [toNode, node, 0], yields 0; nothing else changes. To node 0: `internal`: the control core, whether it carries traffic or not; how = internal.
 * 2. `tag` names an available core: `by-tag`.
 * 3. The first rule, in order, that is on, covers the packet and names an available core: `by-rule`. It covers if everything it asks for agrees: addresses by position; the protocol only if it can be seen; ports only if they can be seen.
 * 4. The first steering entry, in order, that names an available core and whose value is the destination address, or the destination port if ports can be seen: `by-steering`.
 * 5. The schemes in order; the first that applies decides. c = the core it gives:
 *    - hash, always applies. `carried` from a node that has adopted the key: `by-carried-hash`, its hash; otherwise `by-hash`, the hash computed here. c = indirection[bucket], available or not; how = byHash.
 *    - virtual-address, card, function: the list is that of the destination address; of the card; of the first function with low ≤ destination port ≤ high, if ports can be seen (a packet in no function: the scheme does not apply). `by-address`, `by-card`, `by-function`: c = least loaded of the available cores of the list; it does not apply if there is none.
 *    - pair: source and destination in either order. If the pair has a core that is available that one; else the least loaded available core, and the pair has that one from now on. `by-pair`. Does not apply if no core is available.
 *    - established: the conversation's establishing core, if there is one and it is available: `by-establisher`.
 *    - least-loaded: the core in turn, if it is available and has packets left: it, left − 1. Otherwise the least loaded available core, which is in turn now with left = packets − 1. `by-load`. Does not apply if no core is available.
 *    - time-slice: the slice's core, if there is one, now < its end and it is available. Otherwise any available core other than the slice's core (that one too if no other is available); it has the slice now, its end = now + ms. `by-slice`. Does not apply if no core is available.
 *    - thresholds, load L of core a: `by-threshold`. a if a is available and either L < low, or L < high and no available core has less load, or no other core is available. Otherwise the least loaded of the available cores other than a. Does not apply if no core is available.
 *    - votes: among the available cores that have a vote one with the greatest weight = ageWeight × min(now − its time, ageMaxMs) + priorityWeight × its levels; its vote is used up. `by-vote`. Does not apply if none has one.
 * 6. `drop-none`: the node's count of dropped packets + 1; done, [dropped, −1, 0], yields 0.
 *
 * *Placing* on c: if queueMax packets wait at c: `drop-full` stands in place of the stage: c's dropped + 1, nothing else changes (no vote used, no turn counted, no pair noted); done, [dropped, c, hash], yields 0. Otherwise waiting + 1, load + cost, the flow's sequence + 1 (the record has the new one), the flow's last core = c, message `packet` to c; done, [placed, c, hash], yields 1.
 * `hash` in the outcome is that of step 5's hash, 0 for every other way. Witness: [c] for by-address, by-card, by-function, by-pair, by-load, by-slice, by-threshold and by-vote, also where only one core is allowed, and for a drop-full in place of one of these; no other stage of a packet has one.
 *
 * ## message `packet`, on core c
 *
 * One step, the first that holds. *Over* means: waiting − 1 at c, and the record leaves its queue. The packet *ends* with lost, drop-full or delivery: then `freed` is the slot of its operation, which a finish may be waiting for. Yields 0.
 * 1. c is not up: `lost`: over, load − cost, lost + 1; done, [lost, c].
 * 2. how = byHash and d = indirection[bucket of its hash] ≠ c: `hand-over` to d (whether d is available or not).
 * 3. how = internal: `accept`: delivered; no flow is looked up.
 * 4. c knows the flow: `hit`: delivered.
 * 5. The flow has a home h ≠ c that is up, and is not published: `hand-home` to d = h; how becomes otherwise (its bucket no longer matters; a hand-over back would never end).
 * 6. The flow is published: `adopt`: c knows it; delivered.
 * 7. `establish`: c knows it; home = c (also if it named a core that is not up); the conversation's establishing core = c if it has none or one that is not up; published if `choosesByLoad(config)`; delivered.
 *
 * *Delivered*: over; load stays; if it was never handed over, the core's last number of the flow = its sequence number; done, [delivered, c]. *Handed over* to d: if queueMax packets wait at d: `drop-full` instead: over, load − cost, d's dropped + 1; done, [dropped, d]. Otherwise over, load − cost at c; waiting + 1, load + cost at d, times handed over + 1, hash, number and flow's sequence as they are,
 * message `packet` to d; done, [handedOver, d]. The packet goes on waiting, and counts for d.
 *
 * ## finish of a packet
 *
 * At every step: the packet waits: `await`, blocked on the slot of its operation. It was delivered at c: `finish`: load of c − cost; done, [done, c]. (Also if c has gone since.) Otherwise it was lost or dropped on its way: `finish-none`: done, [done, −1]. The referred packet is used up.
 *
 * ## rebalance on core c: bucket to core d (operation, or message with body [bucket, to])
 *
 * At every step, the first that holds:
 * 1. indirection[bucket] ≠ c, or c is not up: `refuse-bucket`, done, [refused, 0].
 * 2. d is not available: `refuse-core`, done, [refused, 0].
 * 3. A flow of this bucket with home c that is not published: the lowest: `publish`: it is published; the next step follows.
 * 4. `move-bucket`: indirection[bucket] = d (d = c is a move like any other), moves + 1; done, [done, flows published by this task].
 * The message's last step, whichever it is, also sets what is asked for of the bucket to 0. Flows published by a task that is then refused stay published.
 *
 * ## core-down of core x, on core a
 *
 * a is not the control core, or x is the control core, or x is not up: `refuse-control`, done, [refused, 0]. Otherwise `down`, one step: x is not up; its own memory is gone: it knows no flow, all its last numbers are 0. Packets that wait there stay until their messages lose them. Then, at every step, the first that holds:
 * 1. A bucket's core is x, and some core is available: the lowest such bucket: `move-away`, witness [to]: any available core; indirection[bucket] = to, moves + 1.
 * 2. A bucket's core is x, and this task has not stranded yet: `strand`: nothing changes; from now on 1 and 2 are passed over in this task.
 * 3. A flow's home is x: the lowest. Published: `take-over`: home = the control core, which knows it now. Not: `forget-flow`: home none. Either way the conversation's establishing core, if it is x, becomes none.
 * 4. `down-end`: done, [done, buckets moved].
 *
 * ## core-up of core x, on core a
 *
 * a is not the control core, or x is up: `refuse-control`, done, [refused, 0]. Otherwise `up`: x is up (its memory empty, its vote, load, queue and counts as they stand). Then each bucket once, ascending: a step takes the lowest bucket, above those already taken or passed, that at this step needs something:
 * its core is not up and some core is available: `move-away`, witness [to]: any available core, as above; its core p ≠ x is up, x was configured for the bucket and x is available: `ask-back`: what is asked for of the bucket = x, message `rebalance` [bucket, x] to p. No such bucket: `up-end`: done, [done, buckets asked for].
 *
 * ## Other nodes (RSS-7)
 *
 * share-key with node n: nodes[n] ≠ cores: `refuse-peer`, done, [refused]. Otherwise `share-key`: n's adopted = 0, its bits = bits; the task notes the count of moves. Then for each bucket ascending, a step each, `share-bucket`: n's bucket = indirection[bucket] + 1 as it is at that step. After the last: the count of moves is still the noted one: `share-end`: adopted = 1, done, [done]; else `share-again`: the new count is noted, and it begins again
 * with bucket 0. (Until `share-end` hashes of n are not used, though n had adopted before.) node-core: `answer`: adopted: done, [done, core of n's bucket of the hash]; else done, [refused, −1].
 *
 * ## Settings and answers, a step each
 *
 * `vote`: this core has a vote: time now, levels = how many of the scheme's `levels` are above its load (strictly) at this step; an older vote of it is replaced. `set-rule`, `steer`: as said, even if nothing changes. All: done, [done].
 * register: the address is registered with a node (0 included) and `node` is another one, not −1: `refuse-address`, done, [refused]; else `register`, done, [done]. assign: `assign`, witness [address]: any address of `assignable` that no node has: it is the node's; done, [done, address]. None: `refuse-assign`, done, [refused, −1].
 * reply-core: `answer`, changing nothing. The reply is the flow's protocol from the flow's (destination, destination port) to (`address`, `port`); a plain packet. It is decided as in 1, 3, 4 and 5 as things stand at this step, without placing: to node 0: [done, control core, 0]; to another node: [unforeseen, −1, 0]; by rule or steering: [done, core, 0]; the schemes in order: hash: [done, indirection[bucket], hash];
 * virtual-address and function: as for packets if just one core of the list is available ([done, core, 0]), not applying if none is, unforeseen if several are; card: not applying if all its lists are empty, else unforeseen; any other scheme: unforeseen. The port of an ICMP flow is not looked at.
 *
 * ## What always holds, and what is owed
 *
 * Always: loads are not negative and are the sum as defined; waiting is the number of packets that wait at the core, at most queueMax; every bucket names a core that carries traffic; a flow that a core knows is published or has that core as home; a flow with a home that is up is known there; the last number of a flow at a core grows, and is at most the flow's sequence.
 * At rest: no packet waits; nothing is asked for; every bucket's core is up if any core is available; no flow's home is a core that is not up; every finish has ended.
 *
 * A stage stands under the rule that `stageRules` names for it, and besides under: RSS-1 a hash computed here; RSS-2 any decision by hash; RSS-8 any decision about an encapsulated packet; RSS-11 a hand-over of either kind; RSS-14 a core passed over, or refused, because it carries no traffic; RSS-15 a decision about a packet with extension headers; RSS-16 a delivery; RSS-18 a full queue at a hand-over;
 * RSS-19 any decision; RSS-20 any change of load; RSS-25 a decision by a scheme that is not the first.
 */

/** One sentence for each stage, for reports. */
export const textOfStages = {
  unwrap: "The encapsulation is taken off: the inner headers decide.",
  "to-node": "The packet goes to the node that has its destination as internal address.",
  internal: "The packet is for an internal address of this node: the control core gets it.",
  "by-tag": "The tag of a distributor outside names the core.",
  "by-rule": "A rule on the tuple names the core.",
  "by-steering": "The steering table names the core.",
  "by-hash": "The hash computed here picks the bucket, and the bucket names the core.",
  "by-carried-hash": "The hash that came with the packet picks the bucket.",
  "by-address": "The virtual address has the core.",
  "by-card": "The card has the core.",
  "by-function": "The function of the destination port has the core.",
  "by-pair": "Client and server have the core.",
  "by-establisher": "The core that established the conversation gets its packets.",
  "by-load": "The least loaded core gets the packet, or the one in turn.",
  "by-slice": "The core of the time slice gets the packet.",
  "by-threshold": "The core where the packet arrived keeps it or passes it on, by its load.",
  "by-vote": "The vote with the greatest weight gets the packet and is used up.",
  "drop-full": "The core has no room for the packet.",
  "drop-none": "No core is available for the packet.",
  lost: "The core has gone; the packet that waited there is lost.",
  "hand-over": "The bucket has moved: the packet goes to its present core.",
  accept: "A packet to an internal address is delivered.",
  hit: "The core knows the flow: the packet is delivered.",
  "hand-home": "Only another core knows the flow: the packet goes there.",
  adopt: "The core gets to know a published flow; the packet is delivered.",
  establish: "The flow is new: it has its home at this core; the packet is delivered.",
  await: "The packet is still on its way: whoever finishes it waits.",
  finish: "The packet is processed: its cost leaves the core's load.",
  "finish-none": "The packet was lost on its way: there is nothing to finish.",
  publish: "A flow is published before its bucket moves.",
  "move-bucket": "The bucket belongs to another core.",
  "refuse-bucket": "The bucket is not this core's to move.",
  "refuse-core": "The bucket cannot go to a core that is not available.",
  down: "The core is gone, and its own memory with it.",
  "move-away": "The control core moves a bucket of a core that has gone.",
  strand: "No core is left that could take the buckets.",
  "take-over": "The control core takes over a published flow.",
  "forget-flow": "A flow that only the core knew is lost.",
  "down-end": "Nothing names the core any more.",
  up: "The core is back.",
  "ask-back": "The present core of a bucket is asked to give it back.",
  "up-end": "Every bucket has been seen to.",
  "refuse-control": "It is not for this core to say, or nothing new.",
  vote: "The core has voted for load.",
  "set-rule": "The rule holds, or no longer.",
  steer: "The entry of the steering table names another core.",
  register: "The address is registered as internal.",
  "refuse-address": "The address is internal to another node.",
  assign: "The distributor assigns an internal address.",
  "refuse-assign": "No address is left to assign.",
  "share-key": "The other node begins to adopt key and bits.",
  "share-bucket": "The other node adopts a bucket.",
  "share-again": "The table has changed meanwhile: its adoption begins again.",
  "share-end": "The other node has adopted the table as it stands.",
  "refuse-peer": "A node with another number of cores cannot adopt the table.",
  answer: "A question is answered; nothing changes.",
} as const;
