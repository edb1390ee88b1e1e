/** At which NAT addresses a port is sought, and in which order. */
import type { NodeLayout } from "../../spec/node/view.ts";
import type { NodeParts } from "./parts.ts";
import { Field } from "./words.ts";

/** In place of an address: whichever port allocation finds. */
const anyAddress = -1;

/** How many requests there are at most. */
export function attempts(p: NodeParts, r: number): number {
  const { addresses, ports } = p.config;
  if (ports.allocation === "deterministic") return 1;
  if (p.records[r + Field.paired] >= 0) return p.rfc ? addresses.length : 1;
  return ports.allocation === "block" ? 1 : addresses.length;
}

/** Position of the address of the next request: the paired one first, in profile `rfc` then the others; without one all in turn, those of blocks at once. */
export function addressAt(p: NodeParts, r: number, subscriber: number): number {
  const { addresses, ports } = p.config;
  const paired = p.records[r + Field.paired];
  const attempt = p.records[r + Field.attempt];
  if (ports.allocation === "deterministic") return anyAddress;
  if (paired >= 0) return (paired + attempt) % addresses.length;
  return ports.allocation === "block" ? anyAddress : (subscriber + attempt) % addresses.length;
}

/** Position of the NAT address whose port has this handle. */
export function addressOfPort({ port: { ports, tables, wellKnownPorts } }: NodeLayout, handle: number): number {
  const beyond = handle - tables * ports;
  return (beyond < 0 ? (handle / ports) | 0 : (beyond / wellKnownPorts) | 0) >> 1;
}
