/** The hash of a packet: what its addresses contribute is in its record, its ports are looked up (RSS-1). */
import type { Headers } from "../../spec/rss-distribution/composed.ts";
import { remembered } from "../../spec/remembered.ts";
import { protocols, type RssConfig } from "../../spec/rss-distribution/terms.ts";
import { addressBytes, toeplitzOf, type Toeplitz } from "../toeplitz.ts";
import type { RssMemory } from "./memory.ts";
import * as words from "./words.ts";

const { Field, Seen } = words;

const icmp = protocols.indexOf("icmp");
/** Bytes of an IPv4 address. */
const ipv4Bytes = 4;

/** What addresses contribute by position, as the source and as the destination. */
export class AddressHashes {
  readonly asSource: Int32Array;
  readonly asDestination: Int32Array;
  readonly isIpv6: Int32Array;
  /** IPv4 addresses as signed 32-bit numbers; 0 for others. */
  readonly numbers: Int32Array;

  constructor({ key, addresses }: RssConfig) {
    const toeplitz = toeplitzOf(key);
    const families = addresses.map((text) => (text.includes(":") ? 6 : 4));
    const pairs = addresses.map((text, at) => toeplitz.address(text, families[at]));
    this.asSource = Int32Array.from(pairs, (pair) => pair[0]);
    this.asDestination = Int32Array.from(pairs, (pair) => pair[1]);
    this.isIpv6 = Int32Array.from(families, (family) => Number(family === 6));
    this.numbers = Int32Array.from(addresses, (text, at) => (families[at] === 6 ? 0 : addressBytes(text, 4).reduce((number, byte) => (number << 8) | byte, 0)));
  }

  /** Position of an IPv4 address; -1: the configuration does not have it. */
  position(number: number): number {
    for (let at = 0; at < this.numbers.length; at++) if (this.numbers[at] === (number | 0) && this.isIpv6[at] === 0) return at;
    return -1;
  }
}

/** What the addresses of a configuration contribute. */
export const addressHashesOf = remembered((config: RssConfig) => new AddressHashes(config));

/** What two IPv4 addresses contribute, whether the configuration has them or not. */
export function hashOfNumbers({ contribution }: Toeplitz, source: number, destination: number): number {
  let hash = 0;
  for (let i = 0; i < ipv4Bytes; i++) {
    const shift = 24 - 8 * i;
    hash ^= contribution[i * 256 + ((source >>> shift) & 255)] ^ contribution[(ipv4Bytes + i) * 256 + ((destination >>> shift) & 255)];
  }
  return hash;
}

/** The hash of the headers in the record, as a signed 32-bit integer. */
export function hashOf({ records, toeplitz }: RssMemory, r: number): number {
  const addresses = records[r + Field.addressHash];
  if ((records[r + Field.seen] & Seen.ports) === 0) return addresses;
  const family = records[r + Field.isIpv6] === 1 ? 6 : 4;
  return addresses ^ toeplitz.sourcePort(records[r + Field.sourcePort], family) ^ toeplitz.destinationPort(records[r + Field.destinationPort], family);
}

/** The hash of a plain packet with these headers. */
export function hashOfHeaders(toeplitz: Toeplitz, headers: Headers): number {
  const addresses = hashOfNumbers(toeplitz, headers.sourceAddress, headers.destinationAddress);
  return headers.protocol === icmp ? addresses : addresses ^ toeplitz.sourcePort(headers.sourcePort, 4) ^ toeplitz.destinationPort(headers.destinationPort, 4);
}
