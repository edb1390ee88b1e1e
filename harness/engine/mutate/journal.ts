/**
 * A search under a time limit for each of its questions, at the price of one.
 *
 * To bound a question by itself can cost more than the question does: somebody else must watch the clock meanwhile. So the search is bounded as a whole. Where it is broken off, in a question
 * that goes nowhere or only because there were many, it begins anew, and what had been asked is answered from a journal: what a search asks next follows from the answers that it had.
 */
import { disarmTraps } from "../traps.ts";
import { endsInTime } from "./bounded.ts";

export interface Journal {
  /** The answer to the next question, from the journal if it stands there. Undefined: it took longer than its time. */
  ask<A>(question: () => A): A | undefined;
  /** Whether the next question would be asked for the first time. */
  readonly isNew: boolean;
}

/** Runs a search that asks by the journal only, and always the same after the same answers. A question that is broken off leaves what it worked on in no state to be used again. */
export function inTime<T>(limitMs: number, search: (journal: Journal) => T): T {
  const answers: unknown[] = [];
  for (let timeMs = 2 * limitMs; ; ) {
    let at = 0;
    let askedAt = Infinity;
    let found: { readonly result: T } | undefined;
    const journal: Journal = {
      ask: <A>(question: () => A): A | undefined => {
        if (at === answers.length) {
          askedAt = performance.now();
          answers.push(question());
          askedAt = Infinity;
        }
        return answers[at++] as A | undefined;
      },
      get isNew() {
        return at === answers.length;
      },
    };
    endsInTime(() => {
      found = { result: search(journal) };
    }, timeMs);
    if (found !== undefined) return found.result;
    disarmTraps();
    if (performance.now() - askedAt >= limitMs) answers.push(undefined);
    else timeMs *= 2;
  }
}
