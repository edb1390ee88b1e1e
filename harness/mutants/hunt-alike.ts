/** Hunts the faults that model and implementation have alike: what is owed must tell, as nothing else can. */
import { fileURLToPath } from "node:url";
import { patchTexts } from "../engine/loader/patch.ts";
import type { Suspect } from "../engine/mutate/hunt.ts";
import { implementationWith, modelWith, prepareSides } from "../systems/sources.ts";
import type { AlikeFault } from "./alike.ts";
import { huntSuspect, type Hunted, type HuntBudget } from "./hunt.ts";
import type { Piece } from "./models.ts";

/** A system, a piece of its implementation and one of its model. */
type Alike = Piece & { readonly system: string; readonly model: Piece };

const root = fileURLToPath(new URL("../../", import.meta.url));

function patched({ file, find, replace, model }: Alike): ReturnType<typeof patchTexts> {
  return patchTexts([{ file: root + file, find, replace }, { ...model, file: root + model.file }]);
}

/** Programs that agree on the fault. Throws where a piece is not met once. */
export function suspectAlike(fault: Alike): Suspect {
  const { system } = fault;
  const answer = patched(fault);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  const { texts } = answer;
  return { prepare: () => prepareSides(system, texts), sides: () => ({ model: modelWith(system, texts), implementation: implementationWith(system, texts) }) };
}

/** Looks for the fault with every seed; an obligation missed must be what tells of it, at the column that it says. */
export function huntAlike(fault: AlikeFault, budget: HuntBudget): Hunted {
  const answer = patched(fault);
  if (!answer.ok) return { mutant: fault, cases: 0, operations: 0, switches: 0, oneMinimal: false, verdict: "stale", stale: answer.error };
  const hunted = huntSuspect(fault, suspectAlike(fault), fault.hangs ? undefined : fault.rule, budget);
  const { failure, verdict } = hunted;
  const isOwed = failure?.verdict === "obligation missed" && failure.observable === fault.observable;
  return verdict === "caught" && !isOwed ? { ...hunted, verdict: "caught by something else" } : hunted;
}
