/** Taking a documented stage: its number and the rules it stands under. */
import { ruleNumber } from "../../spec/nat-session/rules.ts";
import { Stage, type StageName } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import type { External, NatState } from "./state.ts";

const rulesOf: { readonly [K in StageName]: readonly string[] } = {
  deny: ["NAT-1"],
  pass: ["NAT-1"],
  "hand-over": ["NAT-26"],
  hit: ["NAT-8", "NAT-3", "NAT-12", "NAT-20", "NAT-22", "NAT-18", "NAT-21"],
  wait: ["NAT-10"],
  miss: ["NAT-2"],
  adopt: ["NAT-7", "NAT-9", "NAT-12", "NAT-20", "NAT-22"],
  absent: ["NAT-2", "NAT-9", "NAT-21"],
  unmatched: ["NAT-11", "NAT-17"],
  "use-static": ["NAT-23", "NAT-2"],
  "use-mapping": ["NAT-24", "NAT-2"],
  "no-mapping": ["NAT-24", "NAT-18"],
  "use-pair": ["NAT-25", "NAT-2"],
  "no-pair": ["NAT-25"],
  "take-memory": ["NAT-4"],
  "take-quota": ["NAT-4"],
  "take-port": ["NAT-4", "NAT-23"],
  "insert-pair": ["NAT-25"],
  "lost-pair": ["NAT-25"],
  "insert-mapping": ["NAT-24"],
  "lost-mapping": ["NAT-24"],
  claim: ["NAT-10", "NAT-9", "NAT-3"],
  "lost-claim": ["NAT-10", "NAT-9"],
  "insert-own": ["NAT-5"],
  "insert-reverse": ["NAT-6"],
  place: ["NAT-10", "NAT-6", "NAT-20"],
  "refuse-memory": ["NAT-17"],
  "refuse-quota": ["NAT-17"],
  "refuse-port": ["NAT-17"],
  "refuse-pair": ["NAT-17"],
  "refuse-mapping": ["NAT-17"],
  "refuse-claim": ["NAT-17"],
  "refuse-own": ["NAT-17"],
  "refuse-reverse": ["NAT-17"],
  "undo-own": ["NAT-16"],
  "undo-claim": ["NAT-16"],
  "give-mapping": ["NAT-14", "NAT-24", "NAT-15"],
  "give-pair": ["NAT-14", "NAT-25"],
  "free-port": ["NAT-14"],
  "give-quota": ["NAT-14"],
  "free-memory": ["NAT-14"],
  keep: ["NAT-13", "NAT-14"],
  "drop-copy": ["NAT-13", "NAT-15"],
  retire: ["NAT-14", "NAT-9"],
  "sweep-end": ["NAT-13"],
  publish: ["NAT-26", "NAT-9"],
  "move-bucket": ["NAT-26"],
  "refuse-bucket": ["NAT-26"],
  configure: ["NAT-18"],
  fail: ["NAT-17"],
};
const numbers = Object.fromEntries(Object.entries(rulesOf).map(([name, ids]) => [name, ids.map(ruleNumber)])) as unknown as { readonly [K in StageName]: readonly number[] };

/** Takes a stage. `first`: the rule that matters most here, where it is not the stage's own first. */
export function take(state: NatState, moved: Moved, name: StageName, first?: string): void {
  moved.stages.push(state.at.stage + Stage[name]);
  if (first !== undefined) moved.rules.push(state.at.rule + ruleNumber(first));
  for (const rule of numbers[name]) moved.rules.push(state.at.rule + rule);
}

/** The free choices of one step: taken from what the other side said, or drawn where the model runs alone. */
export class Witness {
  readonly #state: NatState;
  readonly #said: Moved | undefined;
  readonly #slot: number;
  /** First number not yet consumed. */
  at: number;
  readonly #draws: number[];

  constructor(state: NatState, slot: number, said: Moved | undefined, at: number, draws: number[]) {
    this.#state = state;
    this.#slot = slot;
    this.#said = said;
    this.at = at;
    this.#draws = draws;
  }

  /** The object that the other side took, or one of those that are free. */
  choose(free: readonly number[], moved: Moved): number {
    if (this.#said !== undefined) return this.#next();
    const own = free[this.#draw(free.length)];
    moved.witness.push(own);
    return own;
  }
  chooseExternal(free: readonly External[], moved: Moved): External {
    if (this.#said !== undefined) return { address: this.#next(), port: this.#next() };
    const own = free[this.#draw(free.length)];
    moved.witness.push(own.address);
    moved.witness.push(own.port);
    return own;
  }
  refuse(rule: number, text: string, moved: Moved): void {
    moved.refusal = this.#state.at.rule + rule;
    moved.refusalText = text;
  }
  #next(): number {
    return this.at < this.#said!.witness.count ? this.#said!.witness.items[this.at++] : -1;
  }
  #draw(below: number): number {
    const count = (this.#draws[this.#slot] ?? 0) + 1;
    this.#draws[this.#slot] = count;
    return this.#state.setup.draw(this.#slot, 0, count, below) % below;
  }
}
