/**
 * Memory as a part of a node. Model and implementation offer, beside their commands, these rows; each takes the stages that `stages.ts` gives it, ends with `next` = done, and answers nothing by itself (the node's task goes on):
 *
 * - `beginObtain(slot, core, kind, content)`: a core that is not ready: `refuse-unready`; otherwise the row *obtain* of the kind at that position in `kinds` of the configuration. Afterwards `obtained(slot)` is the object, −1 if there is none.
 * - `beginFreeObject(slot, core, object)`: `begin-free` of that one object, then *give back*.
 * - `beginStartUp(slot, core)` and `beginScan(slot, core, timer)`: as their commands (and the timer's task), with their outcomes.
 *
 * `moveRow(slot, moved)` (the model: `judgeRow(slot, said, witnessAt, moved)`, `said` undefined where it chooses by itself) is one step of the row that was begun in the slot. An object's content is what `beginObtain` was given.
 */
export const rowsOfMemory = ["beginObtain", "obtained", "beginFreeObject", "beginStartUp", "beginScan"] as const;
