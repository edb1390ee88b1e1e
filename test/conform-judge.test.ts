import { readFileSync } from "node:fs";
import * as Schema from "@effect/schema/Schema";
import { describe, expect, test } from "vitest";
import { reportOf } from "../harness/cli/conform.ts";
import { expected } from "../harness/conform/expected.ts";
import { Moved, Next, type Side } from "../harness/engine/contract.ts";
import type { Box } from "../harness/conform/box.ts";
import { campaign } from "../harness/conform/campaign.ts";
import { addressOf, build, parse, type Packet, type Received } from "../harness/conform/packets.ts";
import { newSources, ruleset } from "../harness/conform/ruleset.ts";
import { drawHistory, type Setting } from "../harness/conform/setting.ts";
import { standings } from "../harness/conform/standing.ts";
import { natSession } from "../harness/systems/nat-session/index.ts";
import { ConformReport } from "../spec/report-schema.ts";
import { Outcome, type NatCommand, type NatType } from "../spec/nat-session/terms.ts";

/** What a box with a fault does to a packet that came out; undefined: swallows it. */
type Spoil = (received: Received | undefined, sent: Packet, fromInside: boolean) => Received | undefined;
const asIs: Spoil = (received) => received;

/** Our own implementation, seen from outside only; waits cost no time. */
class OwnBox implements Box {
  #now = 0;
  #side: Side = natSession.implementation();
  #setting!: Setting;
  #slots = 0;
  readonly #spoil: Spoil;
  constructor(spoil: Spoil = asIs) {
    this.#spoil = spoil;
  }

  open(setting: Setting): void {
    this.#setting = setting;
    this.#slots = 0;
    this.#side.open({ config: setting.nat, profile: "product", taskCountMax: 512, draw: (slot, stage, count) => (slot * 7919 + stage * 31 + count) >>> 0, nowMs: () => Math.floor(this.#now), footprint: false, poison: 0 });
  }
  configure(_setting: Setting, type: NatType): void {
    this.#run({ kind: "configure", type });
  }
  send(sent: Packet, fromInside: boolean): Received | undefined {
    this.#run({ kind: "sweep" });
    return this.#spoil(this.#forwarded(sent, this.#run(this.#command(sent, fromInside))), sent, fromInside);
  }
  #forwarded({ protocol, salt }: Packet, [code, sourceAddress, sourcePort, destinationAddress, destinationPort, ip, transport]: readonly number[]): Received | undefined {
    if (code !== Outcome.forwarded && code !== Outcome.passed) return undefined;
    return { protocol, salt, source: { address: sourceAddress >>> 0, port: sourcePort }, destination: { address: destinationAddress >>> 0, port: destinationPort }, ip, transport, intact: true };
  }
  /** The command that stands for a packet: endpoints back to positions. */
  #command(sent: Packet, fromInside: boolean): NatCommand {
    const { nat } = this.#setting;
    const { protocol, source, destination, salt } = sent;
    const natAddress = nat.addresses.findIndex((one) => addressOf(one) === (fromInside ? destination : sent.destination).address);
    const subscriber = nat.subscribers.findIndex((one) => addressOf(one.address) === source.address);
    const remoteOf = ({ address, port }: Packet["source"]): number => nat.remotes.findIndex((one) => addressOf(one.address) === address && (protocol === "icmp" || one.port === port));
    if (!fromInside) return { kind: "arrive", protocol, remote: remoteOf(source), address: natAddress, externalPort: destination.port, salt };
    if (natAddress >= 0) return { kind: "loop", protocol, subscriber, port: source.port, address: natAddress, externalPort: destination.port, salt };
    return { kind: "send", protocol, subscriber, port: source.port, remote: remoteOf(destination), salt };
  }
  #run(command: NatCommand): number[] {
    const slot = this.#slots++;
    this.#side.start({ slot, id: `op${slot}`, key: slot, node: 0, core: 0, kind: "op", cause: slot, command, body: [], of: -1 });
    const moved = new Moved();
    do {
      moved.clear();
      this.#side.move(slot, moved);
    } while (moved.next === Next.more);
    return moved.outcome.toArray();
  }
  nowMs(): number {
    this.#now += 0.01;
    return this.#now;
  }
  wait(ms: number): void {
    this.#now += ms;
  }
}

const run = (spoil?: Spoil): ReturnType<typeof campaign> => campaign(new OwnBox(spoil), { seed: 5, histories: 150, size: 40 });
const rulesBroken = (found: ReturnType<typeof campaign>): string[] => found.differences.map((one) => one.failure.rules[0]);

describe("a box that is judged from outside", () => {
  test("the report of a campaign fits its schema, with differences and without", () => {
    const asked = { seed: 5, histories: 150, size: 40 };
    const found = run();
    expect(found.differences.length).toBeGreaterThan(0);
    for (const each of [found, { ...found, differences: [] }]) {
      const report = JSON.parse(JSON.stringify(reportOf("kernel", asked, each, standings(each))));
      expect(Schema.decodeUnknownSync(ConformReport, { onExcessProperty: "error" })(report)).toEqual(report);
    }
  });

  test("our own implementation keeps every rule that can be seen", () => {
    const found = run();
    const outsideBlocks = found.differences.filter((one) => (one.case.config as Setting).block === null && one.failure.rules[0] !== "PORT-23");
    expect(outsideBlocks).toEqual([]);
    expect(found.packets).toBeGreaterThan(2000);
    for (const rule of ["NAT-1", "NAT-11", "NAT-12", "NAT-14", "NAT-17", "NAT-18", "NAT-19", "NAT-20", "NAT-21", "NAT-22", "NAT-23", "NAT-25", "PORT-1", "PORT-10", "PORT-17", "PORT-19"]) expect(found.kept[rule], rule).toBeGreaterThan(0);
  });

  test("PORT-13, PORT-23: it knows neither blocks nor the wish for the sender's own port, and the judge sees both", () => {
    expect(new Set(rulesBroken(run()))).toEqual(new Set(["PORT-13", "PORT-23"]));
  });

  const faults: readonly [rule: string, text: string, spoil: Spoil][] = [
    ["NAT-20", "a checksum that is not corrected", (received) => received && { ...received, transport: received.transport ^ 1 }],
    ["NAT-20", "another field that changes", (received) => received && { ...received, intact: false }],
    ["NAT-12", "a packet of a known flow that is swallowed", (() => {
      const seen = new Set<string>();
      return (received, sent, fromInside) => {
        const key = JSON.stringify([sent.protocol, sent.source, sent.destination]);
        if (received === undefined || !fromInside) return received;
        if (seen.has(key)) return undefined;
        seen.add(key);
        return received;
      };
    })()],
    ["NAT-11", "an unsolicited packet that is let in", (received, sent, fromInside) => received ?? (fromInside || sent.destination.port < 1024 ? undefined : { ...sent, destination: { address: addressOf("100.64.0.1"), port: 4000 }, ip: 0, transport: 0, intact: true })],
    ["PORT-10", "every flow on one port", (received, sent, fromInside) => (received === undefined || !fromInside || received.source.port === sent.source.port || received.source.port < 1024 ? received : { ...received, source: { ...received.source, port: 1024 } })],
  ];
  test.each(faults)("%s: %s is found", (rule, _text, spoil) => {
    expect(rulesBroken(run(spoil))).toContain(rule);
  });

  test("a difference is shrunk to the operations that it needs", () => {
    const [difference] = run((received) => received && { ...received, transport: received.transport ^ 1 }).differences.filter((one) => one.failure.rules[0] === "NAT-20");
    expect(difference.case.events).toHaveLength(1);
  });
});

describe("standing of a rule", () => {
  const campaignOf = (kept: Record<string, number>, broken: readonly string[], histories = 400): Parameters<typeof standings>[0] => ({
    histories,
    operations: 0,
    packets: 0,
    undecided: 0,
    kept,
    elapsedMs: 0,
    differences: broken.map((rule) => ({ signature: rule, histories: 1, case: drawHistory(1, 1), failure: { verdict: "diverges", rules: [rule], step: 1, task: "op0", observable: "packet", expected: "", found: "" } })),
  });
  const surprises = (found: Parameters<typeof standings>[0]): Record<string, string> => Object.fromEntries(standings(found).flatMap((row) => (row.surprise === undefined ? [] : [[row.rule, row.surprise]])));

  test("the README's table says what the run is judged by", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const words = { keeps: "keeps", breaks: "breaks", "not had": "does not have" } as const;
    for (const [rule, { standing, why }] of Object.entries(expected)) expect(readme, rule).toContain(standing === "not seen" ? rule : `| ${rule} | ${words[standing]} | ${why} |`);
  });
  test("a rule known as kept that is broken is a surprise, in a short run too", () => {
    expect(surprises(campaignOf({}, ["NAT-22"], 1))).toEqual({ "NAT-22": "was broken" });
  });
  test("a rule known as broken that is not is a surprise in a long run only", () => {
    expect(surprises(campaignOf({}, [], 1))).toEqual({});
    expect(surprises(campaignOf({}, []))).toMatchObject({ "PORT-10": "was not broken", "NAT-22": "was never tried" });
  });
});

describe("packets on the wire", () => {
  const endpoint = (address: string, port: number): Packet["source"] => ({ address: addressOf(address), port });
  test.each([
    ["tcp", true],
    ["udp", true],
    ["udp", false],
    ["icmp", true],
    ["icmp", false],
  ] as const)("NAT-20: %s from inside = %s is read back as it was sent, a hop later", (protocol, fromInside) => {
    const ours = endpoint("100.64.0.1", 4000);
    const theirs = endpoint("198.51.100.1", protocol === "icmp" ? 0 : 80);
    const sent: Packet = { protocol, salt: 4711, source: fromInside ? ours : theirs, destination: fromInside ? theirs : ours };
    const bytes = build(sent, fromInside);
    bytes[8]--;
    expect(parse(bytes)).toMatchObject({ ...sent, intact: true });
    bytes[1] = 4;
    expect(parse(bytes)).toMatchObject({ intact: false });
  });
  test("NAT-20: a UDP packet without a checksum is built without one", () => {
    expect(build({ protocol: "udp", salt: 0, source: endpoint("100.64.0.1", 4000), destination: endpoint("198.51.100.1", 80) }, true).readUInt16BE(26)).toBe(0);
  });
});

describe("the rules as the kernel reads them", () => {
  const { config } = drawHistory(3, 10);
  const setting: Setting = { ...(config as Setting), block: 2, choice: "random" };
  const nat = { ...setting.nat, addresses: ["203.0.113.1"], subscribers: [{ domain: 0, address: "100.64.0.1" }, { domain: 0, address: "100.64.0.2" }], low: 1024, high: 1027, quota: 3, statics: [{ protocol: "tcp" as const, subscriber: 1, port: 4000, address: 0, externalPort: 80 }] };

  test("PORT-13: every subscriber has a range of its own", () => {
    const text = ruleset({ ...setting, nat });
    expect(text).toContain("ip saddr 100.64.0.1 snat to 203.0.113.1:1024-1025 random");
    expect(text).toContain("ip saddr 100.64.0.2 snat to 203.0.113.1:1026-1027 random");
  });
  test("NAT-23: a static mapping stands in both directions, before the pool", () => {
    const text = ruleset({ ...setting, nat });
    expect(text).toContain("ip daddr 203.0.113.1 tcp dport 80 dnat to 100.64.0.2:4000");
    expect(text.indexOf("tcp sport 4000 snat to 203.0.113.1:80")).toBeGreaterThan(0);
    expect(text.indexOf("tcp sport 4000 snat to 203.0.113.1:80")).toBeLessThan(text.indexOf("snat to 203.0.113.1:1024"));
  });
  test("NAT-17, NAT-18: a limit counts new connections, and a change of type replaces the choice of endpoints only", () => {
    expect(ruleset({ ...setting, nat })).toContain("ct count over 3");
    const changed = newSources({ ...setting, nat }, { ...nat.type, pairing: true });
    expect(changed).toContain("persistent");
    expect(changed).not.toContain("ct count");
  });
});
