/** Drawing memories and operations on them: few pages of few objects, so that allocators run dry, objects come back from other cores, and pages are fought for. */
import type { EventDraft, Random } from "../../engine/contract.ts";
import { initialUnits, kindOf, kinds as allKinds, slabKinds, type SlabCommand, type SlabConfig } from "../../../spec/memory-slab/terms.ts";
import { drawCores } from "../cores.ts";

/** Some of the kinds, each once, in any order. */
function drawKinds(random: Random, pageUnits: number): SlabConfig["kinds"] {
  const left = [...slabKinds];
  const count = 1 + random.int(4);
  return Array.from({ length: count }, () => {
    const [kind] = left.splice(random.int(left.length), 1);
    return { kind, units: Math.max(1, Math.floor(pageUnits / random.pick([1, 2, 2, 3, 4]))) };
  });
}

/** A configuration of few pages; one in eight has no room for the tables of every core. */
export function drawConfig(random: Random): SlabConfig {
  const cores = drawCores(random);
  const pageUnits = random.pick([2, 3, 4, 4, 6, 8]);
  const tableUnits = 1 + random.int(3);
  const localUnits = 1 + random.int(2);
  const served = random.oneIn(8) ? 1 + random.int(cores) : cores;
  const initialPages = Math.min(8, Math.max(1, Math.ceil((tableUnits + served * localUnits + random.int(9)) / pageUnits)));
  const config = {
    cores,
    limitPages: initialPages + (random.oneIn(2) ? 1 + random.int(cores + 2) : cores + random.int(2 * cores)),
    initialPages,
    pageUnits,
    privatePages: random.int(3),
    kinds: drawKinds(random, pageUnits),
    tableUnits: 1,
    localUnits: 1,
    ports: 1 + random.int(5),
    scanMs: random.pick([1, 500, 1000, 1000]),
  };
  const room = initialUnits(config);
  return room > tableUnits + localUnits ? { ...config, tableUnits, localUnits } : config;
}

type Draft = EventDraft<SlabCommand>;
/** An operation that was drawn: where it stands in the list, and on which core. */
interface Drawn {
  readonly at: number;
  readonly core: number;
}
/** One that allocates. */
interface Allocation extends Drawn {
  readonly isPrivate: boolean;
  /** References drawn and not given back. */
  readonly references: Drawn[];
}

/** About `size` events. Each case turns kinds of operation off; a rush asks for one kind on every core, a drain gives back most. */
export function drawEvents(random: Random, config: SlabConfig, size: number): Draft[] {
  return new Drawing(random, config).events(size + (size >> 1));
}

class Drawing {
  readonly #random: Random;
  readonly #config: SlabConfig;
  readonly #drafts: Draft[] = [];
  readonly #standing: Allocation[] = [];
  /** Allocations that were freed, for second releases and late references. */
  readonly #gone: Allocation[] = [];
  readonly #reservations: Drawn[] = [];
  /** Of eight operations on an allocation, so many come from any core. */
  readonly #foreign: number;
  readonly #weights: { readonly [what: string]: number };
  readonly #total: number;

  constructor(random: Random, config: SlabConfig) {
    this.#random = random;
    this.#config = config;
    this.#foreign = random.pick([1, 4, 6]);
    const off = (weight: number): number => (random.oneIn(3) ? 0 : weight);
    this.#weights = {
      allocate: 9,
      rush: 1,
      free: random.oneIn(8) ? 1 : 6,
      drain: off(1),
      refer: off(2),
      attach: off(3),
      read: off(1),
      late: off(1),
      scan: off(2),
      reserve: off(2),
      "give-back": off(1),
      gap: random.oneIn(2) ? 1 : 0,
      place: random.oneIn(4) ? 1 : 0,
      "start-up": random.oneIn(2) ? 1 : 0,
      advance: random.pick([0, 1, 3]),
    };
    this.#total = Object.values(this.#weights).reduce((sum, weight) => sum + weight, 0);
  }

  events(count: number): Draft[] {
    this.#startUp();
    while (this.#drafts.length < count) this.#draw();
    return this.#drafts;
  }

  /** Most cores start up at once; the others some time later, if at all. */
  #startUp(): void {
    const random = this.#random;
    const together = !random.oneIn(6);
    for (let core = 0; core < this.#config.cores; core++) if (!random.oneIn(together ? 12 : 3)) this.#push(core, { kind: "start-up" });
  }

  #draw(): void {
    const random = this.#random;
    let draw = random.int(this.#total);
    const what = Object.keys(this.#weights).find((one) => (draw -= this.#weights[one]) < 0)!;
    switch (what) {
      case "allocate":
        return this.#allocate(random.int(this.#config.kinds.length), this.#anyCore());
      case "rush":
        return this.#rush();
      case "drain":
        for (let left = random.int(this.#standing.length + 1); left > 0; left--) this.#free();
        return;
      case "free":
        return this.#free();
      case "late":
        return this.#late();
      case "reserve":
        return this.#reserve(1 + random.int(3));
      case "give-back":
        return this.#giveBack();
      case "gap":
        return this.#gap();
      case "scan":
      case "start-up":
        return void this.#push(this.#anyCore(), { kind: what });
      case "place":
        return void this.#push(this.#anyCore(), { kind: "place", what: random.pick(allKinds).name });
      case "advance":
        return void this.#drafts.push({ do: "advance", node: 0, ms: random.pick([1, 400, 1000, 2000]) });
      default:
        return this.#use(what as "refer" | "attach" | "read");
    }
  }

  #push(core: number, command: SlabCommand): Drawn {
    this.#drafts.push({ do: "op", node: 0, core, command });
    return { at: this.#drafts.length - 1, core };
  }
  #anyCore(): number {
    return this.#random.int(this.#config.cores);
  }
  /** Where something is done to an allocation. */
  #coreFor({ core, isPrivate }: Allocation): number {
    const foreign = isPrivate ? 1 : this.#foreign;
    return this.#random.int(8) < foreign ? this.#anyCore() : core;
  }

  #allocate(kind: number, core: number): void {
    const config = this.#config;
    const { placement, locked } = kindOf(config, kind);
    const on = placement === "shared" && !locked && this.#random.oneIn(3) ? this.#anyCore() : null;
    const drawn = this.#push(core, { kind: "allocate", what: config.kinds[kind].kind, on });
    this.#standing.push({ ...drawn, isPrivate: placement === "private", references: [] });
  }
  #rush(): void {
    const kind = this.#random.int(this.#config.kinds.length);
    for (let core = 0; core < this.#config.cores; core++) this.#allocate(kind, core);
  }

  /** One of the latest allocations. */
  #latest(): number {
    const { length } = this.#standing;
    return length - 1 - this.#random.int(Math.min(8, length));
  }
  #free(): void {
    if (this.#standing.length === 0) return this.#allocate(0, this.#anyCore());
    const at = this.#random.oneIn(3) ? this.#random.int(this.#standing.length) : this.#latest();
    const one = this.#standing[at];
    if (this.#random.oneIn(4)) this.#push(this.#coreFor(one), { kind: "free", of: `op${one.at}` });
    for (const reference of one.references.splice(0)) this.#push(this.#anyCore(), { kind: "unrefer", of: `op${reference.at}` });
    this.#push(this.#coreFor(one), { kind: "free", of: `op${one.at}` });
    this.#standing.splice(at, 1);
    this.#gone.push(one);
  }
  #use(what: "refer" | "attach" | "read"): void {
    if (this.#standing.length === 0) return;
    const one = this.#standing[this.#latest()];
    const drawn = this.#push(this.#coreFor(one), { kind: what, of: `op${one.at}` });
    if (what === "refer") one.references.push(drawn);
  }
  /** To something that was released already. */
  #late(): void {
    if (this.#gone.length === 0) return;
    const one = this.#random.pick(this.#gone);
    this.#push(this.#coreFor(one), { kind: this.#random.pick(["free", "refer", "refer", "attach", "read"] as const), of: `op${one.at}` });
  }

  #reserve(units: number): void {
    this.#reservations.push(this.#push(this.#anyCore(), { kind: "reserve", units: Math.min(units, initialUnits(this.#config)) }));
  }
  #giveBack(at = this.#random.int(this.#reservations.length + 1)): void {
    if (at >= this.#reservations.length) return;
    const [one] = this.#reservations.splice(at, 1);
    this.#push(this.#anyCore(), { kind: "give-back", of: `op${one.at}` });
  }
  /** Units of the same size, one of which goes and comes again: the next may fill the gap, and a larger one not. */
  #gap(): void {
    const units = 1 + this.#random.int(2);
    for (let i = 0; i < 3; i++) this.#reserve(units);
    this.#giveBack(this.#reservations.length - 2);
    this.#reserve(units + this.#random.int(2));
  }
}
