/** Jobs of a toy pool: what workers may do, and what may become of them. */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import type { Job } from "../../harness/engine/pool/job.ts";

export interface ToyJob extends Job {
  readonly do: "double" | "who" | "make" | "wait" | "stay" | "throw" | "exit" | "leave";
  readonly number?: number;
  /** What is made or waited for; what stays writes there which processes it is. */
  readonly file?: string;
}

const clock = new Int32Array(new SharedArrayBuffer(4));
const late = async (): Promise<never> => {
  throw new Error("too late");
};

export function work({ do: what, file, name, number }: ToyJob): unknown {
  switch (what) {
    case "double":
      return number! * 2;
    case "who":
      return process.pid;
    case "make":
      return writeFileSync(file!, "");
    case "wait":
      while (!existsSync(file!)) Atomics.wait(clock, 0, 0, 5);
      return "waited";
    case "stay": {
      const sleeper = spawn("sleep", ["60"], { stdio: "ignore" });
      writeFileSync(file!, `${process.pid} ${sleeper.pid}`);
      return Atomics.wait(clock, 0, 0, 60_000);
    }
    case "throw":
      throw new Error(`${name} cannot be done`);
    case "exit":
      return process.exit(7);
    case "leave":
      void late();
      return "left";
  }
}
