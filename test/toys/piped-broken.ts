/** Programs that break the protocol. Argument: how. They answer rightly until the third move of a case. */
import { writeSync } from "node:fs";
import type { Moved, Setup } from "../../harness/engine/contract.ts";
import { serve } from "../../harness/engine/pipe/serve.ts";
import { RegisterImplementation, type RegisterConfig } from "./register.ts";

const way = process.argv[2];

class Broken extends RegisterImplementation {
  #count = 0;
  override open(setup: Setup<RegisterConfig>): void {
    super.open(setup);
    this.#count = 0;
  }
  override move(slot: number, moved: Moved): void {
    super.move(slot, moved);
    if (++this.#count === 3) this.#breakDown(moved);
  }

  #breakDown(moved: Moved): void {
    switch (way) {
      case "ends":
        process.exit(3);
        break;
      case "dies":
        writeSync(2, "panic: error in the register\n  at nowhere\n");
        process.kill(process.pid, "SIGKILL");
        break;
      case "throws":
        throw new RangeError("no such register");
      case "silent":
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
      case "babbles":
        writeSync(1, "Segmentation fault\n");
        break;
      case "wrong type":
        (moved as { yields: unknown }).yields = "one";
        break;
      case "wrong list":
        writeSync(1, '{"next":0,"sent":[1]}\n');
        break;
      case "wrong name":
        writeSync(1, '{"next":0,"stage":[1]}\n');
        break;
    }
  }
}

serve(new Broken());
