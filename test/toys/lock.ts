/**
 * Transfers between accounts, each account under a lock of its own. Right: one stage takes both locks in ascending
 * order, moves the money and lets both go. Planted: no lock at all (`forgotten`: balances are looked at in one stage and
 * stored in another), locks taken in a stage each and held over stages (`held`: right results, broken discipline), and held in the
 * order of the command (`wrong order`: two opposite transfers wait for each other for ever).
 *
 * Words of memory: the locks, then the balances. A lock's word is also its number for those who wait.
 */
import { Next, View } from "../../harness/engine/contract.ts";
import type { Findings, Model, Moved, Setup, Side, System, Task } from "../../harness/engine/contract.ts";
import { acquire, guard, load, peek, poke, release, store } from "./shared.ts";

export interface LockConfig {
  readonly cores: number;
  readonly accounts: number;
}
export interface Transfer {
  readonly kind: "transfer";
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}
export type LockFault = "none" | "forgotten" | "held" | "wrong order";

const Rule = { moved: 0, refused: 1, guarded: 2, ends: 3 } as const;
const Stage = { transfer: 0 } as const;
const Outcome = { moved: 0, tooLittle: 1 } as const;
const balanceAtOpen = 10;

export class LockModel implements Model<LockConfig> {
  #balances: number[] = [];
  readonly #commands = new Map<number, Transfer>();
  open(setup: Setup<LockConfig>): void {
    this.#balances = Array.from({ length: setup.config.accounts }, () => balanceAtOpen);
    this.#commands.clear();
  }
  start(task: Task): void {
    this.#commands.set(task.slot, task.command as Transfer);
  }
  move(slot: number, moved: Moved): void {
    const { from, to, amount } = this.#commands.get(slot)!;
    moved.stages.push(Stage.transfer);
    moved.next = Next.done;
    if (this.#balances[from] < amount) {
      moved.rules.push(Rule.refused);
      moved.outcome.push(Outcome.tooLittle);
      return;
    }
    this.#balances[from] -= amount;
    this.#balances[to] += amount;
    moved.writes.push(from);
    moved.writes.push(to);
    moved.rules.push(Rule.moved);
    moved.outcome.push(Outcome.moved);
  }
  judge(slot: number, _said: Moved, witnessAt: number, moved: Moved): number {
    this.move(slot, moved);
    return witnessAt;
  }
  read(entry: number): number {
    return this.#balances[entry];
  }
  invariants(found: Findings): void {
    const sum = this.#balances.reduce((all, balance) => all + balance, 0);
    const want = balanceAtOpen * this.#balances.length;
    if (sum !== want) found.add(Rule.moved, -1, `the accounts hold ${sum} of ${want}`);
  }
  obligations(): void {}
}

export class LockImplementation implements Side<LockConfig> {
  readonly #fault: LockFault;
  #mem: Int32Array = new Int32Array(0);
  #accounts = 0;
  #command: Transfer[] = [];
  /** Steps taken by each task, and what it saw (`forgotten` only). */
  #at = new Int32Array(0);
  #sawFrom = new Int32Array(0);
  #sawTo = new Int32Array(0);
  constructor(fault: LockFault = "none") {
    this.#fault = fault;
  }
  open(setup: Setup<LockConfig>): void {
    const { accounts } = setup.config;
    if (this.#accounts !== accounts) this.#mem = new Int32Array(new SharedArrayBuffer(accounts * 8));
    this.#accounts = accounts;
    for (let i = 0; i < accounts; i++) {
      this.#mem[i] = 0;
      this.#mem[accounts + i] = balanceAtOpen;
      guard(this.#mem, i, accounts + i, accounts + i + 1, Rule.guarded);
    }
    if (this.#at.length < setup.taskCountMax) {
      this.#at = new Int32Array(setup.taskCountMax);
      this.#sawFrom = new Int32Array(setup.taskCountMax);
      this.#sawTo = new Int32Array(setup.taskCountMax);
    }
  }
  start(task: Task): void {
    this.#command[task.slot] = task.command as Transfer;
    this.#at[task.slot] = 0;
  }
  move(slot: number, moved: Moved): void {
    const { from, to } = this.#command[slot];
    if (this.#fault === "none") return this.#guarded(slot, Math.min(from, to), Math.max(from, to), moved);
    if (this.#fault === "forgotten") return this.#unguarded(slot, moved);
    const first = this.#fault === "held" ? Math.min(from, to) : from;
    this.#held(slot, first, first === from ? to : from, moved);
  }
  read(entry: number): number {
    return this.#mem[this.#accounts + entry];
  }

  #guarded(slot: number, low: number, high: number, moved: Moved): void {
    if (!acquire(this.#mem, low)) return block(low, moved);
    if (!acquire(this.#mem, high)) {
      release(this.#mem, low);
      return block(high, moved);
    }
    this.#transfer(slot, moved);
    release(this.#mem, high);
    release(this.#mem, low);
  }

  #held(slot: number, first: number, second: number, moved: Moved): void {
    const lock = this.#at[slot] === 0 ? first : second;
    if (this.#at[slot] < 2) {
      if (!acquire(this.#mem, lock)) return block(lock, moved);
      this.#at[slot]++;
      moved.next = Next.more;
      return;
    }
    this.#transfer(slot, moved);
    release(this.#mem, second);
    release(this.#mem, first);
    moved.freed.push(first);
    moved.freed.push(second);
  }

  #transfer(slot: number, moved: Moved): void {
    const { from, to, amount } = this.#command[slot];
    moved.stages.push(Stage.transfer);
    moved.next = Next.done;
    const balance = peek(this.#mem, this.#accounts + from);
    if (balance < amount) {
      moved.outcome.push(Outcome.tooLittle);
      return;
    }
    poke(this.#mem, this.#accounts + from, balance - amount);
    poke(this.#mem, this.#accounts + to, peek(this.#mem, this.#accounts + to) + amount);
    moved.writes.push(from);
    moved.writes.push(to);
    moved.outcome.push(Outcome.moved);
  }

  #unguarded(slot: number, moved: Moved): void {
    const { from, to, amount } = this.#command[slot];
    if (this.#at[slot]++ === 0) {
      this.#sawFrom[slot] = load(this.#mem, this.#accounts + from);
      this.#sawTo[slot] = load(this.#mem, this.#accounts + to);
      moved.next = Next.more;
      return;
    }
    moved.stages.push(Stage.transfer);
    moved.next = Next.done;
    if (this.#sawFrom[slot] < amount) {
      moved.outcome.push(Outcome.tooLittle);
      return;
    }
    store(this.#mem, this.#accounts + from, this.#sawFrom[slot] - amount);
    store(this.#mem, this.#accounts + to, this.#sawTo[slot] + amount);
    moved.writes.push(from);
    moved.writes.push(to);
    moved.outcome.push(Outcome.moved);
  }
}

function block(lock: number, moved: Moved): void {
  moved.next = Next.blocked;
  moved.blockedOn = lock;
}

export function lockSystem(options: { readonly fault?: LockFault } = {}): System<LockConfig, Transfer> {
  return {
    name: "lock",
    title: "Transfers between accounts under locks",
    rules: [
      { id: "LOCK-1", text: "A transfer takes from one account what it adds to the other.", source: "toy", confidence: "chosen" },
      { id: "LOCK-2", text: "A transfer of more than the balance moves nothing.", source: "toy", confidence: "chosen" },
      { id: "LOCK-3", text: "A balance is touched under its lock.", source: "toy", confidence: "chosen" },
      { id: "LOCK-4", text: "Every transfer ends.", source: "toy", confidence: "chosen" },
    ],
    goals: [],
    profiles: ["plain"],
    stages: ["transfer"],
    stageRules: [Rule.moved],
    nodeCount: () => 1,
    coreCount: (config) => config.cores,
    view: (config) => View.of([{ table: "account", name: "balance", size: config.accounts, rule: Rule.moved, key: String }]),
    model: () => new LockModel(),
    implementation: () => new LockImplementation(options.fault),
    parseConfig: (value) => ({ ok: true, value: value as LockConfig }),
    parseCommand: (value, { accounts }) => {
      const { from, to } = value as Transfer;
      if (from === to || from >= accounts || to >= accounts) return { ok: false, error: { at: "command", expected: `two of ${accounts} accounts`, found: `${from} and ${to}` } };
      return { ok: true, value: value as Transfer };
    },
    drawConfig: (random) => ({ cores: 2 + random.int(2), accounts: 2 + random.int(3) }),
    drawEvents: (random, config, _profile, size) =>
      Array.from({ length: size }, () => {
        const from = random.int(config.accounts);
        const to = (from + 1 + random.int(config.accounts - 1)) % config.accounts;
        return { do: "op" as const, node: 0, core: random.int(config.cores), command: { kind: "transfer" as const, from, to, amount: 1 + random.int(12) } };
      }),
    refers: () => undefined,
    words: (command) => `transfer ${command.amount} from ${command.from} to ${command.to}`,
    outcomeWords: (outcome) => (outcome[0] === Outcome.moved ? "moved" : "balance too small"),
    smallerConfigs: (config) => [
      ...(config.accounts > 2 ? [{ ...config, accounts: config.accounts - 1 }] : []),
      ...(config.cores > 1 ? [{ ...config, cores: config.cores - 1 }] : []),
    ],
    smallerCommands: (command) => (command.amount > 1 ? [{ ...command, amount: 1 }, { ...command, amount: command.amount - 1 }] : []),
    configWeight: (config) => config.cores + config.accounts,
    commandWeight: (command) => command.amount + command.from + command.to,
  };
}
