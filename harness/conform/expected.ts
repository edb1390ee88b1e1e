/**
 * What the Linux kernel's NAT is known to do with each rule, and why. A run that finds a rule broken that stands here as kept, or kept that stands here as broken, says so: either the kernel
 * has changed or we have.
 */

export type Standing = "keeps" | "breaks" | "not had" | "not seen";
export interface Expected {
  readonly standing: Standing;
  /** One sentence for the reader of the table. */
  readonly why: string;
}

const keeps = (why: string): Expected => ({ standing: "keeps", why });
const breaks = (why: string): Expected => ({ standing: "breaks", why });
const notHad = (why: string): Expected => ({ standing: "not had", why });
const notSeen = (why: string): Expected => ({ standing: "not seen", why });

const inside = "It speaks of cores, tables or locks inside the node.";

/** By rule id: those of NAT sessions, and of ports those that show on the outside. */
export const expected: { readonly [rule: string]: Expected } = {
  "NAT-1": keeps("Rules on direction, addresses and ports are filter rules before the connection tracking."),
  "NAT-2": keeps("A packet of a known flow never makes a second one."),
  "NAT-3": keeps("One tracked connection answers for both directions."),
  "NAT-4": notSeen(inside),
  "NAT-5": notSeen(inside),
  "NAT-6": notSeen(inside),
  "NAT-7": notSeen(inside),
  "NAT-8": notSeen(inside),
  "NAT-9": notSeen(inside),
  "NAT-10": notSeen("Calls do not overlap in these histories."),
  "NAT-11": keeps("What neither a session nor a static mapping lets in is dropped."),
  "NAT-12": keeps("Packets of either direction refresh a connection."),
  "NAT-13": notSeen("Idle connections go when they are looked for; no sweep shows."),
  "NAT-14": keeps("After its limit a connection is gone and its port can be given again."),
  "NAT-15": notSeen(inside),
  "NAT-16": notSeen(inside),
  "NAT-17": breaks("A packet that is dropped on its way still counts against a limit of connections (ct count) for a moment."),
  "NAT-18": keeps("A changed rule set leaves tracked connections as they are."),
  "NAT-19": breaks("A packet to the sender's own static endpoint is translated and comes back to it."),
  "NAT-20": keeps("Checksums are right, absent UDP checksums stay absent, nothing else changes."),
  "NAT-21": keeps("A packet after the limit makes a new connection."),
  "NAT-22": keeps("The translation of a connection never changes."),
  "NAT-23": breaks("A source range cannot leave out single ports, so a pool gives out the port of a static mapping."),
  "NAT-24": notHad("Mappings depend on the remote endpoint; no setting shares one between remotes."),
  "NAT-25": keeps("The flag persistent keeps a subscriber to one address."),
  "NAT-26": notSeen(inside),
  "PORT-1": breaks("Echo identifiers and UDP ports are separate tables."),
  "PORT-10": breaks("A port serves as many flows as have different remotes."),
  "PORT-13": keeps("A map from subscriber to range holds a subscriber to its block."),
  "PORT-17": breaks("When every port is in use, flows to other remotes are given ports in use."),
  "PORT-19": breaks("The address is chosen by a hash of the endpoints; when it has no port left the packet is dropped, whatever other addresses have."),
  "PORT-23": keeps("The sender's own port is kept where it is free."),
};
