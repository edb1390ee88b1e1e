/** The model of NAT sessions run atomically: one whole operation after another on a single core, with a clock that is set from outside. */
import { Moved, Next, type Command, type Model, type System } from "../engine/contract.ts";
import { failKinds, stages, State, type NatCommand, type NatConfig } from "../../spec/nat-session/terms.ts";
import { natLayout, type NatLayout } from "../../spec/nat-session/view.ts";

/** What an operation came to. */
export interface Came {
  readonly outcome: readonly number[];
  readonly stages: ReadonlySet<string>;
  /** Ids of the rules under which its steps stood. */
  readonly rules: readonly string[];
  /** Rule that forbids the witness, and what the model would have had; undefined where it is allowed. */
  readonly refusal: { readonly rule: string; readonly text: string } | undefined;
}

const taskCountMax = 1024;
const profile = "product";

export class ModelRun {
  nowMs = 0;
  readonly config: NatConfig;
  readonly layout: NatLayout;
  readonly #system: System;
  readonly #model: Model;
  readonly #slots = new Map<string, number>();

  constructor(system: System, config: NatConfig) {
    this.#system = system;
    this.config = config;
    this.layout = natLayout(config, 0);
    this.#model = system.model();
    this.#model.open({ config, profile, taskCountMax, draw: () => 0, nowMs: () => this.nowMs, footprint: false, poison: 0 });
  }

  /** Runs a command to its end; `choices` are the witness of the box, undefined: the model's own. */
  run(id: string, command: NatCommand, of: string, choices: readonly number[] | undefined): Came {
    const slot = this.#slots.size;
    this.#slots.set(id, slot);
    this.#model.start({ slot, id, key: slot, node: 0, core: 0, kind: "op", cause: slot, command: command as Command, body: [], of: this.#slots.get(of) ?? -1 });
    const said = new Moved();
    for (const choice of choices ?? []) said.witness.push(choice);
    const taken = new Set<string>();
    const rules: string[] = [];
    const moved = new Moved();
    let at = 0;
    do {
      moved.clear();
      if (choices === undefined) this.#model.move(slot, moved);
      else at = this.#model.judge(slot, said, at, moved);
      for (const stage of moved.stages.toArray()) taken.add(stages[stage]);
      for (const rule of moved.rules.toArray()) rules.push(this.#system.rules[rule].id);
      if (moved.refusal >= 0) return { outcome: [], stages: taken, rules, refusal: { rule: this.#system.rules[moved.refusal].id, text: moved.refusalText } };
      if (moved.next === Next.blocked) throw new Error(`operation ${id} waits, though nothing else runs`);
    } while (moved.next !== Next.done);
    return { outcome: moved.outcome.toArray(), stages: taken, rules, refusal: undefined };
  }

  /** The first objects that are free. */
  freeObjects(count: number): number[] {
    const found: number[] = [];
    for (let object = 0; object < this.layout.objects && found.length < count; object++) if (this.object("state", object) === State.free) found.push(object);
    return found;
  }
  object(field: keyof NatLayout["object"], object: number): number {
    return this.#model.read(this.layout.object[field] + object);
  }
  /** User of a port of the pool: object + 1, −1 a static mapping; undefined: no port of the pool. */
  userOf(address: number, tcp: boolean, port: number): number | undefined {
    if (address < 0 || address >= this.config.addresses.length || port < this.config.low || port > this.config.high) return undefined;
    return this.#model.read(this.layout.port.user + (address * 2 + (tcp ? 0 : 1)) * this.layout.ports + port - this.config.low);
  }
  /** Idle times of the live sessions, by their protocol's limit: how far beyond it, in milliseconds. */
  overdue(): number[] {
    const { idleMs } = this.config;
    const limits = [idleMs.tcp, idleMs.udp, idleMs.icmp];
    const found: number[] = [];
    for (let object = 0; object < this.layout.objects; object++)
      if (this.object("state", object) === State.live && this.object("stamp", object) > 0) found.push(this.nowMs - (this.object("stamp", object) - 1) - limits[this.object("protocol", object) - 1]);
    return found;
  }
}

/** A failure that the next call for a port meets: none is to be had. */
export const noPort: NatCommand = { kind: "fail", what: failKinds[failKinds.indexOf("port")], count: 1 };
