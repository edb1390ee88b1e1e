/** Numbers that come down: how many tries it takes, as a phase of the shrinker makes them. */
import { describe, expect, test } from "vitest";
import { smallerNumbers } from "../harness/systems/smaller-numbers.ts";

/** Takes the first that will do, and goes on from where it stood, until none will. */
function broughtDown(value: number, will: (smaller: number) => boolean): { readonly left: number; readonly tries: number } {
  let [left, tries] = [value, 0];
  for (let found = true; found; ) {
    found = false;
    for (let at = 0, list = smallerNumbers(left, 0); at < list.length; at++) {
      tries++;
      if (!will(list[at])) continue;
      left = list[at];
      list = smallerNumbers(left, 0);
      found = true;
      at--;
    }
  }
  return { left, tries };
}

describe("a number", () => {
  // A hash of which the two lowest bits choose the core came down by sixty at a time.
  test.each([
    ["of which the lowest bits count", (one: number) => one % 4 === 2, 2],
    ["that must not fall below another", (one: number) => one >= 777, 777],
    ["that must not fall below one of 32 bits", (one: number) => one >= 2_147_483_653, 2_147_483_653],
    ["that must have one bit", (one: number) => (one & 16_384) !== 0, 16_384],
  ])("shrink: one %s comes there in a few tries", (_, will, least) => {
    const { left, tries } = broughtDown(3_000_000_002 + 16_384, will);
    expect(left).toBe(least);
    expect(tries).toBeLessThan(200);
  });
  test("shrink: what is the least already has none that is smaller", () => {
    expect(smallerNumbers(3, 3)).toEqual([]);
    expect(smallerNumbers(4, 3)).toEqual([3]);
  });
});
