/** What is known of the place the output goes to. */
import wrapAnsi from "wrap-ansi";

/** Columns of the terminal; 100 where there is none (a pipe, a log). */
export function columns(): number {
  return process.stdout.isTTY ? Math.max(40, process.stdout.columns ?? 80) : 100;
}

/** Breaks a line at words so that it fits. */
export function wrapped(text: string, indent = ""): string {
  return wrapAnsi(text, columns() - indent.length, { hard: true })
    .split("\n")
    .map((line, at) => (at === 0 ? line : indent + line))
    .join("\n");
}
