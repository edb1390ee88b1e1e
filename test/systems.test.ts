/** The records of the systems: what they accept and refuse, what they draw, how they shrink and what they say. */
import { describe, expect, test } from "vitest";
import * as Schema from "@effect/schema/Schema";
import { caseSchema } from "../spec/case-schema.ts";
import * as slabSchema from "../spec/memory-slab/schema.ts";
import * as natSchema from "../spec/nat-session/schema.ts";
import * as nodeSchema from "../spec/node/schema.ts";
import * as portSchema from "../spec/port-allocation/schema.ts";
import * as pairSchema from "../spec/port-quota/schema.ts";
import * as quotaSchema from "../spec/quota/schema.ts";
import * as rssSchema from "../spec/rss-distribution/schema.ts";
import type { PortConfig } from "../spec/port-allocation/terms.ts";
import type { QuotaConfig } from "../spec/quota/terms.ts";
import type { Parsed, System } from "../harness/engine/contract.ts";
import { drawCase } from "../harness/engine/draw.ts";
import { mix32 } from "../harness/engine/random.ts";
import { keys } from "../harness/systems/port-allocation/draw-config.ts";
import { unevenness } from "../harness/systems/port-allocation/even.ts";
import { parseBy } from "../harness/systems/parse.ts";
import { referredKinds } from "../harness/systems/references.ts";
import { systemByName, systems } from "../harness/systems/index.ts";

const schemas: { readonly [name: string]: { configSchema: Schema.Codec<any>; commandSchema: Schema.Codec<any> } } = {
  "nat-session": natSchema,
  node: nodeSchema,
  "memory-slab": slabSchema,
  "rss-distribution": rssSchema,
  quota: quotaSchema,
  "port-allocation": portSchema,
  "port-quota": pairSchema,
};

const ports: PortConfig = {
  cores: 2,
  family: 4,
  addresses: ["198.51.100.1"],
  remotes: ["203.0.113.5"],
  subscribers: 2,
  allocation: "dynamic",
  low: 1024,
  high: 1087,
  wellKnown: { low: 1000, high: 1003 },
  parity: false,
  preserve: false,
  key: keys[0],
  bits: 2,
  indirection: [0, 1, 0, 1],
  slotBits: 3,
  chunk: 4,
  ownPerSlot: 1,
  ownSlots: 0,
  blockSize: 0,
  blocksPerSubscriber: 1,
  memoryOptimised: false,
  mapping: "endpoint-independent",
  reuseDelayMs: 0,
  delayQueueMax: 1,
};
const blocks: PortConfig = { ...ports, allocation: "block", ownPerSlot: 0, blockSize: 16 };
const deterministic: PortConfig = { ...ports, allocation: "deterministic", ownPerSlot: 0 };
const quotas: QuotaConfig = { cores: 2, groupOf: [0, 0], memoryUnits: 100, quotas: [[{ total: 8, exclusive: 2, chunk: 2 }, { total: { percentOfMemory: 50 }, exclusive: 25, chunk: 1 }, null]] };
const pair = { ports, quota: quotas };

function named(name: string): System {
  const system = systemByName(name);
  if (system === undefined) throw new Error(`no system is called ${name}`);
  return system;
}

function refusal(answer: Parsed<unknown>): string {
  return answer.ok ? "accepted" : `${answer.error.at} | ${answer.error.expected} | ${answer.error.found}`;
}

/** Seeds of each system and profile. */
function eachDrawn(system: System, count: number, see: (seed: number, profile: string) => void): void {
  for (const [at, profile] of system.profiles.entries()) for (let n = 0; n < count; n++) see(mix32(n, at), profile);
}

describe.each(systems.map((system) => [system.name, system] as const))("%s", (name, system) => {
  test("every drawn case is accepted by its own schemas and checks, unchanged, and by the schema of case files", () => {
    const whole = caseSchema(schemas[name].configSchema, schemas[name].commandSchema);
    eachDrawn(system, 60, (seed, profile) => {
      const one = JSON.parse(JSON.stringify(drawCase(system, profile, seed, 60)));
      expect(refusal(parseBy(whole as Schema.Codec<unknown>, one))).toBe("accepted");
      const config = system.parseConfig(one.config, profile);
      expect(config).toEqual({ ok: true, value: one.config });
      for (const event of one.events) if (event.do === "op") expect(system.parseCommand(event.command, one.config)).toEqual({ ok: true, value: event.command });
    });
  });

  test("a case is a function of its seed", () => {
    for (let seed = 0; seed < 20; seed++) expect(drawCase(system, "rfc", seed, 60)).toEqual(drawCase(system, "rfc", seed, 60));
    expect(drawCase(system, "rfc", 1, 60)).not.toEqual(drawCase(system, "rfc", 2, 60));
  });

  test("drawn cases are of 60 operations and more, most of them on four cores or more, with a view of at most 2,500 entries (five systems: 4,000)", () => {
    const operations: number[] = [];
    const entries: number[] = [];
    let many = 0;
    let cases = 0;
    eachDrawn(system, 300, (seed, profile) => {
      const one = drawCase(system, profile, seed, 60);
      operations.push(one.events.filter((event) => event.do === "op").length);
      entries.push(system.view(one.config, profile).size);
      if (system.coreCount(one.config, 0) >= 4) many++;
      cases++;
    });
    operations.sort((a, b) => a - b);
    expect(operations[operations.length >> 1]).toBeGreaterThanOrEqual(60);
    expect(many / cases).toBeGreaterThan(0.6);
    expect(Math.max(...entries)).toBeLessThanOrEqual(name === "node" ? 4000 : 2500);
  });

  test("references name an earlier operation of the kind they need, each used up once", () => {
    eachDrawn(system, 60, (seed, profile) => {
      const kinds = new Map<string, string>();
      const used = new Set<string>();
      for (const event of drawCase(system, profile, seed, 60).events) {
        if (event.do !== "op") continue;
        const refers = system.refers(event.command);
        if (refers !== undefined) {
          expect(referredKinds[event.command.kind]).toContain(kinds.get(refers.id));
          expect(used.has(refers.id)).toBe(false);
          if (refers.consumes) used.add(refers.id);
        }
        kinds.set(event.id, event.command.kind);
      }
    });
  });

  test("smaller configurations and commands are accepted and weigh less, and going on with them comes to an end", () => {
    eachDrawn(system, 4, (seed, profile) => {
      const one = drawCase(system, profile, seed, 30);
      let config: unknown = one.config;
      for (let depth = 0, at = seed; depth < 500; depth++, at = mix32(at, depth)) {
        const smaller = system.smallerConfigs(config);
        for (const each of smaller) {
          expect(refusal(system.parseConfig(each, profile))).toBe("accepted");
          expect(system.configWeight(each)).toBeLessThan(system.configWeight(config));
        }
        if (smaller.length === 0) break;
        config = smaller[at % smaller.length];
      }
      expect(system.smallerConfigs(config)).toEqual([]);
      for (const event of one.events) {
        if (event.do !== "op") continue;
        let command = event.command;
        for (let depth = 0; depth < 400; depth++) {
          const smaller = system.smallerCommands(command, one.config);
          for (const each of smaller) {
            expect(refusal(system.parseCommand(each, one.config))).toBe("accepted");
            expect(system.commandWeight(each)).toBeLessThan(system.commandWeight(command));
            expect(each.kind).toBe(command.kind);
          }
          if (smaller.length === 0) break;
          command = smaller[depth % smaller.length];
        }
        expect(system.smallerCommands(command, one.config)).toEqual([]);
      }
    });
  });

  test("operations drawn for a configuration made smaller are accepted too", () => {
    eachDrawn(system, 60, (seed, profile) => {
      let { config } = drawCase(system, profile, seed, 0);
      for (let depth = 0; depth < 20; depth++) {
        const smaller = system.smallerConfigs(config);
        if (smaller.length > 0) config = smaller[mix32(seed, depth) % smaller.length];
      }
      for (const event of drawCase(system, profile, seed, 30, { config }).events) {
        if (event.do === "op") expect(refusal(system.parseCommand(event.command, config))).toBe("accepted");
      }
    });
  });

  test("every drawn command has words of its own, without holes", () => {
    eachDrawn(system, 30, (seed, profile) => {
      const one = drawCase(system, profile, seed, 60);
      for (const event of one.events) if (event.do === "op") expect(system.words(event.command, one.config)).not.toMatch(/undefined|NaN|\[object/);
    });
  });

  test("each stage names a rule, and the schemas can be written as JSON Schema", () => {
    expect(system.stageRules).toHaveLength(system.stages.length);
    for (const rule of system.stageRules!) expect(system.rules[rule]).toBeDefined();
    expect(JSON.stringify(Schema.toJsonSchemaDocument(schemas[name].commandSchema))).toContain('"kind"');
    expect(JSON.stringify(Schema.toJsonSchemaDocument(schemas[name].configSchema))).toContain('"cores"');
  });
});

describe("configurations that contradict themselves are refused under their rule", () => {
  const accepted: readonly (readonly [string, unknown])[] = [
    ["port-allocation", ports],
    ["port-allocation", blocks],
    ["port-allocation", deterministic],
    ["port-allocation", { ...ports, key: keys[1] }],
    ["port-allocation", { ...ports, low: 1024, high: 65_535, slotBits: 7, chunk: 16 }],
    ["port-allocation", { ...blocks, key: "0".repeat(80) }],
    ["port-allocation", { ...ports, wellKnown: null, low: 1 }],
    ["quota", quotas],
    ["port-quota", pair],
  ];
  test.each(accepted)("%s: accepted (%#)", (name, config) => {
    expect(refusal(named(name).parseConfig(config, "rfc"))).toBe("accepted");
  });

  const cases: readonly (readonly [string, string, unknown, string])[] = [
    ["PORT-3: a key that does not split the ports evenly", "port-allocation", { ...ports, key: "0".repeat(80) }, "key | a key that splits the ports evenly (PORT-3): slot 0 has 65536"],
    ["PORT-3: more own slots than slots", "port-allocation", { ...ports, ownSlots: 9 }, "ownSlots | at most 2^slotBits = 8 slots (PORT-3) | 9"],
    ["PORT-5: more bits than slots", "port-allocation", { ...ports, bits: 4, indirection: Array(16).fill(0) }, "bits | at most slotBits = 3 (PORT-5) | 4"],
    ["PORT-11: the normal range reaches into the well-known one", "port-allocation", { ...ports, low: 1023 }, "low | a port from 1024 on, as the well-known range is kept apart (PORT-11) | 1023"],
    ["PORT-13: a block larger than a table", "port-allocation", { ...blocks, blockSize: 65 }, "blockSize | a size from 1 to the 64 ports of a table (PORT-13) | 65"],
    ["PORT-13: no size of blocks", "port-allocation", { ...blocks, blockSize: 0 }, "blockSize | a size from 1"],
    ["PORT-15: more blocks than ports", "port-allocation", { ...deterministic, blocksPerSubscriber: 33 }, "blocksPerSubscriber | a number of blocks for which the 64 ports"],
    ["PORT-15: a block size given although it is computed", "port-allocation", { ...deterministic, blockSize: 4 }, "blockSize | 0, as deterministic allocation computes it (PORT-15) | 4"],
    ["PORT-20: own ports in the basic scheme", "port-allocation", { ...blocks, ownPerSlot: 1 }, "ownPerSlot | 0, as the basic scheme of block allocation has no own ports (PORT-20) | 1"],
    ["PORT-20: blocks in the shuffled scheme", "port-allocation", { ...ports, blockSize: 8 }, "blockSize | 0, as the shuffled scheme of dynamic allocation has no blocks (PORT-20) | 8"],
    ["PORT-27: an indirection table of another length", "port-allocation", { ...ports, indirection: [0, 1] }, "indirection | 2^bits = 4 cores (PORT-27) | [0,1]"],
    ["PORT-27: a core that does not exist", "port-allocation", { ...ports, indirection: [0, 1, 2, 0] }, "indirection[2] | a core from 0 to 1 (PORT-27) | 2"],
    ["D14: port 0", "port-allocation", { ...ports, wellKnown: null, low: 0 }, "low | a value between 1 and 65535 | 0"],
    ["a range upside down", "port-allocation", { ...ports, high: 1023 }, "high | a port from low = 1024 on | 1023"],
    ["a well-known range upside down", "port-allocation", { ...ports, wellKnown: { low: 9, high: 8 } }, "wellKnown.high | a port from wellKnown.low = 9 on | 8"],
    ["an address of the other family", "port-allocation", { ...ports, remotes: ["2001:db8::1"] }, 'remotes[0] | an IPv4 address | "2001:db8::1"'],
    ["an address twice, in another spelling", "port-allocation", { ...ports, family: 6, remotes: ["2001:db8::5"], addresses: ["2001:db8::1", "2001:db8:0::1"] }, "addresses[1] | an address that does not stand there already"],
    ["QUOTA-1: a negative shared part", "quota", { ...quotas, cores: 5 }, "quotas[0][0] | a total of at least cores × exclusive = 10 units (QUOTA-1) | 8"],
    ["QUOTA-1: a negative shared part of a share of the memory", "quota", { ...quotas, memoryUnits: 99 }, "quotas[0][1] | a total of at least cores × exclusive = 50 units (QUOTA-1)"],
    ["a group that does not exist", "quota", { ...quotas, groupOf: [0, 1] }, "groupOf[1] | a group from 0 to 0 | 1"],
    ["PAIR-1: cores do not agree", "port-quota", { ports, quota: { ...quotas, cores: 1 } }, "quota.cores | as many as ports.cores = 2 (PAIR-1) | 1"],
    ["PAIR-1: subscribers do not agree", "port-quota", { ports, quota: { ...quotas, groupOf: [0] } }, "quota.groupOf | a group for each of ports.subscribers = 2 (PAIR-1) | [0]"],
    ["PORT-13 below the pair", "port-quota", { ports: { ...blocks, blockSize: 65 }, quota: quotas }, "ports.blockSize | a size from 1"],
  ];
  test.each(cases)("%s", (_title, name, config, expected) => {
    expect(refusal(named(name).parseConfig(config, "rfc")).startsWith(expected) || refusal(named(name).parseConfig(config, "rfc"))).toBe(true);
  });

  test("PORT-3: both published keys split the ports evenly in both families, and a key with one spoilt digit at the port's place does not", () => {
    for (const key of keys) for (const family of [4, 6] as const) expect(unevenness(key, family)).toBeUndefined();
    const windowOfPort = keys[0].slice(0, 20) + "0000000000000" + keys[0].slice(33);
    expect(unevenness(windowOfPort, 4)).toMatch(/slot \d+ has \d+ of the 65,536 ports/);
    expect(unevenness(windowOfPort, 6)).toBeUndefined();
  });
});

describe("commands that do not fit are refused where they do not", () => {
  const allocate = { kind: "allocate", subscriber: 0, address: 0, protocol: "tcp", remote: 0, remotePort: 80, privatePort: 4660, typePort: 0, want: null, count: 1 };
  const cases: readonly (readonly [string, string, unknown, unknown, string])[] = [
    ["a request that fits", "port-allocation", allocate, ports, "accepted"],
    ["a subscriber that does not exist", "port-allocation", { ...allocate, subscriber: 2 }, ports, "subscriber | a subscriber from 0 to 1 | 2"],
    ["a remote that does not exist", "port-allocation", { ...allocate, remote: 1 }, ports, "remote | the position of a remote from 0 to 0 | 1"],
    ["any address in dynamic allocation", "port-allocation", { ...allocate, address: -1 }, ports, "address | the position of an address from 0 to 0 | -1"],
    ["any address in block allocation", "port-allocation", { ...allocate, address: -1 }, blocks, "accepted"],
    ["PORT-15: an address in deterministic allocation", "port-allocation", allocate, deterministic, "address | -1, as the address is computed (PORT-15) | 0"],
    ["a range upside down", "port-allocation", { ...allocate, want: { low: 5, high: 4 } }, ports, "want.high | a port from want.low = 5 on | 4"],
    ["port 0 wanted", "port-allocation", { ...allocate, want: { port: 0 } }, ports, "want.port | a value between 1 and 65535 | 0"],
    ["no units", "port-allocation", { ...allocate, count: 0 }, ports, "count | a value between 1 and 1024 | 0"],
    ["a misspelt key", "port-allocation", { ...allocate, parity: true }, ports, "parity | no excess property | true"],
    ["a missing key", "port-allocation", { kind: "free" }, ports, "of | a value | nothing"],
    ["an unknown kind", "port-allocation", { kind: "fre" }, ports, ' | a command of kind allocate, free, collect, age, reserve-block, release-block, locate, inverse or reply-core | {"kind":"fre"}'],
    ["PORT-13: a block reserved where there are none", "port-allocation", { kind: "reserve-block", subscriber: 0, protocol: "tcp", address: 0, block: -1 }, ports, "kind | a command of dynamic allocation (PORT-13)"],
    ["a block that does not exist", "port-allocation", { kind: "reserve-block", subscriber: 0, protocol: "tcp", address: 0, block: 4 }, blocks, "block | the position of a block from -1 to 3 | 4"],
    ["PORT-15: the inverse where nothing is computed", "port-allocation", { kind: "inverse", address: 0, port: 1 }, ports, "kind | a command of dynamic allocation (PORT-15)"],
    ["a negative change is a command like others", "quota", { kind: "reconfigure", group: 0, resource: "ports", to: { total: 1, exclusive: 1, chunk: 1 } }, quotas, "accepted"],
    ["a chunk of nothing", "quota", { kind: "reconfigure", group: 0, resource: "ports", to: { total: 1, exclusive: 0, chunk: 0 } }, quotas, "to.chunk | a value between 1 and 1000000 | 0"],
    ["a resource that does not exist", "quota", { kind: "request", subscriber: 0, resource: "port", count: 1 }, quotas, 'resource | "ports" | "sessions" | "memory" | "port"'],
    ["a group that does not exist", "quota", { kind: "reconfigure", group: 1, resource: "ports", to: null }, quotas, "group | a group from 0 to 0 | 1"],
    ["a subscriber beyond", "quota", { kind: "request", subscriber: 2, resource: "ports", count: 1 }, quotas, "subscriber | a subscriber from 0 to 1 | 2"],
    ["inside the pair", "port-quota", { kind: "open", allocate: { ...allocate, subscriber: 9 } }, pair, "allocate.subscriber | a subscriber from 0 to 1 | 9"],
  ];
  test.each(cases)("%s", (_title, name, command, config, expected) => {
    const found = refusal(named(name).parseCommand(command, config));
    expect(found.startsWith(expected) || found).toBe(true);
  });
});

describe("words", () => {
  test("commands and outcomes read as sentences that a core begins", () => {
    const port = named("port-allocation");
    const command = { kind: "allocate", subscriber: 1, address: 0, protocol: "tcp", remote: 0, remotePort: 80, privatePort: 4660, typePort: 0, want: { low: 1030, high: 1040 }, count: 3 };
    expect(port.words(command, { ...ports, parity: true })).toBe("asks 3 tcp ports for subscriber 1 on 198.51.100.1 towards 203.0.113.5:80 (own port 4660, even, within 1030-1040)");
    expect(port.words({ kind: "free", of: "op3" }, ports)).toBe("frees the ports of op3");
    expect(port.outcomeWords([1, 2], ports)).toBe("refused after 2");
    expect(port.outcomeWords([0, 0, 3], ports)).toBe("done: block 3 of address 0");
    expect(port.outcomeWords([2, 4, 5, -1, 1], ports)).toBe("an own port: position 4, slot or block 5, chunk -1, owner 1");
    const quota = named("quota");
    expect(quota.words({ kind: "reconfigure", group: 0, resource: "memory", to: { total: { percentOfMemory: 50 }, exclusive: 2, chunk: 3 } }, quotas)).toBe(
      "changes memory of group 0 to 50 units (50 % of 100), 2 for each core, chunks of 3",
    );
    expect(quota.words({ kind: "request", subscriber: 1, resource: "ports", count: 1 }, quotas)).toBe("asks 1 unit of ports for subscriber 1");
    expect(quota.outcomeWords([1, 4], quotas)).toBe("denied after 4");
    expect(named("port-quota").outcomeWords([2, 0], pair)).toBe("denied after 0");
    expect(named("port-quota").outcomeWords([1, 3], pair)).toBe("no port after 3");
  });
});
