/** The rules of ports, as far as they can be seen from outside: two tables an address, no port twice, blocks, exhaustion, the sender's own port. */
import type { Failure } from "../engine/verdict.ts";
import { protocols, type NatCommand, type Protocol } from "../../spec/nat-session/terms.ts";
import { addressOf, endpointText, type Endpoint, type Received } from "./packets.ts";
import type { Came, ModelRun } from "./model-run.ts";
import { diverges } from "./difference.ts";
import { blockOf, type Setting } from "./setting.ts";

/** What stood there before an operation that may take a port. */
export interface Before {
  readonly protocol: Protocol;
  readonly subscriber: number;
  /** The sender's own port. */
  readonly own: number;
  readonly given: Endpoint | undefined;
  /** Ports of the subscriber's block that are free, by address. */
  readonly free: readonly (readonly number[])[];
  /** Protocol of the session that had the endpoint given, in the same table. */
  readonly holder: Protocol | undefined;
  /** The same number was in use in the other table. */
  readonly twin: boolean;
}

export class PortJudge {
  readonly #setting: Setting;
  readonly #run: ModelRun;
  readonly #addresses: readonly number[];

  constructor(setting: Setting, run: ModelRun) {
    this.#setting = setting;
    this.#run = run;
    this.#addresses = setting.nat.addresses.map(addressOf);
  }

  before(command: NatCommand, received: Received | undefined): Before | undefined {
    if (command.kind !== "send" && command.kind !== "loop") return undefined;
    const { protocol, subscriber, port } = command;
    const tcp = protocol === "tcp";
    const [low, high] = blockOf(this.#setting, subscriber);
    const ports = Array.from({ length: high - low + 1 }, (_, at) => low + at);
    const free = this.#addresses.map((_, address) => ports.filter((one) => this.#run.userOf(address, tcp, one) === 0));
    const address = received === undefined ? -1 : this.#addresses.indexOf(received.source.address);
    const user = (table: boolean): number => (received === undefined ? 0 : (this.#run.userOf(address, table, received.source.port) ?? 0));
    const holder = user(tcp) > 0 ? protocols[this.#run.object("protocol", user(tcp) - 1) - 1] : undefined;
    return { protocol, subscriber, own: port, given: received?.source, free, holder, twin: user(!tcp) > 0 };
  }

  /** Nothing is free where the subscriber may have a port; with paired pooling that is one address, and which one is the model's to say, so any full one will do. */
  noneLeft(before: Before | undefined): boolean {
    if (before === undefined) return false;
    return this.#setting.nat.type.pairing ? before.free.some((ports) => ports.length === 0) : before.free.every((ports) => ports.length === 0);
  }
  /** Some address of the pool has no port left, others have. */
  someFull(before: Before | undefined): boolean {
    return before?.free.some((ports) => ports.length === 0) ?? false;
  }
  leftText(before: Before | undefined): string {
    const left = (before?.free ?? []).flatMap((ports, address) => ports.map((port) => endpointText({ address: this.#addresses[address], port })));
    return `a packet with one of the free ports ${left.slice(0, 4).join(", ")}${left.length > 4 ? " …" : ""}`;
  }

  /** Rules that a refused endpoint breaks, the most telling first: in use by a flow of its own protocol, or of another that shares the table. */
  refused(before: Before | undefined, rule: string): readonly string[] {
    if (before?.holder === undefined) return [rule];
    return [before.holder === before.protocol ? "PORT-10" : "PORT-1", rule];
  }

  /** What the endpoint given breaks although no other session has it. */
  after(before: Before | undefined, came: Came): Failure | undefined {
    if (before?.given === undefined || !came.stages.has("take-port")) return undefined;
    const [low, high] = blockOf(this.#setting, before.subscriber);
    const { given, own } = before;
    if (given.port < low || given.port > high) return diverges(["PORT-13"], "external endpoint", `a port of the subscriber's block ${low}-${high}`, endpointText(given));
    if (this.#couldKeep(before) && given.port !== own) return diverges(["PORT-23"], "external endpoint", `its own port ${own}, which was free`, endpointText(given));
    return undefined;
  }
  #couldKeep({ given, free, own }: Before): boolean {
    return this.#setting.choice === "own" && (free[this.#addresses.indexOf(given!.address)]?.includes(own) ?? false);
  }

  /** Rules of ports that stood a test here. */
  rules(before: Before | undefined, came: Came): string[] {
    if (before === undefined) return [];
    if (came.stages.has("refuse-port")) return ["PORT-17", ...(this.#setting.block === null ? [] : ["PORT-13"])];
    if (!came.stages.has("take-port")) return [];
    const rules = ["PORT-10", "PORT-19"];
    if (before.twin) rules.push("PORT-1");
    if (this.#setting.block !== null) rules.push("PORT-13");
    if (before.given !== undefined && this.#couldKeep(before)) rules.push("PORT-23");
    return rules;
  }
}
