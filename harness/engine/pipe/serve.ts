/** The other end of the pipe: makes a program of any side, on standard input and output. */
import { readSync, writeSync } from "node:fs";
import { Moved, type Fault, type Setup, type Side, type Task } from "../contract.ts";
import { drawOf } from "../random.ts";
import { protocolVersion, type MovedAnswer, type Request } from "./protocol.ts";

/** Answers requests until standard input ends. What the side throws is answered as an error. */
export function serve(side: Side): void {
  const server = new Server(side);
  for (const line of linesOf(0)) {
    let answer: string;
    try {
      answer = JSON.stringify(server.answer(JSON.parse(line) as Request));
    } catch (error) {
      answer = JSON.stringify({ error: String(error) });
    }
    writeWhole(1, `${answer}\n`);
  }
}

class Server {
  readonly #side: Side;
  readonly #moved = new Moved();
  readonly #keys: number[] = [];
  #clocks: readonly number[] = [];
  #seed = 0;
  #values = new Int32Array(0);

  constructor(side: Side) {
    this.#side = side;
  }

  answer(request: Request): object {
    switch (request.do) {
      case "open":
        return this.#open(request);
      case "start":
        this.#keys[request.task.slot] = request.task.key;
        this.#side.start(request.task as Task);
        return {};
      case "move":
        return this.#step(request.clocks, (moved) => this.#side.move(request.slot, moved), true);
      case "apply":
        return this.#step(request.clocks, (moved) => this.#side.apply?.(request.fault as Fault, moved), false);
      case "read":
        return { value: this.#side.read(request.entry) };
      case "scan":
        return { values: this.#scanned() };
    }
  }

  #open({ protocol, profile, config, seed, taskCountMax, entries, footprint, poison }: Request & { do: "open" }): object {
    if (protocol !== protocolVersion) throw new Error(`this program speaks protocol ${protocolVersion}, not ${protocol}`);
    this.#seed = seed;
    this.#clocks = [];
    if (this.#values.length !== entries) this.#values = new Int32Array(entries);
    const setup: Setup = {
      config,
      profile,
      taskCountMax,
      draw: (slot, stage, count) => drawOf(this.#seed, this.#keys[slot], stage, count),
      nowMs: (node) => this.#clocks[node] ?? 0,
      footprint,
      poison,
    };
    this.#side.open(setup);
    return {};
  }

  #step(clocks: readonly number[], step: (moved: Moved) => void, isMove: boolean): MovedAnswer {
    const moved = this.#moved;
    this.#clocks = clocks;
    moved.clear();
    step(moved);
    const { stages, next, blockedOn, outcome, yields, witness, writes, reads, freed, sent, timers } = moved;
    const lists = { stages, outcome, witness, reads, freed };
    const answer: Record<string, unknown> = isMove ? { next } : {};
    for (const [name, list] of Object.entries(lists)) if (list.count > 0) answer[name] = list.toArray();
    if (blockedOn >= 0) answer.blockedOn = blockedOn;
    if (yields !== 0) answer.yields = yields;
    if (writes.count > 0) answer.writes = writes.toArray().flatMap((entry) => [entry, this.#side.read(entry)]);
    if (sent.length > 0) answer.sent = sent;
    if (timers.length > 0) answer.timers = timers;
    return answer;
  }

  #scanned(): number[] {
    if (this.#side.scan !== undefined) this.#side.scan(this.#values);
    else for (let entry = 0; entry < this.#values.length; entry++) this.#values[entry] = this.#side.read(entry);
    return Array.from(this.#values);
  }
}

/** Lines of a file that blocks until there are more. */
function* linesOf(fd: number): Generator<string> {
  const chunk = Buffer.alloc(1 << 16);
  let parts: Buffer[] = [];
  for (;;) {
    const count = readSync(fd, chunk, 0, chunk.length, null);
    if (count === 0) return;
    let from = 0;
    for (let end = chunk.subarray(0, count).indexOf(10); end >= 0; end = chunk.subarray(0, count).indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      yield Buffer.concat(parts).toString("utf8");
      parts = [];
      from = end + 1;
    }
    if (from < count) parts.push(Buffer.from(chunk.subarray(from, count)));
  }
}

function writeWhole(fd: number, text: string): void {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(fd, bytes));
}
