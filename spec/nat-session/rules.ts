/** The rules of NAT sessions, and the situations every campaign must reach. */
import type { Goal, Rule } from "../side.ts";

export const rules: readonly Rule[] = [
  { id: "NAT-1", text: "Ordered NAT rules on direction, addresses, masks and ports decide whether a packet is translated outbound, inbound or in hairpin, dropped, or left as it is; the first that covers it counts.", source: "001:498, 514, 562", confidence: "documented", choices: "A packet that no rule covers passes untranslated; hairpin asks the rules of both directions." },
  { id: "NAT-2", text: "A packet looks for its session first, then (outbound) for a mapping or (inbound) for a static mapping or filter, then for a paired address; only then is anything made.", source: "001:546, 566-592; D5", confidence: "documented" },
  { id: "NAT-3", text: "A flow has one session structure for both directions, under an outbound key (subscriber endpoint, destination endpoint) and an inbound key (destination endpoint, NAT endpoint), with protocol and traffic domain.", source: "001:536; D1", confidence: "documented" },
  { id: "NAT-4", text: "The core that creates a session owns it and every resource taken for it.", source: "001:538; D61", confidence: "documented" },
  { id: "NAT-5", text: "The key of the packet that creates a session goes into the creating core's own table.", source: "001:540, 600", confidence: "documented" },
  { id: "NAT-6", text: "The reverse key goes into the same core's table if the reply will reach this core, else into the node's global table.", source: "001:540, 604-606; D5", confidence: "documented" },
  { id: "NAT-7", text: "The first packet on a core that lacks the key finds the session globally, copies the key into that core's own table, and counts one reference for the core.", source: "001:540, 608, 616; D7", confidence: "documented", choices: "One reference a core, however many keys it copied; the owner counts none." },
  { id: "NAT-8", text: "A packet whose key its core has touches no global table.", source: "001:540", confidence: "documented" },
  { id: "NAT-9", text: "Every look-up, insertion and removal in the global table is made under the lock of the key's bucket.", source: "001:540, 626; D55", confidence: "documented" },
  { id: "NAT-10", text: "There is at most one live session a flow, whichever cores and directions raced: the flow is claimed under its outbound key in the global table; who loses gives back all it took and its packet uses the winner's session.", source: "001:536, 580-582; D6, D56", confidence: "documented", choices: "A packet that meets a session in the making waits for it. Where the type was changed in between, a packet to an external endpoint that is no longer the flow's is dropped. A session that only its core knows drops its claim, unless it has neither mapping nor static mapping: its endpoint may be given a mapping later." },
  { id: "NAT-11", text: "A session may begin inbound, where a static mapping or a full-cone mapping lets it in; ownership and tables mirror the outbound case.", source: "001:548, 598-606", confidence: "documented" },
  { id: "NAT-12", text: "An accepted packet sets the session's stamp to now; a session is idle when now − stamp exceeds the limit of its protocol (strictly), one second to one day.", source: "001:614; D19", confidence: "documented", choices: "Packets of either direction; in profile rfc outbound ones only (from the inside). In profile patent any look-up counts, which here is the same." },
  { id: "NAT-13", text: "Each core sweeps its sessions every 1 to 300 s, one session a step; on a core that does not own it an idle session leaves that core's table and gives its reference back.", source: "001:610-616", confidence: "documented" },
  { id: "NAT-14", text: "On the owner an idle session without references leaves the own and the global table in one step, then gives back its mapping and pair references, and port, quota and memory when those are no longer used; one with references stays.", source: "001:618-630; D20", confidence: "documented", choices: "The founder of a mapping that others use keeps its structure, port and pair reference until the last of them is gone (BIND-4)." },
  { id: "NAT-15", text: "A count of references is never negative.", source: "001:616; D7", confidence: "documented" },
  { id: "NAT-16", text: "Creation runs in stages; when a later one fails the earlier insertions are undone, the latest first, one visible effect a step.", source: "001:548-550; D6", confidence: "documented" },
  { id: "NAT-17", text: "When memory, quota, port, address or a table entry is lacking the packet is dropped and, once it is, nothing else has changed.", source: "001:572, 772, 840; D73", confidence: "documented" },
  { id: "NAT-18", text: "A changed NAT type holds for sessions whose creation begins after it and leaves existing ones alone.", source: "001:544; D21", confidence: "documented", choices: "The type is read when a packet has found no session." },
  { id: "NAT-19", text: "Hairpin traffic is translated on both sides by two linked sessions: the receiver sees the sender's external endpoint; both become visible in one step, and if one fails neither does.", source: "001:486, 498; D23", confidence: "documented", choices: "A packet to the sender's own endpoint is not translated." },
  { id: "NAT-20", text: "Translation changes the source (outbound), the destination (inbound) or both (hairpin); both checksums are right afterwards, and nothing else changes.", source: "001:242, 504; D57", confidence: "documented", choices: "A UDP packet without a checksum stays without one." },
  { id: "NAT-21", text: "A packet before the sweep's step refreshes an idle session; one after it finds none and makes a new one; none is lost to a dying session.", source: "001:574, 610-614; D58", confidence: "documented" },
  { id: "NAT-22", text: "The translation of a session never changes after its creation.", source: "001:538, 732", confidence: "documented" },
  { id: "NAT-23", text: "A static mapping of an endpoint is used before any dynamic one, and its port is no port of the pool.", source: "001:632; D22", confidence: "documented" },
  { id: "NAT-24", text: "The mapping of an endpoint is made by the session that found none and shared by all later ones, which count references; an insertion lost to another core uses what is there.", source: "001:544, 578, 588-590; D6", confidence: "documented" },
  { id: "NAT-25", text: "With paired pooling the sessions of a subscriber that take a port take it of one NAT address; when that has none left the packet is dropped.", source: "001:584, 594-596; D12", confidence: "documented", choices: "In profile rfc another address serves then." },
  { id: "NAT-26", text: "A packet that reaches a core other than the right one is handed over to it; a bucket moves only after its core has published both keys of the sessions it holds there, so that a flow keeps its translation.", source: "001:400, 430-432, 426; D54", confidence: "chosen" },
];

const numbers = new Map(rules.map((rule, at) => [rule.id, at]));
/** Position of a rule; an unknown id is our own mistake. */
export function ruleNumber(id: string): number {
  const at = numbers.get(id);
  if (at === undefined) throw new Error(`no rule of NAT sessions is called ${id}`);
  return at;
}

export const goals: readonly Goal[] = [
  { id: "nat/created-outbound", text: "A session began outbound." },
  { id: "nat/created-inbound-static", text: "A session began inbound through a static mapping." },
  { id: "nat/created-inbound-mapping", text: "A session began inbound through a full-cone mapping." },
  { id: "nat/created-hairpin", text: "A hairpin pair was made." },
  { id: "nat/local-only", text: "A session dropped its claim, as both keys were its core's own." },
  { id: "nat/reverse-global", text: "A reverse key went into the global table." },
  { id: "nat/adopted", text: "A core copied another core's session." },
  { id: "nat/owner-adopted", text: "The owner itself found its session globally and counted no reference." },
  { id: "nat/waited", text: "A packet waited for a session in the making." },
  { id: "nat/lost-claim", text: "A creation lost its claim and its packet used the winner's session." },
  { id: "nat/lost-mapping", text: "A mapping was lost to another core." },
  { id: "nat/lost-pair", text: "A pairing was lost to another core, with another address." },
  { id: "nat/mapping-shared", text: "A second session used a mapping." },
  { id: "nat/binding-outlived", text: "A founder's session was retired while others used its mapping." },
  { id: "nat/binding-ended", text: "The last user of such a mapping freed it." },
  { id: "nat/refreshed-idle", text: "A packet refreshed a session that was idle already." },
  { id: "nat/kept-by-references", text: "An idle session stayed because of its references." },
  { id: "nat/copy-dropped", text: "A core that did not own a session dropped its copy." },
  { id: "nat/retired-shared", text: "A session that was in the global table was retired." },
  { id: "nat/retired-hairpin", text: "A hairpin pair was retired." },
  { id: "nat/remade", text: "A packet came after its session was retired and made a new one." },
  { id: "nat/handed-over", text: "A packet was handed over to its right core." },
  { id: "nat/published", text: "A session was published before its bucket moved." },
  { id: "nat/refused-memory", text: "No structure was free." },
  { id: "nat/refused-quota", text: "A subscriber had no session left." },
  { id: "nat/refused-port", text: "No port was free." },
  { id: "nat/undone-reverse", text: "A creation was undone at its last insertion." },
  { id: "nat/undone-hairpin", text: "A hairpin creation was undone." },
  { id: "nat/unmatched", text: "An inbound packet was let in by nothing." },
  { id: "nat/denied", text: "A rule denied a packet." },
  { id: "nat/passed", text: "No rule covered a packet." },
  { id: "nat/type-changed", text: "A session that lives was made with another type than the present one and was hit." },
];
const goalNumbers = new Map(goals.map((goal, at) => [goal.id, at]));
/** Position of a goal; an unknown id is our own mistake. */
export function goalNumber(id: string): number {
  const at = goalNumbers.get(id);
  if (at === undefined) throw new Error(`no goal of NAT sessions is called ${id}`);
  return at;
}
