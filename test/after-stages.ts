/** Worked examples that switch between operations at documented stages: the looks and waits that a program puts between them are its own affair. */
import type { Command, System } from "../harness/engine/contract.ts";
import { work, type Example, type Seen } from "./worked.ts";

/** Runs an example whose `a@2>b` says: when a has taken two stages, go over to b. Each switch is found in a run with those before it. */
export function workByStages<Config, C extends Command>(system: System<Config, C>, example: Example<Config, C>): Seen {
  const byMoves: string[] = [];
  for (const text of example.switches ?? []) {
    const [, task, count, run] = /^(.*)@(\d+)>(.*)$/.exec(text)!;
    const seen = work(system, { ...example, switches: byMoves });
    byMoves.push(`${task}@${movesOf(seen, task, Number(count))}>${run}`);
  }
  return work(system, { ...example, switches: byMoves });
}

function movesOf(seen: Seen, task: string, count: number): number {
  let stages = 0;
  let moves = 0;
  for (const step of seen.steps) {
    if (stages >= count) break;
    if (step.task !== task) continue;
    moves++;
    stages += step.stages.length;
  }
  if (stages !== count) throw new Error(`${task} took ${stages} stages, not ${count}`);
  return moves;
}
