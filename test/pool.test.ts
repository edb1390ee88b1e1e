import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JobFailed } from "../harness/engine/pool/job.ts";
import { Pool } from "../harness/engine/pool/pool.ts";
import { ownFolder } from "./own-folder.ts";
import type { ToyJob } from "./toys/jobs.ts";

const module = new URL("./toys/jobs.ts", import.meta.url).href;
/** A second or two are enough for any of these; a pool that waits for ever is found out by this. */
const patience = { timeout: 12_000 };

let folder = "";
let pool: Pool | undefined;
const poolOf = (workers: number, residentMax?: number): Pool => (pool = new Pool({ module, workers, residentMax }));
beforeEach(() => {
  folder = ownFolder();
});
afterEach(() => {
  pool?.end();
  pool = undefined;
});

const doubles = (numbers: readonly number[]): ToyJob[] => numbers.map((number) => ({ name: `double ${number}`, do: "double", number }));
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // Who has ended and was not yet asked for its code is still there by name.
    return !/^\S+ \(.*\) Z/.test(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "");
  } catch {
    return false;
  }
};
const inTime = async (what: () => boolean): Promise<void> => {
  while (!what()) await setTimeout(20);
};
/** The worker that stays, and what it started. */
const staying = async (file: string): Promise<number[]> => {
  await inTime(() => existsSync(file) && readFileSync(file, "utf8").includes(" "));
  return readFileSync(file, "utf8").split(" ").map(Number);
};

describe("a pool of workers", patience, () => {
  it("POOL: answers stand in the order of the list, whoever was done first; two jobs are under way at once", async () => {
    const file = join(folder, "made");
    const told: string[] = [];
    const jobs: ToyJob[] = [{ name: "first", do: "wait", file }, { name: "second", do: "make", file }, ...doubles([3])];
    expect(await poolOf(2).run(jobs, (done, { name }) => told.push(`${done} ${name}`))).toEqual(["waited", undefined, 6]);
    expect(told.slice(0, 2)).toEqual(["0 first", "0 second"]);
    expect(told.at(-1)).toMatch(/^3 /);
    expect(told.length).toBe(6);
  });

  it("POOL: any number of workers comes to the same, and none is needed for no job", async () => {
    const numbers = Array.from({ length: 40 }, (_, at) => at);
    for (const workers of [1, 3]) {
      expect(await poolOf(workers).run(doubles(numbers))).toEqual(numbers.map((number) => 2 * number));
      expect(await pool!.run([])).toEqual([]);
      pool!.end();
    }
  });

  it("POOL: a worker stays from job to job and from run to run, unless it has grown too large", async () => {
    const who: ToyJob[] = [1, 2, 3].map((at) => ({ name: `who ${at}`, do: "who" }));
    const same = await poolOf(1).run(who);
    expect(new Set([...same, ...(await pool!.run(who))]).size).toBe(1);
    pool!.end();
    const others = await poolOf(1, 1).run<ToyJob, number>(who);
    expect(new Set(others).size).toBe(3);
    await inTime(() => !others.some(alive));
  });

  it("POOL: a job that throws is named with what it threw, and nothing that the others started outlives the pool", async () => {
    const file = join(folder, "staying");
    const stays: ToyJob = { name: "stays", do: "stay", file };
    // The third begins after the second is done.
    const run = poolOf(2).run<ToyJob, unknown>([stays, { name: "comes", do: "wait", file }, { name: "thrower", do: "throw" }]);
    await expect(run).rejects.toThrow(/^thrower: Error: thrower cannot be done\n +at work /);
    await expect(run).rejects.toBeInstanceOf(JobFailed);
    const pids = await staying(file);
    expect(pids.map(alive)).toEqual([true, true]);
    pool!.end();
    await inTime(() => !pids.some(alive));
    await expect(pool!.run(doubles([1]))).rejects.toThrow("the pool was ended");
  });

  it.each<[string, ToyJob["do"]]>([["ends its worker", "exit"], ["leaves a promise to fail", "leave"]])("POOL: a job that %s is named, and not the one after it", async (_, what) => {
    await expect(poolOf(1).run<ToyJob, unknown>([...doubles([1]), { name: "the culprit", do: what }, ...doubles([2])])).rejects.toThrow(/^the culprit: its worker ended \(exit code [17]\)$/);
  });

  it("POOL: a worker that somebody ends is told of under its job", async () => {
    const file = join(folder, "staying");
    const run = poolOf(1).run<ToyJob, unknown>([{ name: "stays", do: "stay", file }]);
    const told = expect(run).rejects.toThrow("stays: its worker ended (SIGKILL)");
    const [worker, sleeper] = await staying(file);
    process.kill(worker, "SIGKILL");
    await told;
    pool!.end();
    await inTime(() => !alive(sleeper));
  });

  it("POOL: a pool that is interrupted says so, ends its workers and begins no other", async () => {
    const file = join(folder, "staying");
    const told = expect(poolOf(1).run<ToyJob, unknown>([{ name: "stays", do: "stay", file }])).rejects.toThrow("interrupted (SIGHUP)");
    const pids = await staying(file);
    process.emit("SIGHUP", "SIGHUP");
    await told;
    await inTime(() => !pids.some(alive));
    await expect(pool!.run(doubles([1]))).rejects.toThrow("interrupted (SIGHUP)");
  });

  it("POOL: a signal that ends the command ends its workers and all that they started", async () => {
    const file = join(folder, "staying");
    const alone = spawn(process.execPath, [fileURLToPath(new URL("./toys/pool-alone.mjs", import.meta.url)), file], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    alone.stdout.on("data", (text) => (said += text));
    const ended = new Promise((resolve) => alone.on("close", resolve));
    const pids = await staying(file);
    expect(pids.map(alive)).toEqual([true, true]);
    alone.kill("SIGINT");
    await ended;
    expect(said).toBe("Interrupted: interrupted (SIGINT)\n");
    await inTime(() => !pids.some(alive));
  });
});
