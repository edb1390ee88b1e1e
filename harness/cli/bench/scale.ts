/**
 * Whether a packet that hits costs the same however many sessions there are: steps, accesses to shared memory and entries touched, counted, at a thousand sessions and at a million. The implementation is driven alone, as its sessions are more
 * than a file may ask for.
 *
 * Accesses are counted where the recording twin stands: in place of the accessor module, through which all go that are not to words nobody changes any more. A core's own table is no shared memory; the words of it that are read
 * are counted by a stand-in for that memory. The number of both tells the length of the search.
 */
import { fileURLToPath } from "node:url";
import * as memory from "../../../impl/nat-session/memory.ts";
import * as shared from "../../../impl/accessor.ts";
import { loadWith, type Exports } from "../../engine/loader/load.ts";
import type { Side, System, Task } from "../../engine/contract.ts";
import type { NatConfig } from "../../../spec/nat-session/terms.ts";
import { StagedNat } from "./look-up.ts";
import { NatLoad, natSetup } from "./nat-load.ts";
import { median, stopwatch, type BenchRow, type Measured, type Sizes } from "./row.ts";

const at = (path: string): string => fileURLToPath(new URL(`../../../impl/${path}`, import.meta.url));

/** What hits took, on average, of one packet. */
export interface Cost {
  readonly steps: number;
  readonly accesses: number;
  readonly touched: number;
  /** Words read of the core's own memory: table and lists. */
  readonly ownWords: number;
}

/** An implementation whose accesses are counted. */
class Counted {
  readonly side: Side<NatConfig>;
  accesses = 0;
  ownWords = 0;
  readonly #memories: memory.NatMemory[] = [];

  constructor() {
    const accessor: Exports = {};
    for (const [name, access] of Object.entries<(...args: never[]) => unknown>(shared)) {
      accessor[name] = (...args: never[]): unknown => {
        this.accesses++;
        return access(...args);
      };
    }
    const memories = this.#memories;
    class KnownMemory extends memory.NatMemory {
      constructor() {
        super();
        memories.push(this);
      }
    }
    const instead = new Map<string, Exports>([[at("accessor.ts"), accessor], [at("nat-session/memory.ts"), { ...memory, NatMemory: KnownMemory }]]);
    this.side = new (loadWith(at("nat-session/index.ts"), new Map(), instead).NatSessionEngine)();
  }

  /** Counts from now on. */
  begin(): void {
    for (const known of this.#memories) {
      known.own = new Proxy(known.own, {
        get: (own, name) => {
          this.ownWords++;
          return Reflect.get(own, name, own);
        },
      });
    }
    this.accesses = 0;
    this.ownWords = 0;
  }
}

/** What `packetCount` hits cost among so many sessions. */
export function costAmong(sessions: number, packetCount: number): Cost {
  const counted = new Counted();
  let steps = 0;
  const { side } = counted;
  const move = side.move.bind(side);
  side.move = (slot, moved) => {
    steps++;
    move(slot, moved);
  };
  const nat = new StagedNat(natSetup(sessions), side);
  const packets = new NatLoad(nat, sessions).packets(packetCount);
  counted.begin();
  steps = 0;
  let touched = 0;
  for (const packet of packets) {
    const { items } = nat.packet(packet);
    if (items[0] !== 0) throw new Error(`a packet of a live session was not forwarded: outcome ${items[0]}`);
    touched += nat.moved.reads.count + nat.moved.writes.count;
  }
  const of = (count: number): number => count / packetCount;
  return { steps: of(steps), accesses: of(counted.accesses), touched: of(touched), ownWords: of(counted.ownWords) };
}

/** Nanoseconds of a hit among so many sessions: the median of the rounds. */
function timeAmong(sessions: number, packetCount: number, rounds: number): number {
  const nat = new StagedNat(natSetup(sessions));
  const packets: readonly Task[] = new NatLoad(nat, sessions).packets(packetCount);
  const hit = (): number => {
    const passed = stopwatch();
    for (const packet of packets) nat.packet(packet);
    return (passed() * 1e6) / packetCount;
  };
  hit();
  return median(Array.from({ length: rounds }, hit));
}

/** Cases for which there are a thousand sessions and a million: no more are made for more cases. */
const casesMax = 600;
const fewFor = 1000 / casesMax;
const manyFor = 1_000_000 / casesMax;

function measure(system: System, { cases: wanted, rounds }: Sizes): readonly Measured[] {
  const cases = Math.min(wanted, casesMax);
  const few = Math.round(cases * fewFor);
  const many = Math.round(cases * manyFor);
  const packetCount = cases * 100;
  const [before, after] = [costAmong(few, packetCount), costAmong(many, packetCount)];
  const [timeBefore, timeAfter] = [timeAmong(few, packetCount, rounds), timeAmong(many, packetCount, rounds)];
  const ratio = (what: string, one: number, other: number, aim: Measured["aim"]): Measured => ({
    row: "scale",
    system: system.name,
    text: `${what} of a packet that hits, at ${many} sessions ÷ at ${few}`,
    aim,
    reached: other / one,
    unit: "×",
    parts: { [`at ${few}`]: one, [`at ${many}`]: other },
  });
  const same: Measured["aim"] = { bound: "most", value: 1 };
  return [
    ratio("steps", before.steps, after.steps, same),
    ratio("accesses to shared memory", before.accesses, after.accesses, same),
    ratio("entries touched", before.touched, after.touched, same),
    ratio("words read of the core's own table", before.ownWords, after.ownWords, same),
    ratio("time", timeBefore, timeAfter, undefined),
  ];
}

export const scaleRow: BenchRow = { name: "scale", systems: ["nat-session"], measure };
