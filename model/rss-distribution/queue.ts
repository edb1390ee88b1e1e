/** The queues of packets that wait at a core, and the messages that say so (RSS-11). */
import type { Moved } from "../../spec/side.ts";
import type { RssState, Waiting } from "./state.ts";

/** The packet waits at this core from now on and counts for it. Where shared memory carries it the message is empty. */
export function send(state: RssState, core: number, record: Waiting, moved: Moved): void {
  const { load, waiting } = state.layout.core;
  const shared = state.config.carrier === "shared";
  state.add(waiting + core, 1);
  state.add(load + core, record.cost);
  if (shared) state.queues[core].push(record);
  const { slot, flow, sequence, hash, how, cost, times } = record;
  moved.sent.push({ node: 0, core, label: "packet", body: shared ? [] : [slot, flow, sequence, hash, how, cost, times] });
}

/** The packet that a message to this core is about: the one it brings, or the oldest in the queue. */
export function waitingAt(state: RssState, core: number, body: readonly number[]): Waiting {
  if (state.config.carrier === "message") {
    const [slot, flow, sequence, hash, how, cost, times] = body;
    return { slot, flow, sequence, hash, how, cost, times };
  }
  const oldest = state.queues[core][0];
  if (oldest === undefined) throw new Error(`a message for core ${core}, whose queue is empty`);
  return oldest;
}

/** It waits here no more. */
export function over(state: RssState, core: number): void {
  state.add(state.layout.core.waiting + core, -1);
  if (state.config.carrier === "shared") state.queues[core].shift();
}
