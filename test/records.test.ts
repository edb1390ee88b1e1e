import { describe, expect, test } from "vitest";
import { Records } from "../impl/records.ts";

describe("records of tasks", () => {
  test("rows lie one after the other, and all are clean when opened, whatever was in use before", () => {
    const rows = new Records(3);
    const records = rows.open(4, 0);
    expect([0, 1, 3].map((slot) => rows.begin(slot))).toEqual([0, 3, 9]);
    records.fill(7, 0, 12);
    expect([...rows.open(4, 0).subarray(0, 12)]).toEqual(Array<number>(12).fill(0));
  });

  test("a slot that begins before a higher one does not make that one's row unused", () => {
    const rows = new Records(3);
    const records = rows.open(4, 0);
    records[rows.begin(2)] = 7;
    rows.begin(0);
    expect([...rows.open(4, 0)].filter((word) => word !== 0)).toEqual([]);
  });

  test("they are junk where that is asked for, and clean when opened next", () => {
    const rows = new Records(3);
    expect(new Set(rows.open(4, 0x5555).subarray(0, 12))).toEqual(new Set([0x5555]));
    expect(new Set(rows.open(4, 0))).toEqual(new Set([0]));
    rows.begin(1);
    expect(new Set(rows.open(2, 9).subarray(0, 6))).toEqual(new Set([9]));
  });

  test("there is room for more tasks than before", () => {
    const rows = new Records(3);
    rows.open(2, 0);
    rows.begin(1);
    expect(rows.open(100, 0).length).toBeGreaterThanOrEqual(300);
    expect(rows.all.every((word) => word === 0)).toBe(true);
  });
});
