import { describe, expect, test } from "vitest";
import { remembered } from "../spec/remembered.ts";

describe("what follows from a configuration", () => {
  const worked: string[] = [];
  const sum = remembered((config: { readonly ports: number }, first: number, name?: string) => {
    worked.push(`${config.ports}+${first}${name ?? ""}`);
    return { sum: config.ports + first };
  });
  const one = { ports: 5 };

  test("is worked out once for the same object and arguments, and anew for any other", () => {
    worked.length = 0;
    expect(sum(one, 1)).toBe(sum(one, 1));
    expect(sum(one, 2)).toEqual({ sum: 7 });
    expect(sum({ ports: 5 }, 2)).toEqual({ sum: 7 });
    expect(sum(one, 1, "x")).toEqual({ sum: 6 });
    expect(sum(one, 1)).toEqual({ sum: 6 });
    expect(worked).toEqual(["5+1", "5+2", "5+2", "5+1x", "5+1"]);
  });

  test("is not kept where it cannot be worked out", () => {
    let asked = 0;
    const refuses = remembered((_config: object) => {
      if (++asked < 3) throw new Error("not yet");
      return asked;
    });
    expect(() => refuses(one)).toThrow("not yet");
    expect(() => refuses(one)).toThrow("not yet");
    expect(refuses(one)).toBe(3);
  });
});
