/** Where other versions of Node come from: named on the command line, kept from the last time, or the npm package that carries the bare binary for this platform. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { InvalidInput } from "../usage.ts";

export interface NodeBinary {
  readonly path: string;
  /** As it says itself, such as `v22.1.0`. */
  readonly version: string;
}

/** Major versions that must agree. */
export const majors: readonly number[] = [20, 22, 24];

/** The binaries that were found, the lowest version first, and the major versions of which there is none. */
export interface Nodes {
  readonly found: readonly NodeBinary[];
  readonly missing: readonly number[];
}

export function majorOf({ version }: NodeBinary): number {
  return Number(/^v(\d+)\./.exec(version)![1]);
}

/** What the program at this path says it is; undefined if it is no Node. */
function nodeAt(path: string): NodeBinary | undefined {
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 20_000 });
  const version = status === 0 ? stdout.trim() : "";
  return /^v\d+\.\d+\.\d+/.test(version) ? { path, version } : undefined;
}

/**
 * A binary of each major version: those of `given` (paths) first, then the one that runs this, then those kept in `folder`; what is missing then is fetched
 * into it, unless `fetch` is false. Throws `InvalidInput` for a path that is no Node.
 */
export async function nodesOf(given: readonly string[], folder: string, fetch: boolean): Promise<Nodes> {
  const binaries = given.map((path) => {
    const binary = nodeAt(path);
    if (binary === undefined) throw new InvalidInput("the command line", { at: "--node", expected: "the path of a Node binary", found: JSON.stringify(path) });
    return binary;
  });
  if (!binaries.some((one) => majorOf(one) === majorOf(self))) binaries.push(self);
  const missing: number[] = [];
  for (const major of majors) {
    if (binaries.some((one) => majorOf(one) === major)) continue;
    const binary = kept(folder, major) ?? (fetch ? await fetched(folder, major) : undefined);
    if (binary === undefined) missing.push(major);
    else binaries.push(binary);
  }
  return { found: binaries.sort((a, b) => majorOf(a) - majorOf(b)), missing };
}

const self: NodeBinary = { path: process.execPath, version: process.version };
const packageName = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

function kept(folder: string, major: number): NodeBinary | undefined {
  const path = resolve(folder, String(major), "node_modules", packageName, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(path)) return undefined;
  const binary = nodeAt(path);
  return binary !== undefined && majorOf(binary) === major ? binary : undefined;
}

/** Asks npm for the package; whatever goes wrong, there is none then. */
async function fetched(folder: string, major: number): Promise<NodeBinary | undefined> {
  const place = join(folder, String(major));
  mkdirSync(place, { recursive: true });
  process.stderr.write(`fetching Node ${major} (${packageName})\n`);
  const args = ["install", "--prefix", place, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", `${packageName}@${major}`];
  await new Promise<void>((done) => {
    const npm = spawn("npm", args, { stdio: "ignore", timeout: 180_000, shell: process.platform === "win32" });
    npm.on("error", () => done());
    npm.on("close", () => done());
  });
  return kept(folder, major);
}
