/** The NAT rules and static mappings of a configuration, compiled to integers, and the questions that packets ask of them. */
import type { Match, NatConfig } from "../../spec/nat-session/terms.ts";
import { protocols } from "../../spec/nat-session/terms.ts";
import { Direction, Field } from "./words.ts";

/** What the rules say of a packet, the weakest first: where two are asked the stronger counts. */
export const Verdict = { permit: 0, none: 1, deny: 2 } as const;

/** Words of a rule: the verdict, 1 for each direction, then what source and destination must be: mask, address under it, lowest and highest port. */
const Compiled = { verdict: 0, outbound: 1, inbound: 2, source: 3, destination: 7, words: 11 } as const;
/** Words of a static mapping; `subscriber` + 1, `address` position + 1. */
export const Static = { protocol: 0, subscriber: 1, port: 2, address: 3, externalPort: 4, words: 5 } as const;

/** The 32-bit number of an IPv4 address, signed. */
export function addressNumber(text: string): number {
  let number = 0;
  for (const part of text.split(".")) number = (number << 8) | Number(part);
  return number;
}

/** Both lists in order, as the first that fits counts. */
export class Policy {
  #rules = new Int32Array(0);
  /** Static mappings, `Static.words` each. */
  statics = new Int32Array(0);

  open(config: NatConfig): void {
    this.#rules = new Int32Array(config.rules.length * Compiled.words);
    config.rules.forEach((rule, n) => {
      const at = n * Compiled.words;
      this.#rules[at + Compiled.verdict] = rule.action === "permit" ? Verdict.permit : Verdict.deny;
      this.#rules[at + Compiled.outbound] = rule.direction === "inbound" ? 0 : 1;
      this.#rules[at + Compiled.inbound] = rule.direction === "outbound" ? 0 : 1;
      this.#compile(at + Compiled.source, rule.source);
      this.#compile(at + Compiled.destination, rule.destination);
    });
    this.statics = Int32Array.from(config.statics.flatMap((one) => [protocols.indexOf(one.protocol), one.subscriber + 1, one.port, one.address + 1, one.externalPort]));
  }

  /** `null` covers every address and port. */
  #compile(at: number, match: Match | null): void {
    const mask = match === null || match.bits === 0 ? 0 : -1 << (32 - match.bits);
    this.#rules[at] = mask;
    this.#rules[at + 1] = match === null ? 0 : addressNumber(match.address) & mask;
    this.#rules[at + 2] = match === null ? 0 : match.low;
    this.#rules[at + 3] = match === null ? 65_535 : match.high;
  }

  /** NAT-1. In hairpin the rules of both directions are asked: one that denies is enough, and so is one that has no rule. */
  verdict(records: Int32Array, r: number): number {
    const direction = records[r + Field.direction];
    if (direction !== Direction.hairpin) return this.#first(records, r, direction === Direction.outbound ? Compiled.outbound : Compiled.inbound);
    const outbound = this.#first(records, r, Compiled.outbound);
    const inbound = this.#first(records, r, Compiled.inbound);
    return Math.max(outbound, inbound);
  }

  /** Of the first rule of a direction that covers the packet. */
  #first(records: Int32Array, r: number, direction: number): number {
    const rules = this.#rules;
    for (let at = 0; at < rules.length; at += Compiled.words) {
      if (rules[at + direction] === 0) continue;
      if (!this.#covers(at + Compiled.source, records[r + Field.sourceAddress], records[r + Field.sourcePort])) continue;
      if (this.#covers(at + Compiled.destination, records[r + Field.destinationAddress], records[r + Field.destinationPort])) return rules[at + Compiled.verdict];
    }
    return Verdict.none;
  }

  #covers(at: number, address: number, port: number): boolean {
    const rules = this.#rules;
    return (address & rules[at]) === rules[at + 1] && port >= rules[at + 2] && port <= rules[at + 3];
  }

  /** Index of the static mapping of a subscriber's endpoint; -1: none. */
  staticOf(protocol: number, subscriber: number, port: number): number {
    return this.#findStatic(protocol, subscriber, Static.subscriber, port, Static.port);
  }

  /** Index of the static mapping with this external endpoint; -1: none. */
  staticAt(protocol: number, address: number, port: number): number {
    return this.#findStatic(protocol, address, Static.address, port, Static.externalPort);
  }

  #findStatic(protocol: number, party: number, partyWord: number, port: number, portWord: number): number {
    const { statics } = this;
    for (let at = 0; at < statics.length; at += Static.words) {
      if (statics[at + Static.protocol] === protocol && statics[at + partyWord] === party && statics[at + portWord] === port) return at;
    }
    return -1;
  }
}
