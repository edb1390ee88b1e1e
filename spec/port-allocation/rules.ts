/** The rules of port allocation, and the situations every campaign must reach. Rules that refuse stand in order of precedence. */
import type { Goal, Rule } from "../side.ts";

export const rules: readonly Rule[] = [
  { id: "PORT-1", text: "Every NAT address has two port tables, one for TCP and one for everything else; a port taken in one is still free in the other.", source: "001:642; D16", confidence: "documented" },
  { id: "PORT-2", text: "Basic scheme: bit i is port i plus an offset; each core has a full bitmap; the shared table has one bit a chunk. A core claims a chunk on need, which sets its local bits.", source: "001:646; D14", confidence: "documented" },
  { id: "PORT-3", text: "Shuffled scheme: ports are grouped into slots by their contribution to the hash; in every slot each core owns a fixed share for good, the rest is shared in chunks. A key that does not split the ports evenly is refused.", source: "001:648; D8, D14", confidence: "documented", choices: "Profile patent: whole slots belong to a core. Otherwise every slot gives each core a share, since a core must find reply-local ports for every flow." },
  { id: "PORT-4", text: "Position and port are a fixed permutation of each other; the reverse look-up knows the partition.", source: "001:650, 694", confidence: "documented" },
  { id: "PORT-5", text: "Order of the search: own port in a reply-local slot, held shared port in such a slot, own port elsewhere, held shared port elsewhere, then a free chunk.", source: "001:660-674; D9", confidence: "documented", choices: "A new reply-local chunk is not preferred to the third and fourth." },
  { id: "PORT-6", text: "The search starts at a slot of free choice and goes on cyclically; the first suitable set bit is reset and its port returned.", source: "001:660, 666-668; D0", confidence: "documented" },
  { id: "PORT-7", text: "The search for a free chunk may start anywhere; claiming one resets its global bit and sets its bits at the claiming core in one step, and one of them is then given out.", source: "001:672-674", confidence: "documented" },
  { id: "PORT-8", text: "Freeing sets the bit; a shared chunk that is wholly free again goes back to the shared table in the same step. Own ports never go back.", source: "001:692-700; D10", confidence: "documented" },
  { id: "PORT-9", text: "A port is freed by the core that holds it; another core hands it over, and the holder collects what was handed over.", source: "001:692, 774-780; D11", confidence: "documented" },
  { id: "PORT-10", text: "No port of a table is free at two cores, or free and in use, and no chunk is held by two cores; a claim race is decided by the shared table alone.", source: "001:640, 646", confidence: "documented" },
  { id: "PORT-11", text: "Option: a private port below 1024 is served from the separate well-known table and nothing else; one at or above never gets a port below.", source: "001:652, 716-722; D14", confidence: "documented" },
  { id: "PORT-12", text: "Option: parity is preserved by masking, without falling back to the wrong parity; if the held chunks lack it another is claimed.", source: "001:654, 724-728; D15", confidence: "documented" },
  { id: "PORT-13", text: "Block allocation: a subscriber holds one or several blocks, recorded with it, and gets ports from its blocks only. A block goes back only while none of its chunks is held.", source: "001:656, 702-714; D17", confidence: "documented", choices: "When a block goes back is not said: on request, and refused while a chunk of it is held." },
  { id: "PORT-14", text: "A block is found so: with an address given on that one, otherwise on the pool's addresses in turn; with a block given that one, otherwise the first free one; its bit is reset and it is recorded.", source: "001:702-714", confidence: "documented" },
  { id: "PORT-15", text: "Deterministic NAT computes address and blocks from the subscriber, and the subscriber from the external endpoint.", source: "001:644; D17", confidence: "documented", choices: "Profile patent: the port is computed from the private port too. Otherwise it is dynamic within the blocks." },
  { id: "PORT-16", text: "A particular port asked for is given only if it is free and this core can have it.", source: "001:640", confidence: "documented", choices: "A port that is free at another core belongs to that core and is not given." },
  { id: "PORT-17", text: "Exhaustion is a refusal that changes nothing.", source: "D60", confidence: "chosen" },
  { id: "PORT-18", text: "With memory optimisation a core keeps bits only for its own ports and the chunks it holds; both ways behave alike.", source: "001:650", confidence: "documented" },
  { id: "PORT-19", text: "A request is refused only if, in the range and parity asked for, the core has no own or held bit free and the table no free chunk.", source: "001:662-674", confidence: "documented" },
  { id: "PORT-20", text: "The basic scheme serves deterministic NAT and block allocation, the shuffled one everything else.", source: "001:642", confidence: "documented" },
  { id: "PORT-21", text: "A port within a range asked for comes from the local slots first, then from a chunk claimed within the range.", source: "001:676-690", confidence: "documented", choices: "The local search keeps the order of PORT-5." },
  { id: "PORT-22", text: "A block consists of several chunks, and several cores may hold chunks of one subscriber's block.", source: "001:656", confidence: "documented" },
  { id: "PORT-23", text: "Option: the default port of the packet's type, or else the sender's own port, is tried first.", source: "001:586", confidence: "documented" },
  { id: "PORT-24", text: "While an own or held bit is suitable the shared table is not touched.", source: "001:640", confidence: "documented" },
  { id: "PORT-25", text: "Every port in use leads to its subscriber and session, and no other port does.", source: "001:558, 586", confidence: "documented" },
  { id: "PORT-26", text: "A freed port rests before it is given out again, in a queue of bounded length per core; a full queue lets its oldest go first. Not for deterministic and block allocation, not for address-and-port-dependent mapping.", source: "D18", confidence: "chosen", choices: "Profile patent: off. Profiles product and rfc: on." },
  { id: "PORT-27", text: "The reply core is the one the indirection table names for the hash of the reversed, translated tuple: addresses and ports for TCP and UDP, addresses only for ICMP.", source: "001:602, 662; D8, D53", confidence: "documented" },
];

const numbers = new Map(rules.map((rule, at) => [rule.id, at]));
/** Position of a rule; an unknown id is our own mistake. */
export function ruleNumber(id: string): number {
  const at = numbers.get(id);
  if (at === undefined) throw new Error(`no port rule is called ${id}`);
  return at;
}

export const goals: readonly Goal[] = [
  { id: "port/own-local", text: "An own port in a reply-local slot was given out." },
  { id: "port/held-local", text: "A held shared port in a reply-local slot was given out." },
  { id: "port/own-elsewhere", text: "An own port elsewhere was given out." },
  { id: "port/held-elsewhere", text: "A held shared port elsewhere was given out." },
  { id: "port/claimed", text: "A chunk was claimed." },
  { id: "port/short-chunk", text: "A chunk shorter than the others was claimed." },
  { id: "port/chunk-returned", text: "A chunk went back to the shared table." },
  { id: "port/chunk-moved", text: "A chunk that had gone back was claimed by another core." },
  { id: "port/exhausted", text: "A request was refused because nothing was free." },
  { id: "port/given-after-refusal", text: "A port was given out in a table after a request there had been refused." },
  { id: "port/refused-while-others-free", text: "A request was refused while another core had free ports of its own." },
  { id: "port/parity-claim", text: "A chunk was claimed because the held ones lacked the parity." },
  { id: "port/parity-refused", text: "A request was refused although a port of the wrong parity was free." },
  { id: "port/handed-over", text: "A port was handed over and collected." },
  { id: "port/particular-taken", text: "A particular port was given." },
  { id: "port/particular-claimed", text: "A particular port was given out of a chunk claimed for it." },
  { id: "port/particular-refused", text: "A particular port was refused because it was not free." },
  { id: "port/preserved", text: "The sender's own port was kept." },
  { id: "port/type-port", text: "The default port of the packet's type was given." },
  { id: "port/range", text: "A port within a range asked for was given." },
  { id: "port/range-claimed", text: "A chunk was claimed within a range asked for." },
  { id: "port/well-known", text: "A well-known port was given out." },
  { id: "port/well-known-exhausted", text: "A request was refused because the well-known table had nothing suitable." },
  { id: "port/block-reserved", text: "A block was reserved by an allocation." },
  { id: "port/second-block", text: "A subscriber got a further block." },
  { id: "port/block-shared-by-cores", text: "Two cores held chunks of one subscriber's block." },
  { id: "port/block-limit", text: "A request was refused because the subscriber had all the blocks it may have." },
  { id: "port/block-released", text: "A block went back." },
  { id: "port/block-in-use", text: "A block could not go back because a chunk of it was held." },
  { id: "port/deterministic-full", text: "A deterministic block was full." },
  { id: "port/fixed-port", text: "A port fixed by deterministic NAT was given (profile patent)." },
  { id: "port/rested", text: "A port rested and was free again." },
  { id: "port/queue-full", text: "A full queue let its oldest port go early." },
  { id: "port/icmp", text: "An identifier was given to an ICMP flow." },
  { id: "port/both-tables", text: "The same port was in use in both tables of an address." },
];
const goalNumbers = new Map(goals.map((goal, at) => [goal.id, at]));
/** Position of a goal; an unknown id is our own mistake. */
export function goalNumber(id: string): number {
  const at = goalNumbers.get(id);
  if (at === undefined) throw new Error(`no port goal is called ${id}`);
  return at;
}
