/**
 * What the stages of the node do: how the rows of its five systems are strung together. What a row does by itself stands in the `stages.ts` of its system; here only when it is called, what it is given, and what follows.
 *
 * ## Parts
 *
 * Distribution, memory, sessions, ports and quotas are opened with what `parts.ts` makes of the configuration; entries, stages, rules and goals of each follow one another in that order. A step of the node is a step of one of them, or carries the last step of one and a step of another (*fused*): then its stages stand in that order.
 * Sessions' object number o stands for memory's object o mod S (S = `structuresOf`) in the hands of core floor(o / S). Their `take-memory`, `take-quota`, `take-port` are not decided by themselves: the row stops before such a step, another system's row runs in its place, and its last step carries the stage, or the refusal. In the same way `free-port`, `give-quota` and `free-memory`
 * are carried by the *first* step of the row that takes the thing back, and stand before its stage: from then on the session has it no more.
 *
 * ## A packet (send, loop, arrive, reply) on core a
 *
 * Its headers are those of NAT sessions; cost 1, no fragment, no extension, no tag. Flow −1: distribution keeps neither sequence nor home for it, and a core that gets it takes stage `accept`. ICMP is hashed by its addresses. The pair of the scheme `pair` is of addresses by their text.
 * 1. Distribution's row *packet*. Dropped: done, [dropped]. Placed: the next step is 2.
 * 2. At every step: its packet is not at its end: `await`, blocked on its own slot. Otherwise `finish` (or `finish-none` if it was dropped on its way: [dropped]): done with the packet's outcome; yields 1 if it was forwarded.
 * The message `packet` on core c: distribution's row of it. Handed over: done, [handedOn]. Dropped: done, [dropped]. `accept`: the next step is sessions' row of the packet on core c, from `entry` on but without its first case (the distribution has decided whose it is); its last step ends the packet: `freed` its operation's slot; done with its outcome; yields 0.
 * A session's `wait` is blocked on `sessionWait` + the lead's object.
 *
 * The right core of a packet or key is indirection[hash mod buckets] of its plain headers, with the scheme `hash` and no policy; otherwise every core is right (`perPacket`).
 * Lost, as its core is not up: as a packet dropped on its way. What a core that is not up has begun it ends, and its sweeps, scans and collections go on: it only gets no packets.
 *
 * ## What a session takes
 *
 * *Memory*: the row *obtain* of kind session on this core with content = slot of the task + 1; a core that is not ready: `refuse-unready` in its place. Object x: `take-memory` is fused, the session's object is c × S + x, without witness of its own. Refused: `refuse-memory` is fused.
 * *Session quota*: a quota request for one unit of `sessions` of the subscriber on this core. Allowed (counted or not): `take-quota` fused; the unit is noted. Denied: `refuse-quota` fused.
 * *Port*: a quota request for one unit of `ports`; denied: `refuse-port` fused. Allowed: ports' allocation of one port for the subscriber, protocol, the packet's remote (position of its address among `remoteAddressesOf`; in hairpin 0 with remotePort 0), private port = the packet's source port, typePort 0, `want` null, at an address:
 * with a paired address only that (profile `rfc`: then the others); else, deterministic: −1; block: −1; dynamic: each in turn from subscriber mod addresses on, cyclic. Refused at one address the next is tried, its first step the next one. Given: `take-port` fused, the unit is noted with the port (sessions count the ports of a table from the first that is kept apart on, if any are, and those between them and `low` belong to nobody). Refused at the last: `refuse-port` fused if the unit was not counted; else the next step is
 * `undo` (as in ports under quotas), with `refuse-port` fused to it.
 * Deterministic and block allocation with a paired address other than theirs: that address is asked for by position in `block`; in `deterministic` −1 always, and the address of the port given is the paired one from the start (a subscriber has one address).
 *
 * ## What goes back
 *
 * *Port*: `free-port` is fused to the first step of ports' *free* of that port on this core; held by this core, or kept apart, so that any core frees it: then the quota release of its unit; handed over: the unit stays until the holder's `collect` frees it, and is released in the steps that follow. Not counted units: as quota says.
 * *Session quota*: `give-quota` fused to the first step of the quota release of the noted unit. *Memory*: `free-memory` fused to `begin-free` of the object on this core; then memory's give-back. The last step of the last row carries what the session's row does after giving back (outcome, or the next look-up).
 *
 * ## The rest
 *
 * With a policy: rebalance and its message are distribution's rows, as no session needs publishing; core-down, core-up, set-rule, steer, register likewise. vote is distribution's row in any case. What these answer is what distribution answers.
 * Without: rebalance is sessions' row; its bucket is the distribution's; `move-bucket` of sessions is fused with `move-bucket` of distribution, whose moves are counted; publishing is by sessions only, and `refuse-bucket` of distribution is fused to that of sessions.
 * start-up, reconfigure, sweep, configure, collect, age and their timers (`sweep`, `scan`, `collect`, `age`): the row of their system; collect releases units as above.
 *
 * ## What always holds, and what is owed
 *
 * Always: what each system says of itself; NODE-7 over live sessions. At rest: what each owes, and NODE-4, counted over all structures, ports and ledgers.
 */
export const textOfOwnStages = { undo: "The unit of port quota goes back, and the chunk that came with it: no port was free." } as const;
