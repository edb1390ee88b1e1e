/** The corpus: cases that failed once, one file each, tried before anything is drawn. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Case } from "../engine/case.ts";
import { readCase } from "./read-case.ts";

/** Where files go unless the user says otherwise. */
export const outputFolder = ".tandem";

/** The same case has the same name on every machine. */
export function caseName(one: Case): string {
  return `${one.system}-${createHash("sha256").update(JSON.stringify(one)).digest("hex").slice(0, 8)}`;
}

/** Entries of a system in the order of their names; a damaged one is bad input. */
export function corpusOf(folder: string, system: string): { readonly file: string; readonly case: Case }[] {
  const place = join(folder, "corpus");
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .filter((name) => name.endsWith(".json") && name.startsWith(`${system}-`))
    .sort()
    .map((name) => ({ file: join(place, name), case: readCase(join(place, name)).case }))
    .filter((entry) => entry.case.system === system);
}

/** Writes the case file (which is the corpus entry too) and a vitest file that asserts it conforms. */
export function writeFailure(folder: string, one: Case, title: string): { readonly caseFile: string; readonly testFile: string } {
  const name = caseName(one);
  mkdirSync(join(folder, "corpus"), { recursive: true });
  const caseFile = join(folder, "corpus", `${name}.json`);
  const testFile = join(folder, `${name}.test.ts`);
  writeFileSync(caseFile, `${JSON.stringify(one, null, 1)}\n`);
  writeFileSync(testFile, testText(one, title, resolve(folder)));
  return { caseFile, testFile };
}

function testText(one: Case, title: string, folder: string): string {
  const from = (file: string): string => {
    const path = relative(folder, fileURLToPath(new URL(file, import.meta.url)));
    return path.startsWith(".") ? path : `./${path}`;
  };
  return `import { expect, test } from "vitest";
import { systemByName } from "${from("../systems/index.ts")}";
import { judged } from "${from("../systems/judged.ts")}";

test(${JSON.stringify(title)}, () => {
  const failure = judged(systemByName(${JSON.stringify(one.system)})!, ${JSON.stringify(one, null, 2).replaceAll("\n", "\n  ")});
  expect(failure).toBeUndefined();
});
`;
}
