/** Worked examples: both ends of a table, and tables of the documented size. */
import { describe, expect, test } from "vitest";
import { Place, type PortConfig } from "../../spec/port-allocation/terms.ts";
import { ask, askFor, blocks, free, from, locate, play, publishedKey, shuffled, symmetricKey } from "../play-ports.ts";

const given = [0, 1];
const refused = [1, 0];

describe("PORT-19", () => {
  /** 37 ports up to the last there is; neither slots, shares nor chunks come out even. */
  const end = { low: 65499, high: 65535 };
  test.each<[string, PortConfig]>([
    ["nothing owned, chunks of 5", { ...shuffled, ...end, ownPerSlot: 0, chunk: 5 }],
    ["shares of 4, chunks of 3", { ...shuffled, ...end, ownPerSlot: 4, chunk: 3 }],
    ["all owned but the remainder, three cores", { ...shuffled, ...end, cores: 3, ownPerSlot: 99, chunk: 3 }],
    ["four slots", { ...shuffled, ...end, slotBits: 2, bits: 2, indirection: [0, 1, 1, 0], key: publishedKey }],
    ["one block", { ...blocks, ...end, blockSize: 37, blocksPerSubscriber: 1 }],
    ["block for one subscriber", { ...blocks, ...end, allocation: "deterministic", blockSize: 0, subscribers: 1, blocksPerSubscriber: 1 }],
  ])("PORT-19: the cores together give out every port of the table, from 65499 to 65535, then none, and again after all came back (%s)", (_name, config) => {
    const computed = config.allocation === "deterministic" ? { address: -1 } : {};
    const cores = from(0, config.cores - 1);
    const all = (word: string) => Object.fromEntries(cores.map((core) => [`${word}${core}`, ask(core, { ...computed, count: 37 })]));
    const played = play(config, { ...all("a"), last: askFor(0, 65535, computed), ...Object.fromEntries(cores.map((core) => [`f${core}`, free(core, `a${core}`)])), ...all("b") }, { skipped: config.ownPerSlot > 0 ? 0 : config.cores - 1 });
    for (const word of ["a", "b"]) {
      expect(played.ports(...cores.map((core) => `${word}${core}`)).sort()).toEqual(from(65499, 65535));
      for (const core of cores) expect(played.stages(`${word}${core}`).at(-1)).toBe(core === 0 && config.ownPerSlot === 0 ? "take" : "refuse");
    }
    expect(played.outcome("last")).toEqual(refused);
  });
  test("PORT-19: the left-over end of a table cut into blocks is never given, not even when asked for; the last port of the last block is", () => {
    const played = play({ ...blocks, blocksPerSubscriber: 4 }, { a: ask(0, { count: 41 }), left: askFor(0, 1064), past: askFor(0, 1065), f: free(0, "a"), last: askFor(0, 1063) });
    expect([played.outcome("a"), played.ports("a").sort(), played.outcome("left"), played.outcome("past"), played.outcome("last")]).toEqual([[1, 40], from(1024, 1063), refused, refused, given]);
  });
});

describe("PORT-4", () => {
  // Every step reads the view of some 650,000 entries, so few ports stand for all.
  /** 8 cores with 60 ports each in every slot of 504: chunks of 16 and 8 are left. */
  const documented: PortConfig = { ...shuffled, cores: 8, high: 65535, key: publishedKey, bits: 7, slotBits: 7, indirection: from(0, 127).map((bucket) => bucket & 7), chunk: 16, ownPerSlot: 60 };
  test.each([publishedKey, symmetricKey])("PORT-4: in a table of documented size the place of a port follows from its position, 504 to a slot, 60 to a core (key %s)", (key) => {
    const ports = from(1024, 65535).filter((port) => port % 3001 === 0 || port < 1026 || port > 65533);
    const played = play({ ...documented, key }, Object.fromEntries(ports.map((port) => [`at${port}`, locate(port)])), { large: true });
    const positions = new Set<number>();
    for (const port of ports) {
      const [place, position, slot, chunk, owner] = played.outcome(`at${port}`);
      positions.add(position);
      const rank = position % 504;
      const own = rank < 480;
      expect([port, place, slot, chunk, owner]).toEqual([port, own ? Place.own : Place.shared, Math.floor(position / 504), own ? -1 : slot * 2 + (rank < 496 ? 0 : 1), own ? Math.floor(rank / 60) : -1]);
    }
    expect([positions.size, Math.max(...positions) < 64512]).toEqual([ports.length, true]);
  });
  test.each([1024, 65535])("PORT-4: port %i of a table of documented size is given to the core it belongs to, and by nobody else, in both tables", (port) => {
    const cores = from(0, 7);
    const script = Object.fromEntries(cores.map((core) => [`c${core}`, askFor(core, port)]));
    const played = play(documented, { at: locate(port), ...script, udp: askFor(0, port, { protocol: "udp" }) }, { large: true });
    const [place, , , , owner] = played.outcome("at");
    // Where it is shared, whoever asks first claims its chunk.
    const gets = place === Place.own ? owner : 0;
    expect(cores.map((core) => played.outcome(`c${core}`))).toEqual(cores.map((core) => (core === gets ? given : refused)));
    expect([played.at("port.user", port), played.outcome("udp")]).toEqual([1, gets === 0 ? given : refused]);
  });
});
