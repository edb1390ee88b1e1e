/**
 * What the stages of NAT sessions do, step by step: the text both programs are written from.
 *
 * ## Packets and keys
 *
 * A packet is (protocol, from, source address, source port, destination address, destination port, salt); *from* is subscriber + 1, or 0 for the outside. `send` goes from the subscriber's address and `port` to the remote; `loop` (TCP and UDP only)
 * from the subscriber's address and `port` to a NAT address and port; `arrive` from the remote to a NAT address and port. An ICMP packet is an echo: its identifier stands for the subscriber's (or the external) port, and the remote's port is 0 in every tuple and key.
 * `reply` to `of`: if `of` was forwarded outbound: from the outside, source = the destination it was forwarded to, destination = its translated source. Forwarded inbound: from the receiving subscriber, source = the translated destination, destination = the source.
 * Forwarded in hairpin: from the receiving subscriber, source = the translated destination, destination = the translated source.
 *
 * As bytes (for the checksums): IPv4 header without options: type of service 0, total length 20 + transport header + 2, identification = salt, flags and offset 0, time to live 64, protocol, checksum, addresses. TCP, 20 bytes: ports, sequence number = salt, acknowledgement 0, offset and flags
 * 0x5010, window 0x2000, checksum, urgent 0. UDP, 8 bytes: ports, length 10, checksum (0 in packets with salt 0: none was made, and none stands in the translated packet; a computed 0 is written 0xffff). ICMP, 8 bytes: type 8, code 0, checksum without pseudo header,
 * identifier, sequence = salt. Payload: the two bytes of salt. Translation changes addresses and ports (for ICMP the identifier) only; both checksums are right for the result (NAT-20).
 *
 * *Outbound key*: (protocol, domain, subscriber's address, port, destination address, destination port). *Inbound key*: (protocol, remote address, remote port, NAT address, NAT port). Packets from the inside look up the outbound key, those from the outside the inbound key.
 * A *session* is one structure under both keys. In hairpin two structures are linked, the sender's (the *lead*: its destination is the receiver's external endpoint) and the receiver's (its destination is the sender's external endpoint); each stands under its outbound key only, and
 * stamp, references, copies and sweeps are the lead's business for both. Object o belongs to core floor(o / `objects`), its *owner*: the core that created the session.
 *
 * *Right core* of a packet: table[h mod buckets], h = (position of the protocol + source address + 3 × destination address + 5 × source port + 7 × destination port + 11 × d) mod 2^32, d = the subscriber's domain + 1 for a packet from the inside, 0 from the outside; addresses as unsigned 32-bit numbers. The right core of a key
 * is that of a packet that looks it up. With `perPacket` every core is right. Only the present core of a bucket moves it.
 *
 * ## A packet on core c
 *
 * A core has one task under way at a time; only one that waits lets others go on. A packet begins (and begins anew after `wait` and after a lost claim) with **entry**, one step, the first of these that holds:
 * 1. c is not the right core: `hand-over`: message `packet` to the right core (own node), body [position of the protocol, from, source address, source port, destination address, destination port, salt] (addresses as signed 32-bit); the operation is done, [handedOver, core]. The message is a task on its core that begins with entry; its answer is its outcome, and it yields nothing.
 * 2. Rules (read from the configuration): from the inside to an address that is no NAT address the direction is outbound; from the outside inbound; from the inside to a NAT address hairpin. The first rule of direction d or `both` whose source and destination cover the packet (null covers all) decides for direction d; hairpin asks for both
 *    directions: denied if either denies, not translated if either finds no rule. Denied: `deny`, done, [denied]. No rule: `pass`, done, [passed, the packet as it is].
 * 3. The own table has the key (of a live session): `hit`: the stamp becomes now (profile `rfc`: only if the packet came from the inside); done, [forwarded, the translated packet], yields 1.
 * 4. Otherwise `miss`.
 *
 * `miss` → the global table, under the lock of the key's bucket. Key there, structure making: `wait`, blocked on the lead's object number. Live: `adopt`: the key goes into the own table; if c is not the owner and had no key of the session (of both structures, in hairpin), references + 1; stamp as by `hit`; if this core's sweep is not armed it is armed (see there);
 * done, forwarded, yields 1. Not there: `absent`. A task that waits is let go by the step that makes the session live (`place`) or takes its claim away (`undo-claim`).
 *
 * ### Looking up what a new session may use (NAT-2)
 * 1. From the outside, and in hairpin for the receiver, the destination (NAT address, port, protocol): a static mapping: `use-static`, nothing is taken. Else a mapping in the mapping table with this external endpoint, if the present type has `fullCone`: `use-mapping`: its count + 1. In hairpin, if the receiver's endpoint found is the sender's own endpoint: `unmatched` instead. Else `unmatched`: done, [unmatched]; nothing has changed.
 * 2. From the inside, for the sender: a static mapping of its endpoint and protocol: `use-static`. Else, if the present type has `mapping`: the mapping table under its lock: there: `use-mapping`, count + 1; not there: `no-mapping`.
 *    (With neither mapping nor static the session needs a port, and no step is taken here if the type has no `mapping`.)
 * 3. A session that has neither static nor mapping, if the present type has `pairing`: `use-pair` (this subscriber has a paired address: its count + 1) or `no-pair`.
 * The type is read once, in the step of `absent`, and holds for the whole creation.
 *
 * ### Acquiring
 * 4. `take-memory`, witness [object]: any free object of this core; state `taken`. Failing: `refuse-memory`. In hairpin twice: lead, then receiver's.
 * 5. `take-quota`: the subscriber's sessions in use + 1 (with `quota` null the stage happens and counts nothing), or `refuse-quota` at the limit. In hairpin twice: the sender's subscriber, then the receiver's.
 * 6. Only with neither static nor mapping: `take-port`, witness [address, port]: any free port of the pool in the protocol's table; with a paired address only of that (profile `rfc`: of another address when that has none free, D12). None: `refuse-port`. The port notes lead's object + 1.
 *
 * ### Inserting (each under the lock of its table)
 * 7. After `no-pair`: `insert-pair`: the subscriber has no paired address: it gets that of the port, count 1. It has one by now: `lost-pair`: count + 1; if the port's address is another one, the port goes back (`free-port`) and 6 comes again with the paired address.
 * 8. After `no-mapping`: `insert-mapping`: no mapping of the endpoint and protocol: this structure founds one, count 0 (`binding` of the view 1); its subscriber, protocol, privatePort, natAddress, natPort, uses (itself) and paired are written. There is one by now: `lost-mapping`: its count + 1, and its external endpoint is used; what was taken in 6 and 7 goes back: `give-pair` if a pair reference is held, `free-port`.
 * 9. `claim` (D56): in the global table, under the locks of the buckets: if the global table lacks the session's outbound key (in hairpin both), it is put there (in hairpin both); states `making`, every field of the structures is written, the stamp is now. Otherwise `lost-claim`: everything goes back. If the session that has such a key does not stand under the packet's own key (the flow has another translation, as the type was another): the packet is dropped, done, [unmatched], with the last step that gives back. Else, if its lead w is `making` still at the first step after the last that gave back: `wait`, blocked on w, and entry when it is let go; else that first step is entry.
 * 10. `insert-own`: the key of the packet that creates goes into this core's table (NAT-5).
 * 11. `insert-reverse`: the other key of the session (hairpin: the receiver's outbound key) goes into this core's table if this is its right core and not `perPacket`, else into the global table (NAT-6).
 * 12. `place`, one step: a key must be global if `perPacket` holds, its right core is another than this, or this core's table lacks it. If a key must be, each such key is put into the global table if it is not there, and the outbound keys stay there; if none must and the lead has a static mapping or a mapping, all global keys of the session are taken out (the claim is dropped). If none must and it has neither, the outbound keys stay:
 *     its endpoint may have, or get, a mapping by which packets of the same flow come in under another inbound key, and only the claim tells that the flow is taken. Each structure is live. The sweep of this core is armed if it is not.
 *     `freed`: the lead's object number. Done, forwarded, yields 1.
 *
 * ### What fails
 * A `fail` of the kind pending on this core makes the next call of that kind there fail whatever is free: pending − 1, and `refuse-memory` (4), `refuse-quota` (5), `refuse-port` (6), `refuse-pair` (7), `refuse-mapping` (8), `refuse-claim` (9), `refuse-own` (10), `refuse-reverse` (11) stands in place of the stage. After any refusal everything goes back; then the packet is dropped:
 * done, [refused, kind], with the last step that gives back (with the refusal itself if nothing was taken).
 *
 * ### Giving back
 * In this order, a step each, what was taken: `undo-own` (the key out of this core's table), `undo-claim` (all keys of the session out of the global table; states `taken`, other fields stay; `freed`: the lead's object number), the sender's `give-mapping`, the receiver's `give-mapping`, `give-pair`, `free-port`, `give-quota` (sender's, receiver's; it happens with `quota` null too), `free-memory` (lead's, receiver's; state `free`, every field 0).
 * `give-mapping` of a session that uses a founder's mapping: count − 1; if it is 0 now and the founder's state is `binding`, the mapping goes in the same step, and the founder's `give-pair` if it holds a pair reference, `free-port` and `free-memory` follow at once, before the rest. `give-mapping` of the founder: count 0: the mapping goes; otherwise its state becomes `binding` and its `give-pair`,
 * `free-port` and `free-memory` do not take place now. `give-pair`: count − 1; at 0 the subscriber has no paired address any more.
 *
 * ## Sweep of core c (NAT-13, NAT-14)
 *
 * Armed: `armed` of the core is 1 and timer `sweep` is set on this core at now + sweepMs, body empty. The timer's task (and the operation) looks at the leads in ascending order of object number, each at its own step, that are live and of which this core holds a key, or which it owns; one step each, the first that holds:
 * not idle (now − stamp ≤ limit of the protocol): `keep`. Not the owner: `drop-copy`: the keys leave this core's table, references − 1. Owner and references > 0: `keep`. Else `retire`, under the locks of its keys' buckets: the keys leave the own and the global table, states `dying`; then it gives back, as above, and the sweep goes on.
 * (An owner that looks sees references that may be let go a step later: it keeps; the next sweep finds it.) `sweep-end`: no further lead. For the timer: if this core still holds a key of, or owns, a live session the timer is set anew, else armed is 0. Done: [done, sessions retired].
 *
 * ## Rebalance on core c (D54)
 *
 * At every step, the first that holds. The bucket is not this core's: `refuse-bucket`, done, [refusedBucket]. Otherwise, if there is a live structure of which this core's table holds a key whose bucket it is and one of whose session's keys is not global: the lowest such object: `publish`: all keys of its session go into the global table, and the next step follows. None: `move-bucket`: table[bucket] = to; done, [done, published].
 * `perPacket`: nothing needs publishing. Moving a bucket to its own core is a move like any other.
 *
 * `configure`: the type is published; done. `fail`: pending failures of the kind on this core + count; done.
 */
export const textOfStages = {
  deny: "A rule denies the packet.",
  pass: "No rule covers the packet: it goes on untranslated.",
  "hand-over": "The packet belongs to another core and is handed over by message.",
  hit: "The own table has the session: the packet is translated and forwarded.",
  wait: "The session is being made: the packet waits until it is placed or withdrawn.",
  miss: "The own table has no such key.",
  adopt: "The global table has the session: its key goes into the own table, and a reference is counted.",
  absent: "The global table has no such key.",
  unmatched: "No static mapping and no filter lets the packet in; nothing changes.",
  "use-static": "A static mapping gives the endpoint.",
  "use-mapping": "A present mapping is used and counted.",
  "no-mapping": "The endpoint has no mapping.",
  "use-pair": "The subscriber's paired address is used and counted.",
  "no-pair": "The subscriber has no paired address.",
  "take-memory": "A session structure of this core is taken.",
  "take-quota": "A session is counted for the subscriber.",
  "take-port": "A port of a NAT address is taken.",
  "insert-pair": "The subscriber keeps to the address of its port.",
  "lost-pair": "Another core paired the subscriber first: its address is used.",
  "insert-mapping": "The session founds the mapping of its endpoint.",
  "lost-mapping": "Another core mapped the endpoint first: its mapping is used.",
  claim: "The flow is claimed under its outbound key in the global table.",
  "lost-claim": "The flow is claimed already: what was taken goes back, and the winner's session is used.",
  "insert-own": "The key of the packet goes into this core's table.",
  "insert-reverse": "The other key goes into the own table, or the global one if another core will look for it.",
  place: "The session is live; what need not be global is so no longer.",
  "refuse-memory": "No session structure is to be had.",
  "refuse-quota": "The subscriber has all the sessions it may have.",
  "refuse-port": "No port is to be had.",
  "refuse-pair": "The pair cannot be inserted.",
  "refuse-mapping": "The mapping cannot be inserted.",
  "refuse-claim": "The claim cannot be inserted.",
  "refuse-own": "The own table cannot take the key.",
  "refuse-reverse": "The reverse key cannot be inserted.",
  "undo-own": "The key leaves this core's table again.",
  "undo-claim": "The claim leaves the global table again.",
  "give-mapping": "A reference to a mapping goes back; the last takes it away.",
  "give-pair": "A reference to a paired address goes back; the last takes it away.",
  "free-port": "The port is free again.",
  "give-quota": "The subscriber has one session less.",
  "free-memory": "The structure is free again.",
  keep: "The sweep leaves the session.",
  "drop-copy": "An idle session leaves the table of a core that does not own it, and a reference goes back.",
  retire: "An idle session without references leaves its owner's table and the global one.",
  "sweep-end": "The sweep has seen every session of this core.",
  publish: "The keys of a session go into the global table before its bucket moves.",
  "move-bucket": "The bucket belongs to another core.",
  "refuse-bucket": "The bucket is not this core's to move.",
  configure: "New sessions are made with another type.",
  fail: "Calls to come will fail.",
} as const;
