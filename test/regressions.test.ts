import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkedCase } from "../harness/cli/read-case.ts";
import { Pair } from "../harness/engine/run.ts";

const folder = new URL("./cases/", import.meta.url);

/** Cases that once failed, under the rule that they broke. */
describe("regressions", () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith(".json")).sort())("%s conforms", (name) => {
    const { case: one, system } = checkedCase(name, JSON.parse(readFileSync(new URL(name, folder), "utf8")));
    expect(new Pair(system).run(one, { wholeAlways: true }).failure).toBeUndefined();
  });
});
