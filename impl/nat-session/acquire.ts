/** What a new session takes: structures, sessions of the subscribers' quotas, a port. Each function is one stage, or a look that says only where to try next. */
import { failKinds, Stage } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { refuse } from "./give.ts";
import type { NatMemory } from "./memory.ts";
import { takeQuota } from "./pairs.ts";
import * as pool from "./ports.ts";
import { takePort, takePortAnywhere } from "./ports.ts";
import { takeStructure } from "./structures.ts";
import * as words from "./words.ts";

const { "take-memory": takeMemory, "take-port": takePortStage, "take-quota": takeQuotaStage } = Stage;
const { noPort } = pool;
const { Direction, Field, Half, Held, Step } = words;
export const memoryKind = failKinds.indexOf("memory");
export const quotaKind = failKinds.indexOf("quota");
export const portKind = failKinds.indexOf("port");

/** `take-memory` or `refuse-memory`; in hairpin once for the lead and once for the receiver's. */
export function memory(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  if (m.fails(r, memoryKind, moved)) return refuse(m, r, memoryKind, moved);
  const object = takeStructure(m, records[r + Field.core], moved);
  if (object < 0) return refuse(m, r, memoryKind, moved);
  moved.witness.push(object);
  tookMemory(m, r, object, moved);
}

/** `take-memory`: the structure is there. */
export function tookMemory(m: NatMemory, r: number, object: number, moved: Moved): void {
  const { records } = m;
  const second = (records[r + Field.held] & Held.firstMemory) !== 0;
  m.tell(moved, takeMemory);
  records[r + (second ? Field.second : Field.first) + Half.object] = object;
  records[r + Field.held] |= second ? Held.secondMemory : Held.firstMemory;
  if (second || records[r + Field.direction] !== Direction.hairpin) records[r + Field.step] = Step.quota;
}

/** `take-quota` or `refuse-quota`; in hairpin for the sender's subscriber, then for the receiver's. */
export function quota(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const subscriber = records[halfToCount(m, r) + Half.subscriber] - 1;
  if (m.fails(r, quotaKind, moved) || !takeQuota(m, subscriber, moved)) return refuse(m, r, quotaKind, moved);
  tookQuota(m, r, moved);
}

/** Half of the record whose session is counted next. */
export function halfToCount({ records }: NatMemory, r: number): number {
  return r + ((records[r + Field.held] & Held.firstQuota) !== 0 ? Field.second : Field.first);
}

/** `take-quota`: the session is counted. */
export function tookQuota(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const second = (records[r + Field.held] & Held.firstQuota) !== 0;
  m.tell(moved, takeQuotaStage);
  records[r + Field.held] |= second ? Held.secondQuota : Held.firstQuota;
  if (!second && records[r + Field.direction] === Direction.hairpin) return;
  const given = records[r + Field.first + Half.static] !== 0 || (records[r + Field.held] & Held.firstMapping) !== 0;
  records[r + Field.step] = given ? Step.claim : Step.port;
}

/** `take-port` or `refuse-port`, of the paired address, or of any; a first look at one of many addresses that finds nothing reports nothing. */
export function port(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  if (m.fails(r, portKind, moved)) return refuse(m, r, portKind, moved);
  const paired = (records[r + Field.held] & Held.pair) !== 0;
  const address = paired ? records[r + Field.pairAddress] - 1 : m.choose(r, takePortStage, m.addresses);
  const start = m.choose(r, takePortStage, m.ports);
  const found = takePort(m, address, records[r + Field.protocol], start, records[r + Field.first + Half.object] + 1, moved);
  records[r + Field.portAddress] = address;
  records[r + Field.port] = found;
  if (found !== noPort) return chose(m, r, moved);
  if (m.addresses === 1 || (paired && !m.rfc)) return refuse(m, r, portKind, moved);
  records[r + Field.port] = start;
  records[r + Field.step] = Step.portAnywhere;
}

/** `take-port` or `refuse-port` of every address, the one looked at before first, as a port may have come back. */
export function portAnywhere(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const found = takePortAnywhere(m, records[r + Field.portAddress], records[r + Field.protocol], records[r + Field.port], records[r + Field.first + Half.object] + 1, moved);
  if (found === noPort) return refuse(m, r, portKind, moved);
  records[r + Field.portAddress] = (found / m.ports) | 0;
  records[r + Field.port] = found % m.ports;
  chose(m, r, moved);
}

function chose(m: NatMemory, r: number, moved: Moved): void {
  moved.witness.push(m.records[r + Field.portAddress]);
  moved.witness.push(m.config.low + m.records[r + Field.port]);
  tookPort(m, r, moved);
}

/** `take-port`: the port in the record is the session's. */
export function tookPort(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const number = m.config.low + records[r + Field.port];
  m.tell(moved, takePortStage);
  records[r + Field.first + Half.natAddress] = records[r + Field.portAddress] + 1;
  records[r + Field.first + Half.natPort] = number;
  records[r + Field.held] |= Held.port;
  const unpaired = records[r + Field.noPair] !== 0 && (records[r + Field.held] & Held.pair) === 0;
  if (unpaired) records[r + Field.step] = Step.insertPair;
  else records[r + Field.step] = records[r + Field.noMapping] !== 0 ? Step.insertMapping : Step.claim;
}
