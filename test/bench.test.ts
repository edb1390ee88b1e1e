import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as Schema from "@effect/schema/Schema";
import { describe, expect, test, vi } from "vitest";
import { benchCommand, benchRows } from "../harness/cli/bench.ts";
import { BothSides } from "../harness/cli/bench/both-sides.ts";
import { compare, StagedNat } from "../harness/cli/bench/look-up.ts";
import { MapNat } from "../harness/cli/bench/map-nat.ts";
import { NatLoad, natSetup, type Nat } from "../harness/cli/bench/nat-load.ts";
import { costAmong } from "../harness/cli/bench/scale.ts";
import { fullTable, fullTableProfile } from "../harness/cli/bench/churn.ts";
import { InlinedPorts } from "../harness/cli/bench/inlined.ts";
import { overRounds, reaches, type Measured } from "../harness/cli/bench/row.ts";
import { StagedPorts } from "../harness/cli/bench/stages.ts";
import { systemByName, systems } from "../harness/systems/index.ts";
import { SeededRandom } from "../harness/engine/random.ts";
import type { Allocate, PortConfig } from "../spec/port-allocation/terms.ts";
import { BenchReport } from "../spec/report-schema.ts";
import type { Setup } from "../spec/side.ts";
import { ownFolder } from "./own-folder.ts";

/** The smallest bench there is; what it prints is dropped. */
async function bench(...names: string[]): Promise<BenchReport> {
  const file = join(ownFolder(), "bench.json");
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    expect(await benchCommand(names, { rounds: "1", cases: "3", json: file })).toBe(0);
    for (const [text] of write.mock.calls.slice(-1)) expect(text).toContain("[tandem bench ");
  } finally {
    write.mockRestore();
  }
  return Schema.decodeUnknownSync(BenchReport, { onExcessProperty: "error" })(JSON.parse(readFileSync(file, "utf8")));
}

describe("bench", () => {
  test.each(benchRows.map((row) => row.name))("BENCH: row %s measures every system it is for, and the report has its shape", async (name) => {
    const report = await bench(name);
    expect(report).toMatchObject({ format: 1, command: "bench", rounds: 1, cases: 3 });
    const row = benchRows.find((one) => one.name === name)!;
    expect([...new Set(report.figures.map((figure) => figure.system))]).toEqual(row.systems.length > 0 ? row.systems : systems.map((system) => system.name));
    for (const figure of report.figures) {
      expect(figure.row).toBe(name);
      expect(figure.reached).toBeGreaterThan(0);
      expect(["×", "/s", "ms", "B"]).toContain(figure.unit);
      expect(Object.keys(figure.parts).length).toBeGreaterThan(1);
      for (const value of Object.values(figure.parts)) expect(value).toBeGreaterThan(0);
      if (figure.aim) expect(["least", "most"]).toContain(figure.aim.bound);
    }
    // Failures of a thousand operations have to be found first, which takes long where much else runs.
  }, 400_000);

  test("BENCH: a name chooses a system or a row; one that is neither is refused", async () => {
    const report = await bench("stages", "port-allocation");
    expect(new Set(report.figures.map((figure) => figure.row))).toEqual(new Set(["stages"]));
    await expect(bench("nonsense")).rejects.toThrow();
    await expect(bench("stages", "quota")).rejects.toThrow();
  });

  test("BENCH: a figure reaches an aim from its own side; ratios are taken within a round", () => {
    const measured = (bound: "least" | "most", reached: number): Measured => ({ row: "", system: "", text: "", aim: { bound, value: 2 }, reached, unit: "×", parts: {} });
    expect([reaches(measured("least", 2)), reaches(measured("least", 1.9)), reaches(measured("most", 2)), reaches(measured("most", 2.1))]).toEqual([true, false, true, false]);
    expect(overRounds({ one: [1, 10, 100], other: [1, 5, 10] }, ({ one, other }) => one / other)).toBe(2);
  });

  test("BENCH: given the same draws the stages and the path written out by hand give the same ports", () => {
    const setup: Setup<PortConfig> = { config: { ...fullTable, high: 3071 }, profile: fullTableProfile, taskCountMax: 8, draw: () => 37, nowMs: () => 0, footprint: false, poison: 0 };
    const staged = new StagedPorts(setup);
    const inlined = new InlinedPorts(setup);
    const random = new SeededRandom(3);
    const open: { readonly core: number; readonly port: number }[] = [];
    for (let step = 0; step < 6000; step++) {
      if (open.length > 0 && random.int(100) < 48) {
        const [{ core, port }] = open.splice(random.int(open.length), 1);
        staged.free(core, port);
        inlined.free(core, port);
        continue;
      }
      const core = random.int(4);
      const command: Allocate = { kind: "allocate", subscriber: random.int(1000), address: 0, protocol: "tcp", remote: random.int(3), remotePort: random.int(65_536), privatePort: 5000, typePort: 0, want: null, count: 1 };
      const port = staged.allocate(core, command);
      expect(inlined.allocate(core, command)).toBe(port);
      if (port >= 0) open.push({ core, port });
    }
    expect(open.length).toBeGreaterThan(100);
  });

  test("BENCH: the check by hand that ours is measured against finds a fault", () => {
    const system = systemByName("port-allocation")!;
    const allocate = (sides: BothSides): number => sides.operate(0, { kind: "allocate", subscriber: 1, address: 0, protocol: "tcp", remote: 0, remotePort: 80, privatePort: 1030, typePort: 0, want: null, count: 2 } as Allocate, -1).yields;
    const sound = new BothSides(system);
    sound.open(1, 60);
    expect(allocate(sound)).toBe(2);
    sound.rest();
    const broken = new BothSides({
      ...system,
      implementation: () => {
        const side = system.implementation();
        const read = side.read.bind(side);
        side.read = (entry) => read(entry) ^ 1;
        return side;
      },
    });
    broken.open(1, 60);
    expect(() => allocate(broken)).toThrow(/differs/);
  });

  test("BENCH: both NATs make the same sessions and translate the same packets alike; one that corrects a checksum wrongly is found", () => {
    compare(new StagedNat(natSetup(500)), new MapNat(natSetup(500)), 500);
    const sound = new MapNat(natSetup(500));
    const broken: Nat = {
      packet: (task) => {
        const outcome = sound.packet(task);
        if (task.body[1] === 0) outcome.items[6] ^= 1;
        return outcome;
      },
    };
    expect(() => compare(broken, new StagedNat(natSetup(500)), 500)).toThrow(/one says/);
  });

  test("BENCH: the packets of the load are answered from sessions that are there, of all protocols and both directions", () => {
    const nat = new StagedNat(natSetup(300));
    const packets = new NatLoad(nat, 300).packets(600);
    for (const packet of packets) {
      expect(nat.packet(packet).items[0]).toBe(0);
      // A hit writes the stamp and nothing else.
      expect(nat.moved.writes.count).toBe(1);
    }
    expect(new Set(packets.map(({ body }) => `${body[0]} ${body[1] === 0 ? "in" : "out"}`)).size).toBe(6);
    expect(() => new NatLoad(new StagedNat(natSetup(299)), 300)).toThrow(/session 299 of 300/);
  });

  test("NAT-8: a hit is one step with one access to shared memory and one entry, among 16 sessions and among 4,096", () => {
    for (const sessions of [16, 4096]) {
      const { ownWords, ...cost } = costAmong(sessions, 500);
      expect(cost).toEqual({ steps: 1, accesses: 1, touched: 1 });
      expect(ownWords).toBeGreaterThan(3);
      expect(ownWords).toBeLessThan(8);
    }
  });
});
