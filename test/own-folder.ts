import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new folder for the test that asks, or whose `beforeEach` does; gone with all that is in it when the test has ended, however it ends. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tandem-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
