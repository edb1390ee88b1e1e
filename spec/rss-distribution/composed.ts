/**
 * Distribution as a part of a node: packets bring headers of their own instead of a flow of the configuration. Model and implementation offer, beside their commands, these rows; each takes the stages that `stages.ts` gives it, ends with `next` = done, and answers nothing by itself (the node's task goes on):
 *
 * - `beginPacketOf(slot, core, headers)`: the row *packet* of a plain packet of cost 1 with these headers, on card 0. Its flow is −1: no sequence and no last core are kept for it. The scheme `pair` takes the pair of its addresses, by position in `addresses` of the configuration. Afterwards `placedOn(slot)` is the core it was placed on, −1 if it was dropped.
 * - `beginMessage(slot, core, body)`: the message `packet`. A packet with flow −1 that is delivered takes `accept`, whatever `how` says; nothing is known or numbered. Afterwards `delivered(slot)` is 1 if it was, 0 if it was handed over, dropped or lost, and `operationOf(slot)` is the slot of the operation whose packet it was (which with the carrier `shared` only the queue knows).
 * - `beginFinish(slot, of)`: the row *finish* of the packet that operation `of` placed; as a part it never finds the packet waiting, since the node begins it only at the packet's end.
 * - `bucketOf(headers)`, `coreOfBucket(bucket)`: bucket of a plain packet, and the core it belongs to now. `moveBucket(bucket, to, moved)` takes the stage `move-bucket` and `refuseBucket(moved)` the stage `refuse-bucket`, as parts of a step of somebody else.
 * - `start(task)`: the commands `rebalance`, `vote`, `set-rule`, `steer`, `register`, `core-down` and `core-up`, and the message `rebalance`, each of which is a task of the node by itself. Their last step tells their answer.
 *
 * `moveRow(slot, moved)` (the model: `judgeRow(slot, said, witnessAt, moved)`, `said` undefined where it chooses by itself) is one step of the row that was begun in the slot.
 */
export interface Headers {
  /** Position in `protocols`. */
  readonly protocol: number;
  /** IPv4, unsigned 32-bit. */
  readonly sourceAddress: number;
  readonly destinationAddress: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}
