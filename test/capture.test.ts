import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Pair } from "../harness/engine/run.ts";
import { captureCase, type CaptureOptions } from "../harness/systems/capture/operations.ts";
import { readPcap } from "../harness/systems/capture/pcap.ts";
import { systemByName } from "../harness/systems/index.ts";

const bytes = new Uint8Array(readFileSync(new URL("./captures/loopback.pcap", import.meta.url)));
const options: CaptureOptions = { inside: ["127.0.1.0/24"], profile: "product", allocation: "dynamic", cores: 4, seed: 1 };
const sum = (counts: object): number => Object.values(counts as Record<string, number>).reduce((total, count) => total + count, 0);

/** The same capture with every number of its headers in the other byte order. */
function otherByteOrder(file: Uint8Array): Uint8Array {
  const swapped = file.slice();
  const swap = (at: number, size: number): void => {
    swapped.subarray(at, at + size).reverse();
  };
  const words = (at: number, count: number): void => {
    for (let i = 0; i < count; i++) swap(at + i * 4, 4);
  };
  words(0, 1);
  swap(4, 2);
  swap(6, 2);
  words(8, 4);
  const data = new DataView(file.buffer, file.byteOffset);
  for (let at = 24; at < file.length; at += 16 + data.getUint32(at + 8, true)) words(at, 4);
  return swapped;
}

describe("captures", () => {
  test("capture: thirteen flows of real programs begin, and every packet is counted once", () => {
    const read = captureCase(bytes, options);
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    expect(read.value.flows).toBe(13);
    expect(read.value.total).toBe(100);
    expect(sum(read.value.counts)).toBe(100);
    expect(read.value.counts["begins a flow"]).toBe(13);
    expect(read.value.counts["ends a flow"]).toBe(6);
  });

  test.each(["dynamic", "block", "deterministic"] as const)("capture: ports under quotas conform on it (%s allocation)", (allocation) => {
    const read = captureCase(bytes, { ...options, allocation });
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const result = new Pair(systemByName("port-quota")!).run(read.value.case);
    expect(result.failure).toBeUndefined();
    expect(result.operations).toBe(19);
  });

  test("capture: the byte order of the file does not matter", () => {
    expect(captureCase(otherByteOrder(bytes), options)).toEqual(captureCase(bytes, options));
  });

  test("capture: nanoseconds are read as such", () => {
    const nano = bytes.slice();
    nano.set([0x4d, 0x3c, 0xb2, 0xa1]);
    const read = readPcap(nano);
    const plain = readPcap(bytes);
    if (!read.ok || !plain.ok) throw new Error("the capture could not be read");
    // The fractions count a thousandth now, so within a second nothing is later than before.
    expect(read.value.packets.length).toBe(plain.value.packets.length);
    expect(read.value.packets[5].timeMs).toBeLessThan(plain.value.packets[5].timeMs + 1000);
  });

  test("capture: a packet cut off by the end of the file is counted, not refused", () => {
    const read = captureCase(bytes.subarray(0, bytes.length - 3), options);
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    expect(read.value.counts["cut off by the end of the file"]).toBe(1);
    expect(sum(read.value.counts)).toBe(read.value.total);
  });

  test.each([
    ["no capture at all", new Uint8Array(40), "byte 0"],
    ["a header cut short", bytes.subarray(0, 20), "byte 0"],
    ["a packet's header cut short", bytes.subarray(0, 30), "byte 24"],
  ])("capture: %s is refused with its place", (_, damaged, at) => {
    const read = captureCase(damaged, options);
    expect(read).toMatchObject({ ok: false, error: { at } });
  });

  test("capture: prefixes that are none, and captures without a flow, are refused", () => {
    expect(captureCase(bytes, { ...options, inside: ["127.0.1.0"] })).toMatchObject({ ok: false, error: { at: "--inside" } });
    expect(captureCase(bytes, { ...options, inside: ["10.0.0.0/8"] })).toMatchObject({ ok: false, error: { at: "the packets" } });
  });

  test("capture: whatever is done to the bytes, there is an answer and the counts add up", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 12 }), fc.nat(bytes.length), (damages, length) => {
        const damaged = bytes.slice(0, length);
        for (const [at, value] of damages) if (at < length) damaged[at] = value;
        const read = captureCase(damaged, options);
        if (read.ok) expect(sum(read.value.counts)).toBe(read.value.total);
        else expect(read.error.expected).not.toBe("");
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
