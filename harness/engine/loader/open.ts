/** Source text whose private members can be reached, so that what a program remembers can be written down without its help. */
import { parseSync } from "oxc-parser";
import { below, type Node } from "../mutate/syntax.ts";
import { filesOf, readSource, type Texts } from "./load.ts";

/** The text with every `#name` of a class as `$name`: the same program, but for tests like `#name in object`, which it must not have. */
export function opened(file: string, text: string): string {
  const { program } = parseSync(file, text);
  const places: number[] = [];
  const look = (node: Node): void => {
    if (node.type === "PrivateIdentifier") places.push(node.start);
    for (const inner of below(node)) look(inner);
  };
  look(program as unknown as Node);
  let made = "";
  let from = 0;
  for (const place of places.sort((a, b) => a - b)) {
    made += `${text.slice(from, place)}$`;
    from = place + 1;
  }
  return made + text.slice(from);
}

/** Texts under which everything that `entry` (absolute path) is made of is opened; `texts` stand in place of the files', as for `loadWith`. */
export function openedTexts(entry: string, texts: Texts = new Map()): Texts {
  const files = new Map<string, string>();
  for (const file of new Set([...filesOf(entry), ...texts.keys()])) {
    const text = texts.get(file) ?? readSource(file);
    files.set(file, text.includes("#") ? opened(file, text) : text);
  }
  return files;
}
