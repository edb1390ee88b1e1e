/** `tandem check node --pcap`: a capture of real programs through the appliance, with programs as they stand and with faulty ones. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { checkCommand, type CheckOptions } from "../harness/cli/check.ts";
import type { Model, Moved, Side, Task } from "../harness/engine/contract.ts";
import { patchTexts } from "../harness/engine/loader/patch.ts";
import { nodeCapture, type NodeCapture } from "../harness/systems/capture/node-case.ts";
import { readPcap } from "../harness/systems/capture/pcap.ts";
import { node } from "../harness/systems/node/index.ts";
import { implementationWith } from "../harness/systems/sources.ts";
import { Outcome as NatOutcome } from "../spec/nat-session/terms.ts";
import { Outcome as NodeOutcome } from "../spec/node/terms.ts";

const pcap = fileURLToPath(new URL("./captures/loopback.pcap", import.meta.url));
const bytes = new Uint8Array(readFileSync(pcap));
const inside = ["127.0.1.0/24"];
/** Packets of the file: half of them go out, the others answer, and all of them belong to thirteen flows. */
const file = { packets: 100, outbound: 50, answers: 50, flows: 13 };

let folder = "";
let said = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-capture-node-"));
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

/** The command with its exit code, its text and its report. */
async function check(more: CheckOptions = {}): Promise<{ readonly code: number; readonly text: string; readonly report: any }> {
  const json = join(folder, "report.json");
  said = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const code = await checkCommand(["node"], { pcap, inside, json, out: join(folder, "failures"), ...more });
  return { code, text: said, report: JSON.parse(readFileSync(json, "utf8")) };
}

/** From now on the fast program has a fault in one of its files. */
function faulty(name: string, find: string, replace: string): void {
  const patched = patchTexts([{ file: fileURLToPath(new URL(`../impl/node/${name}.ts`, import.meta.url)), find, replace }]);
  if (!patched.ok) throw new Error(`${find} is met ${patched.error.met} times`);
  vi.spyOn(node, "implementation").mockImplementation(() => implementationWith("node", patched.texts));
}

/** A side whose operations answer something else: a fault that both programs have alike, so that only the traffic shows it. */
function answering<S extends Side>(side: S, change: (moved: Moved, slot: number) => void): S {
  const packets = new Set<number>();
  const changed = (slot: number, moved: Moved): void => {
    if (moved.outcome.count > 0 && packets.has(slot)) change(moved, slot);
  };
  return new Proxy(side, {
    get(_, key) {
      if (key === "start")
        return (task: Task): void => {
          if (task.kind === "op" && ["send", "reply"].includes(task.command.kind)) packets.add(task.slot);
          side.start(task);
        };
      if (key === "move")
        return (slot: number, moved: Moved): void => {
          side.move(slot, moved);
          changed(slot, moved);
        };
      if (key === "judge")
        return (slot: number, theirs: Moved, at: number, moved: Moved): number => {
          const next = (side as unknown as Model).judge(slot, theirs, at, moved);
          changed(slot, moved);
          return next;
        };
      const value = Reflect.get(side, key) as unknown;
      return typeof value === "function" ? value.bind(side) : value;
    },
  });
}
function alike(change: (moved: Moved, slot: number) => void): void {
  const { implementation, model } = node;
  vi.spyOn(node, "implementation").mockImplementation(() => answering(implementation(), change));
  vi.spyOn(node, "model").mockImplementation(() => answering(model(), change));
}

function read(more: Partial<Parameters<typeof nodeCapture>[1]> = {}): NodeCapture {
  const answer = nodeCapture(bytes, { inside, profile: "product", allocation: "dynamic", cores: 4, seed: 1, ...more });
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
}

describe("a capture through the node", () => {
  test("NODE-1: every packet of the file is counted once, and those between inside and outside are sent in their order", () => {
    const { case: one, sent, counts, flows, total } = read();
    const pcapFile = readPcap(bytes);
    expect(pcapFile.ok && pcapFile.value.packets.length).toBe(file.packets);
    expect([counts, total, flows]).toEqual([{ outbound: file.outbound, answer: file.answers }, file.packets, file.flows]);
    expect(sent.length).toBe(file.packets);
    const ids = one.events.flatMap((event) => (event.do === "op" && event.command.kind !== "start-up" ? [event.id] : []));
    expect(sent.map(({ id }) => id)).toEqual(ids);
  });

  test("NODE-8: an answer answers the last packet that its flow sent before it", () => {
    const { case: one, sent } = read();
    const endpoints = new Map(sent.map(({ id, inside: address, insidePort }) => [id, `${address}:${insidePort}`]));
    const replies = one.events.flatMap((event) => (event.do === "op" && event.command.kind === "reply" ? [{ id: event.id, of: (event.command as unknown as { of: string }).of }] : []));
    expect(replies.length).toBe(file.answers);
    for (const { id, of } of replies) expect(endpoints.get(of), id).toBe(endpoints.get(id));
  });

  test.each(["dynamic", "block", "deterministic"] as const)("NODE-8: all packets are forwarded and every answer comes home (%s allocation)", async (allocation) => {
    const { code, text, report } = await check({ allocation });
    expect([code, report.exitCode, report.systems[0].verdict]).toEqual([0, 0, "conforms"]);
    expect(report.capture).toEqual({ packets: file.packets, flows: file.flows, counts: { outbound: file.outbound, answer: file.answers } });
    expect(report.systems[0].operationsMedian).toBe(file.packets + 4);
    expect(text).toContain(`of ${file.packets} packets between inside and outside ${file.packets} were forwarded (100.00 %); of ${file.answers} answers ${file.answers} reached the endpoint their flow began at`);
    expect(text).not.toContain("dropped under");
  });

  test("NODE-2: under each allocation ports are given as that allocation gives them", () => {
    const kinds = (["dynamic", "block", "deterministic"] as const).map((allocation) => (read({ allocation }).case.config as { ports: { allocation: string; blockSize: number } }).ports);
    expect(kinds.map(({ allocation, blockSize }) => [allocation, blockSize])).toEqual([["dynamic", 0], ["block", 64], ["deterministic", 0]]);
  });

  test("NODE-1: a prefix that holds neither end leaves nothing to send, and is refused", () => {
    expect(nodeCapture(bytes, { inside: ["10.0.0.0/8"], profile: "product", allocation: "dynamic", cores: 4, seed: 1 })).toMatchObject({ ok: false, error: { at: "the packets" } });
  });
});

describe("a faulty appliance", () => {
  test("NODE-1: one that swallows every fiftieth packet diverges under it", async () => {
    faulty("packet", "if (p.distribution.placedOn(slot) < 0)", "if (p.distribution.placedOn(slot) < 0 || p.session.packetWord(slot, 6) % 50 === 49)");
    const { code, report } = await check();
    expect([code, report.systems[0].verdict]).toEqual([1, "diverges"]);
    expect(report.systems[0].failures[0].rules).toContain("NODE-1");
  });

  test("NODE-8: one that sends answers to the next port diverges under it", async () => {
    faulty("packet", "  for (let n = 0; n < count; n++) records[to + Field.outcome + n] = items[n];", "  if (p.session.packetWord(slot, 1) === 0) items[4]++;\n  for (let n = 0; n < count; n++) records[to + Field.outcome + n] = items[n];");
    const { code, report } = await check();
    expect([code, report.systems[0].verdict]).toEqual([1, "diverges"]);
    expect(report.systems[0].failures[0].rules).toContain("NODE-8");
  });

  test("NODE-1: what both programs swallow alike the traffic shows, and it is counted under what it was dropped for", async () => {
    // The four operations that start the cores up have the first slots.
    alike((moved, slot) => {
      if (slot % 50 !== 49) return;
      moved.outcome.clear();
      moved.outcome.push(NodeOutcome.dropped);
    });
    const { code, text, report } = await check();
    expect([code, report.systems[0].verdict]).toEqual([1, "obligation missed"]);
    expect(report.systems[0].failures[0]).toMatchObject({ rules: ["NODE-1"], observable: "forwarded", expected: "at least 99 of 100 packets are forwarded" });
    expect(text).toMatch(/98 were forwarded \(98\.00 %\)/);
    expect(text).toContain("dropped under RSS-18: 2");
  });

  test("NODE-8: answers that both programs send astray alike do not come home", async () => {
    alike((moved, slot) => {
      const { items } = moved.outcome;
      // What has become of a packet: forwarded, from (address and port), to (address and port).
      if (slot % 10 === 0 && items[0] === NatOutcome.forwarded) items[4]++;
    });
    const { code, text, report } = await check();
    expect([code, report.systems[0].verdict]).toEqual([1, "obligation missed"]);
    expect(report.systems[0].failures[0]).toMatchObject({ rules: ["NODE-8"], observable: "answers", expected: "every answer reaches the endpoint that its flow began at" });
    expect(text).toContain("100 were forwarded");
    const home = Number(/of 50 answers (\d+) reached/.exec(text)![1]);
    expect(home).toBeLessThan(50);
    expect(home).toBeGreaterThan(25);
  });
});
