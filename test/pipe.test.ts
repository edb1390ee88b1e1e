import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Case } from "../harness/engine/case.ts";
import { Moved, type Setup, type System, type Task } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { LineProgram } from "../harness/engine/pipe/lines.ts";
import { PipedPair } from "../harness/engine/pipe/pair.ts";
import { PipedSide, type PipedOptions } from "../harness/engine/pipe/side.ts";
import { Pair, type StepRecord } from "../harness/engine/run.ts";
import { sameFailure } from "../harness/engine/shrink/oracle.ts";
import { shrink } from "../harness/engine/shrink/shrink.ts";
import { strategyByName } from "../harness/engine/strategy/index.ts";
import { signature, type Failure } from "../harness/engine/verdict.ts";
import { ownFolder } from "./own-folder.ts";
import { lockSystem } from "./toys/lock.ts";
import { poolSystem } from "./toys/pool.ts";
import { registerSystem, type RegisterFault } from "./toys/register.ts";

const system = registerSystem();
const pool = poolSystem();
const root = fileURLToPath(new URL("..", import.meta.url));
const opened: PipedPair[] = [];
afterAll(() => {
  for (const pair of opened) pair.close();
});

function piped(toy: string, arg: string | undefined, options: PipedOptions = {}, of: System = system): PipedPair {
  const args = ["--import", "tsx", `test/toys/${toy}.ts`, ...(arg === undefined ? [] : [arg])];
  const pair = new PipedPair(of, { command: execPath, args, cwd: root }, options);
  opened.push(pair);
  return pair;
}

const strategy = strategyByName("mixture");
const cases = Array.from({ length: 40 }, (_, seed) => drawCase(system, "plain", seed, 30));
const poolCases = Array.from({ length: 40 }, (_, seed) => drawCase(pool, "plain", seed, 30));

describe("a program behind a pipe", () => {
  it("PIPE: a right program conforms, and every trace is the one of the same side in this process", () => {
    const outside = piped("piped-register", undefined);
    const inside = new Pair(system);
    for (const one of cases) {
      const result = outside.run(one, { strategy });
      expect(result.failure).toBeUndefined();
      expect(result.digest).toBe(inside.run(one, { strategy }).digest);
      expect(outside.run(result.ran()).digest).toBe(result.digest);
    }
  });

  it("PIPE: the program makes the draws that the same side makes in this process", () => {
    const outside = piped("piped-pool", undefined, {}, pool);
    const inside = new Pair(pool);
    const digests = (pair: Pair): string[] => poolCases.map((one) => pair.run(one, { strategy }).digest);
    expect(digests(outside)).toEqual(digests(inside));
    const reseeded = poolCases.map((one) => ({ ...one, seed: one.seed + 1 }));
    expect(reseeded.map((one) => inside.run(one, { strategy }).digest)).not.toEqual(digests(inside));
  });

  it("PIPE: a program that blocks, or has no whole view, is driven as in this process", () => {
    const held = lockSystem({ fault: "held" });
    const outside = piped("piped-lock", "held", {}, held);
    const inside = new Pair(held);
    for (let seed = 0; seed < 20; seed++) {
      const one = drawCase(held, "plain", seed, 20);
      expect(outside.run(one, { strategy }).digest).toBe(inside.run(one, { strategy }).digest);
    }
  });

  it("PIPE: requests of any length arrive, and a program that was closed is started again", () => {
    const outside = piped("piped-register", undefined);
    const big = { ...cases[0], config: { ...(cases[0].config as object), nothing: "x".repeat(200_000) } };
    expect(outside.run(big).failure).toBeUndefined();
    outside.close();
    expect(outside.run(cases[0]).digest).toBe(outside.run(big).digest);
  });

  it("PIPE: what a failed case leaves unanswered does not disturb the next", () => {
    const early = registerSystem({ modelFault: "no retry" });
    const outside = piped("piped-register", undefined, {}, early);
    const inside = new Pair(early);
    for (const one of cases) expect(outside.run(one, { strategy }).failure).toEqual(inside.run(one, { strategy }).failure);
  });

  it.each<RegisterFault>(["older wins", "no retry", "no resend after start", "no order"])("PIPE: a planted fault is found through the pipe as it is in this process: %s", (fault) => {
    const outside = piped("piped-register", fault);
    const inside = new Pair(registerSystem({ fault }));
    const told = (pair: Pair): (string | undefined)[] => cases.map((one) => pair.run(one, { strategy }).failure).map((failure) => failure && signature(failure));
    const found = told(outside);
    expect(found).toEqual(told(inside));
    expect(found.some((one) => one !== undefined)).toBe(true);
  });
});

describe("a failure of a program behind a pipe", () => {
  it.each<RegisterFault>(["no retry", "no resend after start"])("PIPE: it shrinks to the same case as in this process, and replays byte for byte: %s", (fault) => {
    const outside = piped("piped-register", fault);
    const inside = new Pair(registerSystem({ fault }));
    const found = cases.map((one) => outside.run(one, { strategy })).find((result) => result.failure !== undefined)!;
    const wanted = signature(found.failure!);
    const smallest = shrink(found.ran(), sameFailure(outside, wanted), system);
    expect(smallest).toEqual(shrink(found.ran(), sameFailure(inside, wanted), system));
    expect(smallest.oneMinimal).toBe(true);
    const written = JSON.stringify(smallest.case);
    const trace = (pair: Pair): string => {
      const steps: StepRecord[] = [];
      const { failure, digest } = pair.run(JSON.parse(written) as Case, { recorder: { step: (record) => steps.push(record) } });
      return JSON.stringify({ failure, digest, steps });
    };
    const once = trace(outside);
    expect(signature((JSON.parse(once) as { failure: Failure }).failure)).toBe(wanted);
    expect(trace(outside)).toBe(once);
    expect(trace(inside)).toBe(once);
    expect(trace(piped("piped-register", fault))).toBe(once);
  });
});

describe("a side behind a pipe", () => {
  const setup: Setup = { config: {}, profile: "plain", taskCountMax: 300, draw: () => 0, nowMs: () => 0, footprint: false, poison: 0 };
  const task = (slot: number): Task => ({ slot, id: `op${slot}`, key: slot, node: 0, core: 0, kind: "op", cause: slot, command: { kind: "go" }, body: [], of: -1 });
  /** A program that gives these answers in turn, whatever it is asked. */
  const scripted = (...answers: object[]): PipedSide => {
    const code = "const a = JSON.parse(process.argv[1]); require('readline').createInterface({ input: process.stdin }).on('line', () => console.log(JSON.stringify(a.shift())))";
    return new PipedSide({ command: execPath, args: ["-e", code, JSON.stringify(answers)] });
  };

  it("PIPE: what the last move wrote is known, anything else is asked for", () => {
    const side = scripted({}, {}, { next: 0, writes: [0, 5] }, { value: 7 }, { next: 2 }, { value: 6 }, { next: 2, writes: [0, 8] }, {}, { value: 9 });
    side.open(setup);
    side.start(task(0));
    side.move(0, new Moved());
    expect([side.read(0), side.read(1)]).toEqual([5, 7]);
    side.move(0, new Moved());
    expect(side.read(0)).toBe(6);
    side.move(0, new Moved());
    side.open(setup);
    expect(side.read(0)).toBe(9);
    side.close();
  });

  it("PIPE: an error that nobody waited for is that of its case only", () => {
    const side = scripted({}, { error: "no task" }, {}, { value: 3 });
    side.open(setup);
    side.start(task(0));
    side.open(setup);
    expect(side.read(0)).toBe(3);
    side.close();
  });

  it("PIPE: however many tasks are started at once, answers do not jam the pipe", () => {
    const side = new PipedSide({ command: "sh", args: ["-c", `while read x; do echo '{"value":1}'; done`] });
    side.open(setup);
    for (let slot = 0; slot < 300; slot++) side.start(task(slot));
    expect(side.read(0)).toBe(1);
    side.close();
  });
});

describe("a program that does not keep to the protocol", () => {
  const one = cases.find((each) => new Pair(system).run(each).steps > 30)!;
  const read = { id: "op0", do: "op" as const, node: 0, core: 0, command: { kind: "read" } };
  const outcomes: [string, object][] = [
    ["ends", { verdict: "crashed", observable: "program ended", expected: "an answer to move", found: "it ended" }],
    ["dies", { verdict: "crashed", observable: "program ended", found: "it ended, saying: panic: error in the register" }],
    ["throws", { verdict: "crashed", observable: "program move error", found: expect.stringMatching(/^line \d+: RangeError: no such register$/) }],
    ["silent", { verdict: "hung", observable: "program silent", found: "it said nothing for 500 ms" }],
    ["babbles", { verdict: "invalid", observable: "program answer to move", expected: expect.stringMatching(/^line \d+, answer: a JSON object on one line$/), found: '"Segmentation fault"' }],
    ["wrong type", { verdict: "invalid", expected: expect.stringMatching(/^line \d+, yields: a 32-bit integer$/), found: '"one"' }],
    ["wrong list", { verdict: "invalid", expected: expect.stringMatching(/^line \d+, sent\[0\]: an object$/), found: "1" }],
    ["wrong name", { verdict: "invalid", expected: expect.stringMatching(/^line \d+, stage: one of stages, next/), found: '"stage"' }],
  ];
  it.each(outcomes)("PIPE: what goes wrong (%s) has a verdict of its own, and the next case a new program", (way, failure) => {
    // Only where silence is what is looked for it is waited out: a busy machine may take long to answer.
    const pair = piped("piped-broken", way, { timeMs: way === "silent" ? 500 : 20_000 });
    const first = pair.run(one).failure;
    expect(first).toMatchObject(failure);
    expect(pair.run(one).failure).toEqual(first);
    expect(pair.run({ ...one, events: [read] }).failure).toBeUndefined();
  });

  it("PIPE: a program that can not be started is bad input", () => {
    const pair = new PipedPair(system, { command: "/no/such/program" });
    expect(pair.run(one).failure).toMatchObject({ verdict: "invalid", observable: "program not started", found: "/no/such/program could not be started" });
  });

  it("PIPE: a program that takes no input is hung, not waited for", () => {
    const pair = new PipedPair(system, { command: "sleep", args: ["60"] }, { startMs: 100 });
    const big = { ...one, config: { ...(one.config as object), nothing: "x".repeat(1 << 20) } };
    expect(pair.run(big).failure).toMatchObject({ verdict: "hung", observable: "program silent", found: "it took no input for 100 ms" });
  });

  it("PIPE: closing ends the program's input, and with it the program", async () => {
    const folder = ownFolder();
    const ended = join(folder, "ended");
    const program = new LineProgram({ command: "sh", args: ["-c", `cat; touch ${ended}`] }, 10_000, 10_000);
    program.write("line");
    expect(program.read()).toBe("line");
    expect(existsSync(ended)).toBe(false);
    program.close();
    expect(() => program.close()).not.toThrow();
    await expect.poll(() => existsSync(ended), { timeout: 10_000 }).toBe(true);
  });

  it("PIPE: lines longer than any buffer arrive whole", () => {
    const program = new LineProgram({ command: "cat" }, 10_000, 10_000);
    const long = "é".repeat(60_000);
    for (const line of [long.slice(0, 20_000), "", long, "x", long]) {
      program.write(line);
      expect(program.read()).toBe(line);
    }
    program.close();
  });

  it.skipIf(!existsSync("/proc/self/fd"))("PIPE: programs leave neither files nor open descriptors behind", () => {
    const folder = ownFolder();
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      const count = (): number => readdirSync("/proc/self/fd").length;
      const open = count();
      for (let n = 0; n < 3; n++) {
        const liar = new PipedPair(system, { command: "sh", args: ["-c", "echo no; cat >/dev/null"] });
        expect(liar.run(one).failure).toMatchObject({ verdict: "invalid" });
        new LineProgram({ command: "cat" }, 10_000, 10_000).close();
        const good = new PipedSide({ command: "sh", args: ["-c", "while read x; do echo '{}'; done"] });
        good.open({ config: {}, profile: "plain", taskCountMax: 1, draw: () => 0, nowMs: () => 0, footprint: false, poison: 0 });
        good.close();
        expect(() => new LineProgram({ command: "/no/such/program" }, 10_000, 10_000)).toThrow("could not be started");
      }
      expect(count()).toBe(open);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});
