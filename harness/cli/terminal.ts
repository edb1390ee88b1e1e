/** What is known of the place the output goes to. */
import wrapAnsi from "wrap-ansi";

const narrowest = 40;

/** Columns of the terminal, or what `COLUMNS` says of a place that is none; 100 of a pipe or a log without. */
export function columns(): number {
  return knownColumns() ?? 100;
}

function knownColumns(): number | undefined {
  if (process.stdout.isTTY) return Math.max(narrowest, process.stdout.columns ?? 80);
  const said = Number(process.env.COLUMNS);
  return Number.isInteger(said) && said > 0 ? Math.max(narrowest, said) : undefined;
}

/** Breaks a line at words so that it fits. */
export function wrapped(text: string, indent = ""): string {
  return wrapAnsi(text, columns() - indent.length, { hard: true })
    .split("\n")
    .map((line, at) => (at === 0 ? line : indent + line))
    .join("\n");
}

/** Lines broken at words where they do not fit a place whose width is known, each going on two columns further in; elsewhere as they are. */
export function fitted(text: string): string {
  const most = knownColumns();
  if (most === undefined) return text;
  return text
    .split("\n")
    .map((line) => {
      const lead = /^ */.exec(line)![0];
      return wrapAnsi(line.slice(lead.length), most - lead.length - 2, { hard: true }).split("\n").map((part, at) => (at === 0 ? lead : `${lead}  `) + part).join("\n");
    })
    .join("\n");
}
