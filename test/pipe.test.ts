import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { drawCase } from "../harness/engine/draw.ts";
import { PipedPair } from "../harness/engine/pipe/pair.ts";
import { PipedSide, type PipedOptions } from "../harness/engine/pipe/side.ts";
import { Pair } from "../harness/engine/run.ts";
import { strategyByName } from "../harness/engine/strategy/index.ts";
import { signature } from "../harness/engine/verdict.ts";
import { registerSystem, type RegisterFault } from "./toys/register.ts";

const system = registerSystem();
const root = fileURLToPath(new URL("..", import.meta.url));
const opened: PipedPair[] = [];
afterAll(() => {
  for (const pair of opened) pair.close();
});

function piped(toy: string, arg: string | undefined, options: PipedOptions = {}): PipedPair {
  const args = ["--import", "tsx", `test/toys/${toy}.ts`, ...(arg === undefined ? [] : [arg])];
  const pair = new PipedPair(system, { command: execPath, args, cwd: root }, options);
  opened.push(pair);
  return pair;
}

const strategy = strategyByName("mixture");
const cases = Array.from({ length: 40 }, (_, seed) => drawCase(system, "plain", seed, 30));

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

  it("PIPE: draws are computed by the program from seed, task, stage and count", () => {
    const one = cases.find((each) => new Pair(system).run(each).steps > 10)!;
    const pair = piped("piped-register", undefined);
    pair.run(one);
    expect(pair.program.facts.seed).toBe(one.seed);
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

describe("a program that does not keep to the protocol", () => {
  const one = cases.find((each) => new Pair(system).run(each).steps > 30)!;
  const outcomes: [string, object][] = [
    ["ends", { verdict: "crashed", observable: "program ended", expected: "an answer to move", found: "it ended" }],
    ["dies", { verdict: "crashed", observable: "program ended", found: "it ended, saying: panic: error in the register" }],
    ["throws", { verdict: "crashed", observable: "program move error", found: expect.stringMatching(/^line \d+: RangeError: no such register$/) }],
    ["silent", { verdict: "hung", observable: "program silent", found: "it said nothing for 100 ms" }],
    ["babbles", { verdict: "invalid", observable: "program answer to move", expected: expect.stringMatching(/^line \d+, answer: a JSON object on one line$/), found: '"Segmentation fault"' }],
    ["wrong type", { verdict: "invalid", expected: expect.stringMatching(/^line \d+, yields: a 32-bit integer$/), found: '"one"' }],
    ["wrong name", { verdict: "invalid", expected: expect.stringMatching(/^line \d+, stage: one of stages, next/), found: '"stage"' }],
  ];
  it.each(outcomes)("PIPE: a program that %s has a verdict of its own, and the next case a new program", (way, failure) => {
    const pair = piped("piped-broken", way, { timeMs: 100 });
    expect(pair.run(one).failure).toMatchObject(failure);
    expect(pair.run({ ...one, events: one.events.slice(0, 1), deviations: [], rest: false }).failure).toBeUndefined();
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

  it("PIPE: closing ends the program", async () => {
    const side = new PipedSide({ command: execPath, args: ["-e", "process.stdin.on('end', () => require('fs').writeFileSync(process.argv[1], 'ended')); process.stdin.resume()", `${root}/node_modules/.ended`] });
    expect(() => side.close()).not.toThrow();
  });
});
