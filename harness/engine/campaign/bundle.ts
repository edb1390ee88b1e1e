/**
 * What a worker thread runs: everything it needs, as one plain script. Reading TypeScript in the thread itself would take a loader, which lives in one more
 * thread, and four times as long. Packages are not taken in; they are those this project uses.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

const scripts = new Map<string, Promise<string>>();

/** The script for the systems of a module (its URL). */
export function workerScript(systemModule: string): Promise<string> {
  const worker = fileURLToPath(new URL("./worker.ts", import.meta.url));
  return scriptOf(`import { work } from ${JSON.stringify(worker)};\nimport * as systems from ${JSON.stringify(fileURLToPath(systemModule))};\nvoid work(systems);`);
}

/**
 * The script of an ES module that is given as text and imports by absolute paths; made once in the life of the process. Rejects if a file is missing or no
 * TypeScript. It is to be run by `new Worker(script, { eval: true })`.
 */
export function scriptOf(module: string): Promise<string> {
  let script = scripts.get(module);
  if (script === undefined) {
    script = bundled(module);
    scripts.set(module, script);
  }
  return script;
}

async function bundled(module: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node20",
    packages: "external",
    plugins: [ownUrls],
    define: { "import.meta.url": "moduleUrl" },
    // A script made of text would look for packages where the process was started.
    banner: { js: `require = require("node:module").createRequire(${JSON.stringify(import.meta.url)});` },
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

/** Modules keep their own `import.meta.url`, by which some find files beside them. */
const ownUrls: Plugin = {
  name: "own urls",
  setup: (building) =>
    building.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return { contents: `const moduleUrl = ${JSON.stringify(pathToFileURL(path).href)}; ${text}`, loader: "default" };
    }),
};
