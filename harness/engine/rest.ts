/**
 * What happens when nothing can run: how a case comes to rest.
 *
 * What is blocked tries once more. Then, if the case is to come to rest, faults end (nodes start, cuts heal) and a fair schedule follows,
 * round after round, until nothing is owed any more (`fair.ts`). Blocked tasks that are left then are in a deadlock.
 *
 * Moves that lead nowhere, one after the other, make the schedule fair earlier: a task that waits while another looks for ever is the schedule's fault,
 * one that looks for ever in its turns is not.
 */
import type { Case } from "./case.ts";
import { Next, type Owed } from "./contract.ts";
import { Fair } from "./fair.ts";
import { Made, Steps } from "./steps.ts";

const timerWaitsMax = 10_000;
/** Moves without a documented stage in a row, of whichever tasks, that make the schedule fair; beside one for every entry of the view. */
const movesNowhereMin = 1000;

export abstract class Rest extends Steps {
  protected one!: Case;
  /** Faults have ended, and nothing new begins but background work. */
  protected resting = false;
  /** The schedule is fair from now on. */
  protected fairly = false;
  protected readonly fair = new Fair(this.tasks, this.clocks, this.schedule);
  #movesNowhere = 0;
  #timerWaits = 0;

  /** Looks at the whole view and the invariants; with `declared`, changes must have been declared in this step. */
  protected abstract look(declared: boolean): boolean;
  /** What is still owed once everything is at rest. */
  protected abstract settle(): boolean;
  /** The model, if there is one, says what it owes; false when a failure was found. */
  protected abstract sayOwed(owed: Owed): boolean;
  /** Makes a step that no task and no event makes by itself; `slot` is named as its cause. */
  protected abstract stepOf(slot: number, make: () => void): void;

  /** The case has not come to its end yet. */
  protected stir(): void {
    this.resting = false;
    this.fairly = false;
    this.#movesNowhere = 0;
    this.#timerWaits = 0;
  }

  /** Whether moves lead somewhere; false when something has gone astray under a fair schedule. */
  protected getsOn(slot: number, made: number): boolean {
    const staged = made !== Made.move || (this.said.stages.count > 0 && this.said.next !== Next.blocked);
    if (this.fairly) {
      const astray = this.fair.moved(slot, staged, this.resting);
      return astray === undefined || this.fail("obligation missed", [], astray.observable, "under a fair schedule every task gets on", astray.found);
    }
    if (staged) this.#movesNowhere = 0;
    else if (++this.#movesNowhere > movesNowhereMin + this.view.size) this.#becomeFair();
    return true;
  }

  #becomeFair(): void {
    this.fairly = true;
    this.fair.open(this.system, this.one.config, this.one.profile, this.one.seed, this.view.size);
  }

  /** Nothing can run. True when something was done about it. */
  protected goOn(): boolean {
    const { schedule, clocks } = this;
    if (schedule.blockedCount > 0 && this.progress) {
      this.progress = false;
      schedule.freeAll();
      return true;
    }
    if (this.one.rest) {
      if (this.resting) return this.#nextRound();
      if (schedule.allSettled) {
        this.#heal();
        return this.failure === undefined;
      }
      if (clocks.count > 0) return this.#timePasses(() => clocks.advanceToNext());
    }
    return this.#noMore();
  }

  /** Nothing can run, and nothing will change that; blocked tasks are in a deadlock. */
  #noMore(): false {
    const { schedule } = this;
    if (schedule.blockedCount > 0) {
      // Without a run to rest a task may rightly be left waiting for a clock that the case never moves.
      if (this.clocks.count === 0) {
        this.moving = -1;
        const ids = schedule.blockedIds().join(", ");
        this.fail("obligation missed", [], "deadlock", "every operation comes to its end", `nothing can move; blocked: ${ids}`);
      }
    } else if (!schedule.allSettled) {
      throw new Error("events are left but nothing can begin or is blocked: the schedule lost a task");
    }
    return false;
  }

  #heal(): void {
    const { schedule } = this;
    this.resting = true;
    this.#becomeFair();
    this.progress = true;
    this.network.healAll();
    for (let node = 0; node < schedule.nodeCount; node++) {
      if (schedule.isUp(node)) continue;
      this.#heals(node);
      if (this.failure !== undefined) return;
    }
  }

  /** Starting a node at the end is a step of its own, caused by the last event that crashed it. */
  #heals(node: number): void {
    const { events } = this.one;
    let slot = events.length - 1;
    while (slot > 0 && !(events[slot].do === "crash" && (events[slot] as { node: number }).node === node)) slot--;
    this.stepOf(slot, () => this.startNode(slot, node));
    if (this.failure === undefined && this.always) this.look(this.step > this.closely);
  }

  /** A round of the fair schedule is over; true when another begins. */
  #nextRound(): boolean {
    const { fair } = this;
    fair.ask();
    if (!this.sayOwed(fair)) return false;
    this.moving = -1;
    const missed = fair.missed((entry) => this.view.name(entry));
    if (missed !== undefined) {
      const observable = missed.entry >= 0 ? this.reporter.columnName(missed.entry) : "obligation";
      return this.fail("obligation missed", [missed.rule], observable, missed.expected, missed.found);
    }
    const stuck = fair.blockedTooLong();
    if (stuck !== undefined) return this.fail("obligation missed", [], "deadlock", "under a fair schedule every task gets on", stuck);
    if (!fair.goesOn) return this.#noMore();
    return this.#timePasses(() => fair.nextRound());
  }

  #timePasses(pass: () => void): boolean {
    if (this.#timerWaits++ === timerWaitsMax) {
      const next = this.clocks.count > 0 ? `timer ${this.tasks.id[this.clocks.pending[0]]} is set still` : "something is owed still";
      return this.fail("obligation missed", [], "rest", `rest within ${timerWaitsMax} timers`, next);
    }
    pass();
    this.schedule.dirty = true;
    this.progress = true;
    // A view that shows time changes here without anybody's write.
    return this.always ? this.look(false) : true;
  }
}
