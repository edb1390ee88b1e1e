/**
 * A search under a time limit for each of its questions, at the price of one.
 *
 * To bound a question by itself can cost more than the question does: somebody else must watch the clock meanwhile. So the search is bounded as a whole. Where it is broken off, it begins anew, and what
 * had been asked is answered from a journal: what a search asks next follows from the answers that it had. The question that it was broken off in may go nowhere, or there were many before it: so that one is bounded by itself.
 */
import { disarmTraps } from "../traps.ts";
import { endsInTime } from "./bounded.ts";

export interface Journal {
  /** The answer to the next question, from the journal if it stands there. Undefined: it took longer than its time. */
  ask<A>(question: () => A): A | undefined;
  /** Whether the next question has no answer yet. */
  readonly isNew: boolean;
}

/** Runs a search that asks by the journal only, and always the same after the same answers. A question that is broken off leaves what it worked on in no state to be used again. */
export function inTime<T>(limitMs: number, search: (journal: Journal) => T): T {
  const answers: unknown[] = [];
  let suspect = -1;
  for (let timeMs = 2 * limitMs; ; ) {
    let at = 0;
    let asking = -1;
    let found: { readonly result: T } | undefined;
    const journal: Journal = {
      ask: <A>(question: () => A): A | undefined => {
        if (at === answers.length) {
          asking = at;
          answers.push(at === suspect ? answerInTime(limitMs, question) : question());
          asking = -1;
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
    // Where nothing was learnt since it was broken off last, it needs longer.
    if (asking < 0 || asking === suspect) timeMs *= 2;
    suspect = asking;
  }
}

function answerInTime<A>(limitMs: number, question: () => A): A | undefined {
  let answer: A | undefined;
  if (endsInTime(() => void (answer = question()), limitMs)) return answer;
  disarmTraps();
  return undefined;
}
