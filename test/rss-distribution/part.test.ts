/** The model as a part of a node: packets bring their headers, and the whole answers for its tasks. */
import { describe, expect, test } from "vitest";
import { Moved } from "../../harness/engine/contract.ts";
import { Cells } from "../../model/cells.ts";
import { RssModel } from "../../model/rss-distribution/index.ts";
import { ruleNumber } from "../../spec/rss-distribution/rules.ts";
import { stages, Stage, type RssConfig } from "../../spec/rss-distribution/terms.ts";
import { rssLayout } from "../../spec/rss-distribution/view.ts";
import { base } from "../play-rss.ts";

const at = { entry: 100, rule: 200, stage: 300, goal: 400 };
/** Flow 0 of the base configuration, as headers: bucket 0, which is core 0's. */
const headers = { protocol: 0, sourceAddress: 0x420995bb, destinationAddress: 0xa18e6450, sourcePort: 2794, destinationPort: 1766 };

class Part {
  readonly cells = new Cells();
  readonly model = new RssModel(at, this.cells);
  readonly moved = new Moved();
  constructor(config: RssConfig) {
    this.cells.open(1000, false);
    this.model.open({ config, profile: "product", taskCountMax: 10, draw: () => 0, nowMs: () => 0, footprint: false, poison: 0 });
  }
  /** Names of the stages of one step. */
  step(slot: number): string[] {
    this.moved.clear();
    this.cells.begin(this.moved);
    this.model.judgeRow(slot, undefined, 0, this.moved);
    expect(this.moved.outcome.count + this.moved.yields).toBe(0);
    return this.moved.stages.toArray().map((number) => stages[number - at.stage]);
  }
}

describe.each(["message", "shared"] as const)("a node's packet (carrier %s)", (carrier) => {
  const layout = rssLayout(base, at.entry);
  test("RSS-11: it is placed, delivered without a flow, and finished", () => {
    const part = new Part({ ...base, carrier });
    part.model.beginPacketOf(1, 3, headers);
    expect(part.step(1)).toEqual(["by-hash"]);
    expect(part.model.placedOn(1)).toBe(0);
    const [{ label, core, body }] = part.moved.sent;
    expect([label, core]).toEqual(["packet", 0]);
    expect(body).toEqual(carrier === "shared" ? [] : [1, -1, 0, 0x51ccc178, 1, 1, 0]);
    expect(part.cells.peek(layout.core.load)).toBe(1);
    part.model.beginMessage(2, 0, body);
    expect(part.step(2)).toEqual(["accept"]);
    expect([part.model.delivered(2), part.model.operationOf(2)]).toEqual([1, 1]);
    part.model.beginFinish(1, 1);
    expect(part.step(1)).toEqual(["finish"]);
    expect(part.cells.peek(layout.core.load)).toBe(0);
  });
  test("RSS-3: it is handed over where its bucket has moved, in a step of the node's", () => {
    const part = new Part({ ...base, carrier });
    part.model.beginPacketOf(1, 3, headers);
    part.step(1);
    const { body } = part.moved.sent[0];
    const bucket = part.model.bucketOf(headers);
    expect([bucket, part.model.coreOfBucket(bucket)]).toEqual([0, 0]);
    part.moved.clear();
    part.model.moveBucket(bucket, 2, part.moved);
    part.model.refuseBucket(part.moved);
    expect(part.moved.stages.toArray()).toEqual([at.stage + Stage["move-bucket"], at.stage + Stage["refuse-bucket"]]);
    expect(part.moved.rules.items[0]).toBe(at.rule + ruleNumber("RSS-3"));
    expect([part.model.coreOfBucket(bucket), part.cells.peek(layout.node.moves)]).toEqual([2, 1]);
    part.model.beginMessage(2, 0, body);
    expect(part.step(2)).toEqual(["hand-over"]);
    expect([part.model.delivered(2), part.model.operationOf(2), part.moved.sent[0].core]).toEqual([0, 1, 2]);
  });
  test("RSS-18: it is dropped where there is no room", () => {
    const part = new Part({ ...base, carrier, queueMax: 1 });
    for (const slot of [1, 2]) part.model.beginPacketOf(slot, 3, headers);
    expect([part.step(1), part.step(2)]).toEqual([["by-hash"], ["drop-full"]]);
    expect([part.model.placedOn(1), part.model.placedOn(2)]).toEqual([0, -1]);
  });
  test("RSS-23: the pair is that of its addresses in the configuration; of other addresses the scheme knows nothing", () => {
    const part = new Part({ ...base, carrier, schemes: [{ kind: "pair" }] });
    part.model.beginPacketOf(1, 3, headers);
    part.step(1);
    expect(part.cells.peek(layout.pair.core + 1)).toBe(part.model.placedOn(1) + 1);
    part.model.beginPacketOf(2, 3, { ...headers, destinationAddress: 1 });
    expect(part.step(2)).toEqual(["drop-none"]);
  });
});
