/**
 * The judge of a history. Calls do not overlap here, so the model, run one whole operation after another in the order of the calls, *is* the linearization. What the box was free to choose
 * (the external endpoint) is read off the packet that came out and judged as a witness; everything else the model says by itself, and it must be what came out.
 * Whose ports may be whose, and when none is to be had, is judged by the rules of ports (`ports.ts`), since the model of sessions knows one pool only.
 */
import type { System } from "../engine/contract.ts";
import type { Failure } from "../engine/verdict.ts";
import { failKinds, Outcome, type NatCommand } from "../../spec/nat-session/terms.ts";
import { diverges } from "./difference.ts";
import { ModelRun, noPort, type Came } from "./model-run.ts";
import type { Observation } from "./observe.ts";
import { addressOf, endpointText, type Packet } from "./packets.ts";
import { PortJudge } from "./ports.ts";
import type { Setting } from "./setting.ts";

export interface Judgement {
  /** How often each rule was obeyed where it could have been broken. */
  readonly kept: ReadonlyMap<string, number>;
  /** The first operation at which the box and the rules part; what follows it is not judged. */
  readonly difference: Failure | undefined;
  /** A session was so near its limit that neither answer would have been wrong; what follows is not judged. */
  readonly undecided: boolean;
  /** Operations judged. */
  readonly operations: number;
}

/** So close to a limit, in milliseconds, nobody can say on which side of it the box is. */
const slackMs = 120;

/** Judges what was seen of a box with this setting. `system` is that of NAT sessions. */
export function judge(system: System, setting: Setting, observations: readonly Observation[]): Judgement {
  // Whether a port could be had is known only once the model asks for one: then the history is judged again, with that call failing.
  const denied = new Set<string>();
  for (;;) {
    const answer = new Judging(system, setting, denied).all(observations);
    if (typeof answer !== "string") return answer;
    denied.add(answer);
  }
}

class Judging {
  readonly #run: ModelRun;
  readonly #ports: PortJudge;
  readonly #setting: Setting;
  readonly #denied: ReadonlySet<string>;
  readonly #kept = new Map<string, number>();
  readonly #addresses: readonly number[];
  #operations = 0;

  constructor(system: System, setting: Setting, denied: ReadonlySet<string>) {
    this.#run = new ModelRun(system, setting.nat);
    this.#ports = new PortJudge(setting, this.#run);
    this.#setting = setting;
    this.#denied = denied;
    this.#addresses = setting.nat.addresses.map(addressOf);
  }

  /** The judgement, or the id of an operation that finds no port. */
  all(observations: readonly Observation[]): Judgement | string {
    for (const seen of observations) {
      this.#run.nowMs = Math.floor(seen.atMs) + 1;
      const overdue = this.#run.overdue();
      if (overdue.some((ms) => Math.abs(ms) <= slackMs)) return this.#end(undefined, true);
      const swept = overdue.some((ms) => ms > 0) ? this.#run.run(`${seen.id}/sweep`, { kind: "sweep" }, "", []).rules : [];
      const answer = this.#one(seen);
      if (typeof answer === "string") return answer;
      if (answer.failure !== undefined) return this.#end({ ...answer.failure, task: seen.id, step: this.#operations + 1 }, false);
      this.#operations++;
      for (const rule of new Set([...swept, ...answer.rules])) this.#kept.set(rule, (this.#kept.get(rule) ?? 0) + 1);
    }
    return this.#end(undefined, false);
  }
  #end(difference: Failure | undefined, undecided: boolean): Judgement {
    return { kept: this.#kept, difference, undecided, operations: this.#operations };
  }

  #one(seen: Observation): string | { readonly rules: readonly string[]; readonly failure?: Failure } {
    const { command, received } = seen;
    if (this.#denied.has(seen.id)) this.#run.run(`${seen.id}/no-port`, noPort, "", []);
    const before = this.#ports.before(command, received);
    const came = this.#run.run(seen.id, command, seen.of, this.#choices(command, received));
    if (seen.sent === undefined) return { rules: came.rules };
    if (came.refusal !== undefined) return { rules: [], failure: diverges(this.#ports.refused(before, came.refusal.rule), "external endpoint", came.refusal.text, endpointText(received!.source)) };
    if (received === undefined && came.outcome[0] === Outcome.forwarded && came.stages.has("take-port")) {
      if (this.#ports.noneLeft(before)) return seen.id;
      const why = this.#setting.nat.quota === null || this.#ports.someFull(before) ? ["PORT-19", "NAT-17"] : ["NAT-17"];
      return { rules: [], failure: diverges(why, "packet", this.#ports.leftText(before), "nothing came out") };
    }
    const failure = this.#compare(seen, came) ?? this.#ports.after(before, came);
    return { rules: [...came.rules, ...this.#ports.rules(before, came)], ...(failure === undefined ? {} : { failure }) };
  }

  /** The witness: structures as the model numbers them, and the endpoint seen from outside. */
  #choices(command: NatCommand, received: Packet | undefined): number[] | undefined {
    if (received === undefined) return undefined;
    const structures = this.#run.freeObjects(command.kind === "loop" ? 2 : 1);
    return [...structures, this.#addresses.indexOf(received.source.address), received.source.port];
  }

  #compare({ command, sent, received }: Observation, came: Came): Failure | undefined {
    const [code, sourceAddress, sourcePort, destinationAddress, destinationPort, ip, transport] = came.outcome;
    if (code !== Outcome.forwarded && code !== Outcome.passed) {
      if (received === undefined) return undefined;
      const why = code === Outcome.denied ? ["NAT-1"] : code === Outcome.unmatched ? [command.kind === "loop" ? "NAT-19" : "NAT-11"] : failKinds[sourceAddress] === "port" ? ["PORT-17", "NAT-17"] : ["NAT-17"];
      return diverges(why, "packet", "nothing comes out", tupleText(received));
    }
    const wanted = { source: { address: sourceAddress >>> 0, port: sourcePort }, destination: { address: destinationAddress >>> 0, port: destinationPort } };
    const limited = this.#setting.nat.quota !== null;
    if (received === undefined) {
      // Untranslated, a packet to one of our own addresses has nowhere to go: what becomes of it cannot be seen.
      if (code === Outcome.passed && this.#addresses.includes(sent!.destination.address)) return undefined;
      return diverges(came.stages.has("hit") ? ["NAT-12", "NAT-3"] : limited && came.stages.has("take-quota") ? ["NAT-17"] : begun(came), "packet", tupleText(wanted), "nothing came out");
    }
    if (tupleText(received) !== tupleText(wanted)) return diverges(came.stages.has("hit") ? ["NAT-22"] : begun(came), "tuple", tupleText(wanted), tupleText(received));
    if (received.ip !== ip || received.transport !== transport) return diverges(["NAT-20"], "checksums", `${ip} and ${transport}`, `${received.ip} and ${received.transport}`);
    return received.intact ? undefined : diverges(["NAT-20"], "other fields", "as they were", "changed");
  }
}

/** Rules of a session that begins without a port of the pool, or of a packet that is only passed. */
function begun(came: Came): string[] {
  return came.stages.has("use-static") ? ["NAT-23", "NAT-11"] : ["NAT-1", "NAT-20"];
}
function tupleText({ source, destination }: Pick<Packet, "source" | "destination">): string {
  return `${endpointText(source)} → ${endpointText(destination)}`;
}
