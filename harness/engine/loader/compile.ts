/** One TypeScript file as a function that can be evaluated again and again. */
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { stop, transformSync, type TransformFailure } from "esbuild";

/** The file is not valid TypeScript; the message names line, column and what stood there. */
export class CompileError extends Error {}

type Evaluate = (module: { exports: Record<string, any> }, require: (name: string) => unknown) => void;

export interface Compiled {
  /** Runs the module's body; its exports are in `module.exports` from the beginning, as getters, so that modules may import each other in a circle. */
  readonly evaluate: Evaluate;
  /** No export is ever assigned again, so plain copies of the values can stand for them; calls through getters cost a third of a run. */
  readonly fixed: boolean;
}

/** Throws `CompileError`. `import.meta.url` works, `import()` does not. */
export function compile(file: string, text: string): Compiled {
  const code = transformed(file, text);
  const url = JSON.stringify(pathToFileURL(file).href);
  // The function is made anew for each evaluation, so that what the engine learns of one instance's types does not slow another's.
  const script = new vm.Script(`(function (module, require) { const __url = ${url}; ${code}\n})`, { filename: file });
  return {
    evaluate: (module, require) => (script.runInThisContext() as Evaluate)(module, require),
    fixed: !/^\s*export\s+(let|var)\b/m.test(text),
  };
}

function transformed(file: string, text: string): string {
  try {
    return transform(file, text);
  } catch (error) {
    const [first] = (error as TransformFailure).errors ?? [];
    if (first === undefined) {
      // A call that a time limit broke off leaves its answer behind, and every later one would get that of the call before it.
      stop();
      return transform(file, text);
    }
    const at = first.location === null ? "" : `${first.location.line}:${first.location.column}: `;
    throw new CompileError(`${at}${first.text}`);
  }
}

function transform(file: string, text: string): string {
  const { code } = transformSync(text, { loader: "ts", format: "cjs", platform: "node", target: "node20", sourcefile: file, logLevel: "silent", define: { "import.meta.url": "__url" } });
  return code;
}
