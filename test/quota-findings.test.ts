/** What the quota model says of a state that no rule leads to: each of its invariants and obligations finds something. */
import { describe, expect, test } from "vitest";
import { Moved, Next, type Findings, type Owed } from "../harness/engine/contract.ts";
import { QuotaModel } from "../model/quota/index.ts";
import { rules } from "../spec/quota/rules.ts";
import { base, limits, request } from "./play-quota.ts";

describe("what the model says of a wrong state", () => {
  /** The model after 3 units on core 0, `3/2+3 - | 1 of 4`; the state is then put wrong, and this is what it finds. */
  function findings(put: (state: QuotaModel["state"]) => void): { always: string[]; atRest: string[] } {
    const model = new QuotaModel();
    model.open({ config: base, profile: "product", taskCountMax: 1, draw: () => 0, nowMs: () => 0, footprint: false, poison: 0 });
    model.start({ slot: 0, node: 0, core: 0, kind: "op", cause: 0, command: request(3), body: [], of: -1 });
    const moved = new Moved();
    do model.move(0, moved);
    while (moved.next === Next.more);
    put(model.state);
    const told = (ask: (found: Findings & Owed) => void): string[] => {
      const ids: string[] = [];
      ask({ add: (rule: number) => void ids.push(rules[rule].id) });
      return ids;
    };
    const atRest = (found: Findings & Owed): void => {
      model.owed(found);
      model.obligations(found);
    };
    return { always: told((found) => model.invariants(found)), atRest: told(atRest) };
  }

  test.each<[string, (state: QuotaModel["state"]) => void, string[], string[]]>([
    ["QUOTA-13: nothing is found where nothing is wrong", () => {}, [], []],
    ["QUOTA-13: a unit that left what remains and came nowhere is found", ({ nodes }) => void (nodes[0][0].remaining = 0), ["QUOTA-13"], []],
    ["QUOTA-13: a unit that is held and still remains is found", ({ nodes }) => void (nodes[0][0].ledgers[0].held = 4), ["QUOTA-13"], []],
    // Used is −1, and the sum of what is held and remains is right.
    ["QUOTA-13: a unit released twice is found", ({ nodes }) => void (nodes[0][0].ledgers[0].used = -1), ["QUOTA-13"], ["QUOTA-7", "QUOTA-7"]],
    ["QUOTA-3: more in use than exclusive and held is found", ({ nodes }) => void (nodes[0][0].ledgers[0].used = 6), ["QUOTA-3"], ["QUOTA-7"]],
    ["QUOTA-7: a unit in use that nobody was granted is found at rest", ({ nodes }) => void (nodes[0][0].ledgers[0].used = 4), [], ["QUOTA-7"]],
    // 3/2+6: six are free of what is held and of the core's own, and a chunk is three.
    ["QUOTA-7: more free than a chunk of what was borrowed is found at rest", ({ nodes: [[node]] }) => void Object.assign(node.ledgers[0], { held: 4, used: 2 }), ["QUOTA-13"], ["QUOTA-7", "QUOTA-7"]],
    ["QUOTA-9: a record that a change did not reach is found at rest", ({ published }) => published[0][0].publish(limits(8, 2, 3)), [], ["QUOTA-9", "QUOTA-9"]],
  ])("%s", (_, put, always, atRest) => expect(findings(put)).toEqual({ always, atRest }));
  test("QUOTA-13: more in use than Q in all is found, though no core has more than it may", () => {
    const put = ({ nodes: [[node]] }: QuotaModel["state"]): void => {
      Object.assign(node.ledgers[0], { exclusive: 5, used: 8 });
      Object.assign(node.ledgers[1], { present: true, generation: 1, chunk: 3, exclusive: 2, used: 2 });
    };
    expect(findings(put).always).toEqual(["QUOTA-13"]);
  });
});
