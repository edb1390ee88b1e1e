/** The free choices of one step: taken from what the other side said, or drawn by the model itself when it runs alone. */
import { Stage, stages } from "../../spec/port-allocation/terms.ts";
import { ruleNumber } from "../../spec/port-allocation/rules.ts";
import type { Moved } from "../../spec/side.ts";
import type { PortState } from "./state.ts";

const stageCount = stages.length;

export class Witness {
  readonly #state: PortState;
  #said: Moved | undefined;
  #slot = 0;
  /** First number not yet consumed. */
  at = 0;
  #draws: number[] = [];

  constructor(state: PortState) {
    this.#state = state;
  }

  open(): void {
    this.#draws = [];
  }

  /** `said` undefined: the model runs alone. */
  begin(slot: number, said: Moved | undefined, at: number): void {
    this.#slot = slot;
    this.#said = said;
    this.at = at;
  }
  /** The first number not consumed. Whose step it was is forgotten, so that what is remembered does not depend on who moved last. */
  end(): number {
    const { at } = this;
    this.begin(0, undefined, 0);
    return at;
  }

  /** Where the search for `stage` starts, below `count`: the other side's choice if it took that stage, else one of our own. A choice out of range is judged by `take`. */
  start(stage: number, count: number, draw: number): number {
    if (this.#said !== undefined) return this.#saidStage() === stage && this.#said.witness.count > this.at ? within(this.#said.witness.items[this.at], 0, count) : 0;
    const drawn = this.#draws[this.#slot] ?? 0;
    this.#draws[this.#slot] = drawn + 1;
    const among = Math.max(1, count);
    return this.#state.setup.draw(this.#slot, draw, drawn, among) % among;
  }
  /** As `start`, among port numbers. */
  startPort(stage: number, low: number, high: number, draw: number): number {
    if (this.#said === undefined) return low + this.start(stage, high - low + 1, draw);
    return this.#saidStage() === stage && this.#said.witness.count > this.at ? low + within(this.#said.witness.items[this.at] - low, 0, high - low + 1) : low;
  }

  /** The stage the other side took at this point of its move, by the numbers of this part. */
  #saidStage(): number {
    const { items, count } = this.#said!.stages;
    // A move of port allocation has at most one stage with a free start, its last; in a larger system a stage of another part may follow it.
    for (let at = count - 1; at >= 0; at--) {
      const stage = items[at] - this.#state.at.stage;
      if (stage >= 0 && stage < stageCount) return stage;
    }
    return -1;
  }

  /** Notes the stage that follows from the rules. Where the other side took another one, the rule that forbids that comes first. */
  stage(stage: number, rule: string, moved: Moved): void {
    moved.stages.push(this.#state.at.stage + stage);
    if (this.#said !== undefined) {
      const said = this.#saidStage();
      if (said === Stage.refuse && stage !== Stage.refuse) this.#state.rule(moved, "PORT-19");
      else if (said === Stage.claim && stage === Stage.take) this.#state.rule(moved, "PORT-24");
      else if (said === Stage.reserve && stage !== Stage.reserve) this.#state.rule(moved, "PORT-14");
    }
    this.#state.rule(moved, rule);
  }

  /** The next number of the witness (-1: there is none), or our own where we run alone. */
  next(own: number, moved: Moved): number {
    if (this.#said === undefined) {
      moved.witness.push(own);
      return own;
    }
    return this.at < this.#said.witness.count ? this.#said.witness.items[this.at++] : -1;
  }

  refuse(rule: string, text: string, moved: Moved): void {
    moved.refusal = this.#state.at.rule + ruleNumber(rule);
    moved.refusalText = text;
  }
}

function within(value: number, low: number, count: number): number {
  return value >= low && value < count ? value : low;
}
