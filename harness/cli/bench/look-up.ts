/**
 * What a packet costs that hits its session, on one core: rules, the look-up, the stamp, translation of addresses, ports and checksums.
 *
 * - *staged*: what ships: the packet is set down in a record and its row run straight through.
 * - *maps*: the same features with maps of numbers and an object a session (`map-nat.ts`).
 *
 * Both are given the same packets and answer the same; that is compared before anything is timed. The memory of a session is, of the staged program, that of its buffers; of the other, what the heap has more of.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { NatSessionEngine } from "../../../impl/nat-session/index.ts";
import { NatMemory } from "../../../impl/nat-session/memory.ts";
import { unnumbered } from "../../../impl/numbering.ts";
import { Moved, Next, type Ints, type Side, type System, type Task } from "../../engine/contract.ts";
import type { NatConfig } from "../../../spec/nat-session/terms.ts";
import type { Setup } from "../../../spec/side.ts";
import { ratesOf } from "./apart.ts";
import { MapNat } from "./map-nat.ts";
import { NatLoad, natSetup, type Nat } from "./nat-load.ts";
import { medians, overRounds, type BenchRow, type Measured, type Sizes, type Work } from "./row.ts";

/** The rows of stages, run straight through as in production. */
export class StagedNat implements Nat {
  readonly moved = new Moved();
  readonly #engine: Side<NatConfig>;
  constructor(setup: Setup<NatConfig>, engine: Side<NatConfig> = new NatSessionEngine()) {
    this.#engine = engine;
    this.#engine.open(setup);
  }
  packet(task: Task): Ints {
    const { moved } = this;
    moved.clear();
    this.#engine.start(task);
    do this.#engine.move(task.slot, moved);
    while (moved.next === Next.more);
    return moved.outcome;
  }
}

/** Live sessions for each case of the other rows, and packets of a round for each session. */
const sessionsForEach = 100;
const packetsForEach = 2;
/** More cases than these make no more sessions. */
const casesMax = 2000;
/** Fewer sessions, which the caches of a core hold: about a thousand where the others are 60,000. */
const fewForEach = 5 / 3;
/** Memory is measured with so many at least, so that what else comes and goes on the heap does not count. */
const weighedMin = 20_000;

const hitting = (make: (setup: Setup<NatConfig>) => Nat) => (_system: System, { cases }: Sizes, given: unknown): Work => {
  const sessions = given as number;
  const nat = make(natSetup(sessions));
  const packets = new NatLoad(nat, sessions).packets(Math.min(cases, casesMax) * sessionsForEach * packetsForEach);
  return () => {
    for (const packet of packets) nat.packet(packet);
    return packets.length;
  };
};

/** Given how many sessions are live; packets are the units. */
export const competitors = {
  staged: hitting((setup) => new StagedNat(setup)),
  maps: hitting((setup) => new MapNat(setup)),
};

/** Has both translate the same packets; the first on which they do not agree is our own mistake. */
export function compare(one: Nat, other: Nat, sessions: number): void {
  const load = new NatLoad(one, sessions);
  new NatLoad(other, sessions);
  for (const packet of load.packets(sessions * packetsForEach)) {
    const [found, expected] = [one.packet(packet), other.packet(packet)].map((outcome) => outcome.toArray().join(" "));
    if (found !== expected || !found.startsWith("0 ")) throw new Error(`packet ${packet.body.join(" ")}: one says ${found}, the other ${expected}; both must forward it, alike`);
  }
}

/** Bytes of the buffers that hold so many sessions: what cores share and what each has to itself. */
function bufferBytes(sessions: number): number {
  const memory = new NatMemory();
  memory.open(natSetup(sessions), unnumbered, undefined);
  return memory.mem.buffer.byteLength + memory.own.buffer.byteLength;
}

/** Bytes by which the heap grows while the maps take so many sessions in. */
function heapBytes(sessions: number): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // What the first leaves to be finalized goes with the second.
  collect();
  collect();
  const before = process.memoryUsage().heapUsed;
  const nat = new MapNat(natSetup(sessions));
  const load = new NatLoad(nat, sessions);
  collect();
  const after = process.memoryUsage().heapUsed;
  nat.packet(load.outbound(0));
  return after - before;
}

async function measure(system: System, sizes: Sizes): Promise<readonly Measured[]> {
  const cases = Math.min(sizes.cases, casesMax);
  const sessions = cases * sessionsForEach;
  compare(new StagedNat(natSetup(sessions)), new MapNat(natSetup(sessions)), sessions);
  const few = Math.round(cases * fewForEach);
  const rates = await ratesOf("look-up", ["staged", "maps"], system.name, sizes, sessions);
  const fewRates = await ratesOf("look-up", ["staged", "maps"], system.name, sizes, few);
  const of = { row: "look-up", system: system.name };
  const parts = medians(rates);
  const weighed = Math.max(sessions, weighedMin);
  const bytes = { staged: bufferBytes(weighed) / weighed, maps: heapBytes(weighed) / weighed };
  return [
    { ...of, parts, text: `packets a second that hit one of ${sessions} sessions, on one core`, aim: undefined, reached: parts.staged, unit: "/s" },
    { ...of, parts, text: "the same against maps of numbers", aim: { bound: "least", value: 1.5 }, reached: overRounds(rates, (rate) => rate.staged / rate.maps), unit: "×" },
    { ...of, parts: medians(fewRates), text: `the same with ${few} sessions, which caches hold`, aim: undefined, reached: overRounds(fewRates, (rate) => rate.staged / rate.maps), unit: "×" },
    { ...of, parts: bytes, text: "bytes of buffers for a session", aim: undefined, reached: bytes.staged, unit: "B" },
    { ...of, parts: bytes, text: "bytes of the heap for a session in maps of numbers", aim: undefined, reached: bytes.maps, unit: "B" },
  ];
}

export const lookUpRow: BenchRow = { name: "look-up", systems: ["nat-session"], measure };
