/**
 * A replicated register: the last write wins, by stamp. Nodes that see each other exchange states over a lossy network,
 * resend what was not acknowledged when a timer says so, and ask again after a crash; at rest nodes that see each other agree.
 *
 * A node owes its state to the peers of its view that have not acknowledged it. A stamp is a counter times the number of nodes plus
 * the node, so no two writes share one. Planted, in either side or both: `older wins` adopts whatever arrives, `no retry`
 * sets no timer, `no resend after start` owes nothing after a crash (in both sides: convergence is missed). In the implementation
 * only: `early` reads the clock of node 0 instead of its own, `no order` answers before it merges.
 */
import { Next, View } from "../../harness/engine/contract.ts";
import type { EventDraft, Fault, Findings, Model, Moved, Random, Setup, Side, System, Task } from "../../harness/engine/contract.ts";

export interface RegisterConfig {
  readonly nodes: number;
  readonly cores: number;
  readonly retryMs: number;
}
export type RegisterCommand = { readonly kind: "write"; readonly value: number } | { readonly kind: "read" };
export type RegisterFault = "none" | "older wins" | "no retry" | "no resend after start" | "early" | "no order";

const Rule = { write: 0, merge: 1, acknowledge: 2, retry: 3, start: 4, read: 5, converge: 6 } as const;
const Stage = { store: 0, replicate: 1, merge: 2, answer: 3, acknowledge: 4, retry: 5, read: 6 } as const;
/** Columns of a node's part of the view. */
const Part = { value: 0, stamp: 1, owed: 2 } as const;
const partCount = 3;

/** One node as the model sees it. */
interface Node {
  value: number;
  stamp: number;
  owes: Set<number>;
  sees: readonly number[];
}

export class RegisterModel implements Model<RegisterConfig> {
  readonly #fault: RegisterFault;
  #setup!: Setup<RegisterConfig>;
  #nodes: Node[] = [];
  readonly #tasks = new Map<number, { readonly task: Task; moves: number }>();
  constructor(fault: RegisterFault = "none") {
    this.#fault = fault;
  }
  open(setup: Setup<RegisterConfig>): void {
    this.#setup = setup;
    this.#tasks.clear();
    this.#nodes = Array.from({ length: setup.config.nodes }, (_, node) => ({ value: 0, stamp: 0, owes: new Set<number>(), sees: others(node, setup.config.nodes) }));
  }
  start(task: Task): void {
    this.#tasks.set(task.slot, { task, moves: 0 });
  }
  judge(slot: number, _said: Moved, witnessAt: number, moved: Moved): number {
    this.move(slot, moved);
    return witnessAt;
  }
  move(slot: number, moved: Moved): void {
    const entry = this.#tasks.get(slot)!;
    const { task } = entry;
    const first = entry.moves++ === 0;
    moved.next = Next.done;
    if (task.kind === "timer") this.#retry(task, moved);
    else if (task.command.kind === "ack") this.#acknowledge(task, moved);
    else if (task.command.kind === "read") this.#read(task, moved);
    else if (task.command.kind === "state") (first ? this.#merge : this.#answer).call(this, task, moved);
    else (first ? this.#store : this.#replicate).call(this, task, moved);
  }
  apply(fault: Fault, moved: Moved): void {
    const node = this.#nodes[fault.node];
    if (fault.do === "crash") {
      if (fault.keep === "nothing") Object.assign(node, { value: 0, stamp: 0 });
      node.owes = new Set();
      this.#wrote(fault.node, moved);
      return;
    }
    moved.rules.push(Rule.start);
    if (fault.do === "view") {
      for (const peer of fault.sees) if (!node.sees.includes(peer)) node.owes.add(peer);
      node.sees = fault.sees;
    } else node.owes = new Set(this.#fault === "no resend after start" ? [] : node.sees);
    this.#wrote(fault.node, moved);
    this.#sendOwed(fault.node, moved);
  }
  read(entry: number): number {
    const node = this.#nodes[Math.floor(entry / partCount)];
    if (entry % partCount === Part.value) return node.value;
    if (entry % partCount === Part.stamp) return node.stamp;
    return [...node.owes].reduce((mask, peer) => mask | (1 << peer), 0);
  }
  invariants(found: Findings): void {
    this.#nodes.forEach((node, at) => {
      if (node.stamp === 0 && node.value !== 0) found.add(Rule.write, at * partCount, `node ${at} holds ${node.value}, which nobody wrote`);
    });
  }
  obligations(found: Findings): void {
    this.#nodes.forEach((node, at) => {
      for (const peer of node.sees) {
        if (!this.#nodes[peer].sees.includes(at)) continue;
        const there = this.#nodes[peer];
        if (there.stamp < node.stamp) found.add(Rule.converge, peer * partCount + Part.stamp, `node ${at} is at ${node.stamp}, node ${peer} at ${there.stamp}`);
      }
    });
  }

  #store(task: Task, moved: Moved): void {
    const node = this.#nodes[task.node];
    const count = this.#nodes.length;
    node.stamp = (Math.floor(node.stamp / count) + 1) * count + task.node;
    node.value = (task.command as unknown as { value: number }).value;
    node.owes = new Set(node.sees);
    moved.stages.push(Stage.store);
    moved.rules.push(Rule.write);
    this.#wrote(task.node, moved);
    moved.next = Next.more;
  }
  #replicate(task: Task, moved: Moved): void {
    moved.stages.push(Stage.replicate);
    moved.rules.push(Rule.write);
    moved.outcome.push(this.#nodes[task.node].stamp);
    moved.yields = 1;
    this.#sendOwed(task.node, moved);
  }
  #merge(task: Task, moved: Moved): void {
    const node = this.#nodes[task.node];
    const [stamp, value] = task.body;
    moved.stages.push(Stage.merge);
    moved.rules.push(Rule.merge);
    moved.next = Next.more;
    if (stamp <= node.stamp && !(this.#fault === "older wins" && stamp > 0)) return;
    Object.assign(node, { stamp, value, owes: new Set(node.owes) });
    this.#wrote(task.node, moved);
  }
  #answer(task: Task, moved: Moved): void {
    const node = this.#nodes[task.node];
    const [stamp, , sender] = task.body;
    moved.stages.push(Stage.answer);
    moved.rules.push(Rule.acknowledge);
    moved.sent.push({ node: sender, core: 0, label: "ack", body: [stamp, task.node] });
    if (stamp < node.stamp) moved.sent.push({ node: sender, core: 0, label: "state", body: [node.stamp, node.value, task.node] });
  }
  #acknowledge(task: Task, moved: Moved): void {
    const node = this.#nodes[task.node];
    const [stamp, sender] = task.body;
    moved.stages.push(Stage.acknowledge);
    moved.rules.push(Rule.acknowledge);
    if (stamp !== node.stamp) return;
    node.owes.delete(sender);
    this.#wrote(task.node, moved);
    if (node.owes.size === 0) moved.timers.push({ label: "retry", core: 0, atMs: -1, body: [] });
  }
  #retry(task: Task, moved: Moved): void {
    moved.stages.push(Stage.retry);
    moved.rules.push(Rule.retry);
    this.#sendOwed(task.node, moved);
  }
  #read(task: Task, moved: Moved): void {
    moved.stages.push(Stage.read);
    moved.rules.push(Rule.read);
    moved.outcome.push(this.#nodes[task.node].value);
  }

  #wrote(node: number, moved: Moved): void {
    for (let part = 0; part < partCount; part++) moved.writes.push(node * partCount + part);
  }
  /** Sends the state to the peers it is owed to and that are seen, and sets the timer to do so again. */
  #sendOwed(at: number, moved: Moved): void {
    const node = this.#nodes[at];
    const peers = [...node.owes].filter((peer) => node.sees.includes(peer)).sort((a, b) => a - b);
    for (const peer of peers) moved.sent.push({ node: peer, core: 0, label: "state", body: [node.stamp, node.value, at] });
    if (peers.length === 0 || this.#fault === "no retry") return;
    moved.timers.push({ label: "retry", core: 0, atMs: this.#setup.nowMs(at) + this.#setup.config.retryMs, body: [] });
  }
}

/** Plain numbers only, so that it can run in another process. */
export class RegisterImplementation implements Side<RegisterConfig> {
  readonly #fault: RegisterFault;
  #setup!: Setup<RegisterConfig>;
  #nodes = 0;
  #words = new Int32Array(0);
  #sees = new Int32Array(0);
  #tasks: Task[] = [];
  #moves = new Int32Array(0);
  constructor(fault: RegisterFault = "none") {
    this.#fault = fault;
  }
  open(setup: Setup<RegisterConfig>): void {
    this.#setup = setup;
    this.#nodes = setup.config.nodes;
    if (this.#words.length !== this.#nodes * partCount) {
      this.#words = new Int32Array(this.#nodes * partCount);
      this.#sees = new Int32Array(this.#nodes);
    }
    this.#words.fill(0);
    for (let node = 0; node < this.#nodes; node++) this.#sees[node] = maskOf(others(node, this.#nodes));
    if (this.#moves.length < setup.taskCountMax) this.#moves = new Int32Array(setup.taskCountMax);
  }
  start(task: Task): void {
    this.#tasks[task.slot] = task;
    this.#moves[task.slot] = 0;
  }
  move(slot: number, moved: Moved): void {
    const task = this.#tasks[slot];
    const first = this.#moves[slot]++ === 0;
    const at = task.node * partCount;
    moved.next = Next.done;
    if (task.kind === "timer") {
      moved.stages.push(Stage.retry);
      return this.#sendOwed(task.node, moved);
    }
    switch (task.command.kind) {
      case "write":
        return first ? this.#store(task, at, moved) : this.#replicate(task, at, moved);
      case "read":
        moved.stages.push(Stage.read);
        return moved.outcome.push(this.#words[at + Part.value]);
      case "state":
        return first !== (this.#fault === "no order") ? this.#merge(task, at, first, moved) : this.#answer(task, at, first, moved);
      default:
        return this.#acknowledge(task, at, moved);
    }
  }
  apply(fault: Fault, moved: Moved): void {
    const at = fault.node * partCount;
    if (fault.do === "crash") {
      if (fault.keep === "nothing") this.#words.fill(0, at, at + 2);
      this.#words[at + Part.owed] = 0;
      return this.#wrote(at, moved);
    }
    if (fault.do === "view") {
      const seen = maskOf(fault.sees);
      this.#words[at + Part.owed] |= seen & ~this.#sees[fault.node];
      this.#sees[fault.node] = seen;
    } else this.#words[at + Part.owed] = this.#fault === "no resend after start" ? 0 : this.#sees[fault.node];
    this.#wrote(at, moved);
    this.#sendOwed(fault.node, moved);
  }
  read(entry: number): number {
    return this.#words[entry];
  }
  scan(into: Int32Array): void {
    into.set(this.#words);
  }

  #store(task: Task, at: number, moved: Moved): void {
    const turn = Math.floor(this.#words[at + Part.stamp] / this.#nodes) + 1;
    this.#words[at + Part.stamp] = turn * this.#nodes + task.node;
    this.#words[at + Part.value] = (task.command as unknown as { value: number }).value;
    this.#words[at + Part.owed] = this.#sees[task.node];
    moved.stages.push(Stage.store);
    moved.next = Next.more;
    this.#wrote(at, moved);
  }
  #replicate(task: Task, at: number, moved: Moved): void {
    moved.stages.push(Stage.replicate);
    moved.outcome.push(this.#words[at + Part.stamp]);
    moved.yields = 1;
    this.#sendOwed(task.node, moved);
  }
  #merge(task: Task, at: number, first: boolean, moved: Moved): void {
    const stamp = task.body[0];
    moved.stages.push(Stage.merge);
    moved.next = first ? Next.more : Next.done;
    if (stamp <= this.#words[at + Part.stamp] && !(this.#fault === "older wins" && stamp > 0)) return;
    this.#words[at + Part.stamp] = stamp;
    this.#words[at + Part.value] = task.body[1];
    this.#wrote(at, moved);
  }
  #answer(task: Task, at: number, first: boolean, moved: Moved): void {
    const stamp = task.body[0];
    const sender = task.body[2];
    const own = this.#words[at + Part.stamp];
    moved.stages.push(Stage.answer);
    moved.next = first ? Next.more : Next.done;
    moved.sent.push({ node: sender, core: 0, label: "ack", body: [stamp, task.node] });
    if (stamp < own) moved.sent.push({ node: sender, core: 0, label: "state", body: [own, this.#words[at + Part.value], task.node] });
  }
  #acknowledge(task: Task, at: number, moved: Moved): void {
    moved.stages.push(Stage.acknowledge);
    if (task.body[0] !== this.#words[at + Part.stamp]) return;
    this.#words[at + Part.owed] &= ~(1 << task.body[1]);
    this.#wrote(at, moved);
    if (this.#words[at + Part.owed] === 0) moved.timers.push({ label: "retry", core: 0, atMs: -1, body: [] });
  }

  #wrote(at: number, moved: Moved): void {
    for (let part = 0; part < partCount; part++) moved.writes.push(at + part);
  }
  #sendOwed(node: number, moved: Moved): void {
    const at = node * partCount;
    const due = this.#words[at + Part.owed] & this.#sees[node];
    const body = [this.#words[at + Part.stamp], this.#words[at + Part.value], node];
    for (let peer = 0; peer < this.#nodes; peer++) if ((due >> peer) & 1) moved.sent.push({ node: peer, core: 0, label: "state", body });
    if (due === 0 || this.#fault === "no retry") return;
    const now = this.#setup.nowMs(this.#fault === "early" ? 0 : node);
    moved.timers.push({ label: "retry", core: 0, atMs: now + this.#setup.config.retryMs, body: [] });
  }
}

function others(node: number, nodes: number): number[] {
  return Array.from({ length: nodes }, (_, i) => i).filter((i) => i !== node);
}

function maskOf(nodes: readonly number[]): number {
  return nodes.reduce((mask, node) => mask | (1 << node), 0);
}

function drawEvent(random: Random, config: RegisterConfig): EventDraft<RegisterCommand> {
  const node = random.int(config.nodes);
  const other = (node + 1 + random.int(config.nodes - 1)) % config.nodes;
  const core = random.int(config.cores);
  switch (random.int(16)) {
    case 0:
      return { do: "crash", node, keep: random.pick(["nothing", "stored"] as const) };
    case 1:
    case 2:
      return { do: "start", node };
    case 3:
      return { do: "cut", from: node, to: other };
    case 4:
      return { do: "heal", from: node, to: other };
    case 5:
      return { do: "drop", from: node, to: other };
    case 6:
    case 7:
      return { do: "advance", node, ms: 1 + random.int(2 * config.retryMs) };
    case 8:
      return { do: "view", node, sees: others(node, config.nodes).filter(() => !random.oneIn(4)) };
    case 9:
    case 10:
      return { do: "op", node, core, command: { kind: "read" } };
    default:
      return { do: "op", node, core, command: { kind: "write", value: 1 + random.int(9) } };
  }
}

export function registerSystem(options: { readonly fault?: RegisterFault; readonly modelFault?: RegisterFault } = {}): System<RegisterConfig, RegisterCommand> {
  return {
    name: "register",
    title: "A replicated register",
    rules: [
      { id: "REG-1", text: "A write takes the next stamp and is owed to every node in view.", source: "toy", confidence: "chosen" },
      { id: "REG-2", text: "A state is adopted if its stamp is newer.", source: "toy", confidence: "chosen" },
      { id: "REG-3", text: "A state is acknowledged; an older one is answered with the newer.", source: "toy", confidence: "chosen" },
      { id: "REG-4", text: "What is not acknowledged is sent again.", source: "toy", confidence: "chosen" },
      { id: "REG-5", text: "A node that starts sends what it has to every node in view.", source: "toy", confidence: "chosen" },
      { id: "REG-6", text: "A read answers what the node holds.", source: "toy", confidence: "chosen" },
      { id: "REG-7", text: "At rest nodes that see each other agree.", source: "toy", confidence: "chosen" },
    ],
    goals: [],
    profiles: ["plain"],
    stages: ["store", "replicate", "merge", "answer", "acknowledge", "retry", "read"],
    stageRules: [Rule.write, Rule.write, Rule.merge, Rule.acknowledge, Rule.acknowledge, Rule.retry, Rule.read],
    nodeCount: (config) => config.nodes,
    coreCount: (config) => config.cores,
    view: (config) =>
      View.of(
        Array.from({ length: config.nodes * partCount }, (_, i) => ({
          table: "register",
          name: ["value", "stamp", "owed"][i % partCount],
          size: 1,
          node: Math.floor(i / partCount),
          rule: [Rule.write, Rule.write, Rule.acknowledge][i % partCount],
          key: () => `n${Math.floor(i / partCount)}`,
        })),
      ),
    model: () => new RegisterModel(options.modelFault),
    implementation: () => new RegisterImplementation(options.fault),
    parseConfig: (value) => ({ ok: true, value: value as RegisterConfig }),
    parseCommand: (value) => ({ ok: true, value: value as RegisterCommand }),
    drawConfig: (random) => ({ nodes: 2, cores: 1 + random.int(2), retryMs: 10 + random.int(40) }),
    drawEvents: (random, config, _profile, size) => Array.from({ length: size }, () => drawEvent(random, config)),
    refers: () => undefined,
    words: (command) => (command.kind === "write" ? `write ${command.value}` : "read"),
    outcomeWords: (outcome) => outcome.join(", "),
    smallerConfigs: (config) => [
      ...(config.cores > 1 ? [{ ...config, cores: 1 }] : []),
      ...(config.retryMs > 1 ? [{ ...config, retryMs: 1 }] : []),
    ],
    smallerCommands: (command) => (command.kind === "write" && command.value > 1 ? [{ kind: "write", value: 1 }] : []),
    configWeight: (config) => config.nodes + config.cores + config.retryMs,
    commandWeight: (command) => (command.kind === "write" ? 1 + command.value : 1),
  };
}
