/** Running something that may never end. */
import vm from "node:vm";

const door = Symbol.for("tandem.bounded");
const script = new vm.Script(`globalThis[Symbol.for("tandem.bounded")]()`);

/**
 * Calls `run`; false if it had not ended after `timeMs` and was broken off. What it was working on is then in no state to be used again: not even
 * its `finally` blocks have run. A call costs about 30 µs more than a plain one, so batches are worth it.
 */
export function endsInTime(run: () => void, timeMs: number): boolean {
  const world = globalThis as Record<symbol, unknown>;
  const before = world[door];
  world[door] = run;
  try {
    script.runInThisContext({ timeout: timeMs });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  } finally {
    world[door] = before;
  }
}
