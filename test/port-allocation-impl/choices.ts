/**
 * What an allocation may do at a step, worked out the slow way: every port is looked at in the view as it stood before the step, and the one that the text of the
 * stages asks for under the reported start is compared with the one reported. Where a port stands and which core its reply comes to is asked of the engine, by `locate`
 * and `reply-core`, which have tests of their own.
 */
import { Stage, stages, tableOf, type Allocate, type PortConfig } from "../../spec/port-allocation/terms.ts";
import { portsPerBlock, ratioOf } from "../../spec/port-allocation/geometry.ts";
import type { Bench } from "./bench.ts";

interface Standing {
  readonly position: number;
  readonly group: number;
  readonly chunk: number;
}

/** One slow judge for the allocations of one bench. */
export class Choices {
  readonly #bench: Bench;
  readonly #config: PortConfig;
  readonly #profile: string;
  readonly #standing: Standing[] = [];
  readonly #claimed = new Map<number, { table: number; chunk: number; aim: number }>();

  constructor(bench: Bench, profile: string) {
    this.#bench = bench;
    this.#config = bench.config;
    this.#profile = profile;
    for (let port = this.#config.low; port <= this.#config.high; port++) {
      const [, position, group, chunk] = bench.locate(port);
      this.#standing.push({ position, group, chunk });
    }
  }

  /** Empty, or what should have been reported instead. Reads what was reported from the bench. */
  complaint(slot: number, core: number, command: Allocate, before: Int32Array): string {
    const { stages: names, witness } = this.#bench.moved;
    const said = `${stages[names.items[0]]} ${witness.toArray().join(" ")}`;
    const expected = this.#expected(slot, core, command, before, witness.items[0]);
    return said.trim() === expected ? "" : `core ${core} ${JSON.stringify(command)}: expected "${expected}", found "${said}"`;
  }

  #admits(command: Allocate, port: number): boolean {
    const { want } = command;
    if (this.#config.parity && (port + command.privatePort) % 2 !== 0) return false;
    return want === null || "port" in want || (port >= want.low && port <= want.high);
  }

  #addresses(command: Allocate): number[] {
    if (this.#config.allocation === "deterministic") return [Math.floor(command.subscriber / ratioOf(this.#config))];
    if (command.address >= 0) return [command.address];
    return this.#config.addresses.map((_, address) => address);
  }

  #expected(slot: number, core: number, command: Allocate, before: Int32Array, start: number): string {
    const claimed = this.#claimed.get(slot);
    if (claimed !== undefined) {
      this.#claimed.delete(slot);
      return this.#expectedOfClaimed(claimed, core, command, before);
    }
    const { wellKnown, preserve, allocation } = this.#config;
    const exact = command.want !== null && "port" in command.want ? command.want.port : -1;
    const kept = exact < 0 && preserve ? command.typePort || command.privatePort : -1;
    const liked = kept >= 0 && this.#admits(command, kept) ? kept : -1;
    if (wellKnown !== null && command.privatePort < 1024) return this.#expectedWellKnown(command, before, exact, liked, start);
    if (allocation === "deterministic" && this.#profile === "patent") return this.#expectedWish(slot, core, command, before, this.#fixed(command)) ?? "refuse";
    if (exact >= 0) return (this.#admits(command, exact) ? this.#expectedWish(slot, core, command, before, exact) : undefined) ?? "refuse";
    const wish = liked >= 0 ? this.#expectedWish(slot, core, command, before, liked) : undefined;
    return wish ?? (allocation === "dynamic" ? this.#expectedInSlots(slot, core, command, before, start) : this.#expectedInBlocks(slot, core, command, before, start));
  }

  #fixed(command: Allocate): number {
    const { low, blocksPerSubscriber } = this.#config;
    const size = portsPerBlock(this.#config);
    return low + (command.subscriber % ratioOf(this.#config)) * blocksPerSubscriber * size + (command.privatePort % (size * blocksPerSubscriber));
  }

  /** The particular port, taken or its chunk claimed; undefined: neither is possible. The start is the place of the port itself. */
  #expectedWish(slot: number, core: number, command: Allocate, before: Int32Array, port: number): string | undefined {
    const standing = this.#standing[port - this.#config.low];
    if (port < this.#config.low || standing === undefined || standing.group < 0) return undefined;
    const tables = this.#tables(command).filter((table) => this.#isOwnersBlock(command, before, table, standing));
    const place = (table: number): number => (this.#config.allocation === "dynamic" ? standing.group : this.#number(table, standing.chunk));
    const mine = tables.find((table) => this.#isMine(before, table, port, core));
    if (mine !== undefined) return `take ${place(mine)} ${mine >> 1} ${port}`;
    const free = tables.find((table) => standing.chunk >= 0 && this.#isFree(before, table, standing.chunk));
    return free === undefined ? undefined : this.#claim(slot, place(free), free, standing.chunk, port);
  }

  #tables(command: Allocate): number[] {
    return this.#addresses(command).map((address) => address * 2 + tableOf(command.protocol));
  }

  #number(table: number, chunk: number): number {
    return (table >> 1) * this.#bench.layout.chunks + chunk;
  }

  #isMine(before: Int32Array, table: number, port: number, core: number): boolean {
    const { layout } = this.#bench;
    return ((before[layout.port.local + table * layout.ports + port - this.#config.low] >> core) & 1) === 1;
  }

  #isFree(before: Int32Array, table: number, chunk: number): boolean {
    const { layout } = this.#bench;
    return before[layout.chunk.free + table * layout.chunks + chunk] === 1;
  }

  #isOwnersBlock(command: Allocate, before: Int32Array, table: number, standing: Standing): boolean {
    const { layout } = this.#bench;
    if (this.#config.allocation === "dynamic") return true;
    if (standing.group < 0) return false;
    if (this.#config.allocation === "block") return before[layout.block.subscriber + table * layout.blocks + standing.group] === command.subscriber + 1;
    return Math.floor(standing.group / this.#config.blocksPerSubscriber) === command.subscriber % ratioOf(this.#config);
  }

  #claim(slot: number, start: number, table: number, chunk: number, aim: number): string {
    this.#claimed.set(slot, { table, chunk, aim });
    return `claim ${start} ${table >> 1} ${chunk}`;
  }

  #expectedOfClaimed(claimed: { table: number; chunk: number; aim: number }, core: number, command: Allocate, before: Int32Array): string {
    if (claimed.aim >= 0) return `take-claimed ${claimed.table >> 1} ${claimed.aim}`;
    const ports = this.#ports().filter((port) => this.#at(port).chunk === claimed.chunk && this.#admits(command, port) && this.#isMine(before, claimed.table, port, core));
    return `take-claimed ${claimed.table >> 1} ${this.#least(ports, (port) => this.#at(port).position)}`;
  }

  #ports(): number[] {
    return this.#standing.map((_, i) => this.#config.low + i);
  }

  #at(port: number): Standing {
    return this.#standing[port - this.#config.low];
  }

  #least(ports: number[], rank: (port: number) => number): number {
    return ports.reduce((best, port) => (rank(port) < rank(best) ? port : best));
  }

  #expectedInSlots(slot: number, core: number, command: Allocate, before: Int32Array, start: number): string {
    const [table] = this.#tables(command);
    const slots = 1 << this.#config.slotBits;
    const near = (port: number): number => ((this.#at(port).group - start + slots) % slots) * 65536 + this.#at(port).position;
    const admitted = this.#ports().filter((port) => this.#admits(command, port));
    const mine = admitted.filter((port) => this.#isMine(before, table, port, core));
    if (mine.length > 0) {
      const rank = (port: number): number => (this.#isLocal(core, command, port) ? 0 : 2) + (this.#at(port).chunk < 0 ? 0 : 1);
      return `take ${start} ${table >> 1} ${this.#least(mine, (port) => rank(port) * 2 ** 40 + near(port))}`;
    }
    const free = admitted.filter((port) => this.#at(port).chunk >= 0 && this.#isFree(before, table, this.#at(port).chunk));
    if (free.length === 0) return "refuse";
    return this.#claim(slot, start, table, this.#at(this.#least(free, near)).chunk, -1);
  }

  #isLocal(core: number, command: Allocate, port: number): boolean {
    const { protocol, remote, remotePort, address } = command;
    return this.#bench.ask({ kind: "reply-core", protocol, remote, remotePort, address, port })[1] === core;
  }

  #expectedInBlocks(slot: number, core: number, command: Allocate, before: Int32Array, start: number): string {
    const { layout } = this.#bench;
    const numbers = this.#config.addresses.length * layout.chunks;
    const places = this.#tables(command).flatMap((table) =>
      this.#ports()
        .filter((port) => this.#admits(command, port) && this.#isOwnersBlock(command, before, table, this.#at(port)))
        .map((port) => ({ table, port, chunk: this.#at(port).chunk, near: ((this.#number(table, this.#at(port).chunk) - start + numbers) % numbers) * 65536 + port })),
    );
    const byNearness = (a: { near: number }, b: { near: number }): number => a.near - b.near;
    const [mine] = places.filter(({ table, port }) => this.#isMine(before, table, port, core)).sort(byNearness);
    if (mine !== undefined) return `take ${start} ${mine.table >> 1} ${mine.port}`;
    const [free] = places.filter(({ table, chunk }) => this.#isFree(before, table, chunk)).sort(byNearness);
    if (free !== undefined) return this.#claim(slot, start, free.table, free.chunk, -1);
    return this.#config.allocation === "block" ? this.#expectedReserve(command, before, start) : "refuse";
  }

  #expectedReserve(command: Allocate, before: Int32Array, start: number): string {
    const { layout } = this.#bench;
    const owners = (table: number): number[] => Array.from(before.subarray(layout.block.subscriber + table * layout.blocks, layout.block.subscriber + (table + 1) * layout.blocks));
    const all = this.#config.addresses.flatMap((_, address) => owners(address * 2 + tableOf(command.protocol)));
    if (all.filter((owner) => owner === command.subscriber + 1).length >= this.#config.blocksPerSubscriber) return "refuse";
    const count = this.#config.addresses.length;
    const tables = this.#tables(command).sort((a, b) => (((a >> 1) - start + count) % count) - (((b >> 1) - start + count) % count));
    for (const table of tables) {
      const block = owners(table).findIndex((owner, at) => owner === 0 && this.#ports().some((port) => this.#at(port).group === at && this.#admits(command, port)));
      if (block >= 0) return `reserve ${start} ${table >> 1} ${block}`;
    }
    return "refuse";
  }

  #expectedWellKnown(command: Allocate, before: Int32Array, exact: number, liked: number, start: number): string {
    const { low, high } = this.#config.wellKnown!;
    const { layout } = this.#bench;
    const address = this.#addresses(command).length > 1 ? command.subscriber % this.#config.addresses.length : this.#addresses(command)[0];
    const at = layout.wellKnown.free + (address * 2 + tableOf(command.protocol)) * layout.wellKnownPorts - low;
    const free = Array.from({ length: high - low + 1 }, (_, i) => low + i).filter((port) => before[at + port] === 1 && this.#admits(command, port));
    const wished = exact >= 0 ? exact : liked;
    const name = stages[Stage["take-well-known"]];
    if (free.includes(wished)) return `${name} ${wished} ${wished}`;
    if (exact >= 0 || free.length === 0) return "refuse";
    return `${name} ${start} ${free.find((port) => port >= start) ?? free[0]}`;
  }
}
