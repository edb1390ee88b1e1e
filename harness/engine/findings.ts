/** Keeps the first thing a model found wrong or owed. */
import type { Findings } from "./contract.ts";

export class FirstFinding implements Findings {
  any = false;
  rule = -1;
  entry = -1;
  text = "";
  clear(): void {
    this.any = false;
  }
  add(rule: number, entry: number, text: string): void {
    if (this.any) return;
    this.any = true;
    this.rule = rule;
    this.entry = entry;
    this.text = text;
  }
}
