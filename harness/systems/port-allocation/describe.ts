/** Commands and outcomes of port allocation in words. */
import { Outcome, Place, type Allocate, type PortCommand, type PortConfig } from "../../../spec/port-allocation/terms.ts";

/** `asks 3 tcp ports for subscriber 1 on 198.51.100.1 towards 203.0.113.5:80 (own port 4660, even, within 2000-2063)` */
export function allocateInWords(command: Allocate, config: PortConfig): string {
  const wishes = [`own port ${command.privatePort}`];
  if (config.parity) wishes.push(command.privatePort % 2 === 0 ? "even" : "odd");
  if (config.preserve && command.typePort !== 0) wishes.push(`port of its type ${command.typePort}`);
  if (command.want !== null) wishes.push("port" in command.want ? `exactly ${command.want.port}` : `within ${command.want.low}-${command.want.high}`);
  const what = `${command.count} ${command.protocol} ${command.count === 1 ? "port" : "ports"}`;
  const where = command.address < 0 ? "" : ` on ${nameOf(config.addresses, command.address)}`;
  return `asks ${what} for subscriber ${command.subscriber}${where} towards ${endpoint(nameOf(config.remotes, command.remote), command.remotePort)} (${wishes.join(", ")})`;
}

function nameOf(list: readonly string[], at: number): string {
  return list[at] ?? `address number ${at}`;
}

function endpoint(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What the core named before does. */
export function words(command: PortCommand, config: PortConfig): string {
  switch (command.kind) {
    case "allocate":
      return allocateInWords(command, config);
    case "free":
      return `frees the ports of ${command.of}`;
    case "collect":
      return "collects what was handed over to it";
    case "age":
      return "lets go of what has rested long enough";
    case "reserve-block": {
      const which = command.block < 0 ? "a block" : `block ${command.block}`;
      const where = command.address < 0 ? "any address" : nameOf(config.addresses, command.address);
      return `reserves ${which} of ${where} (${command.protocol === "tcp" ? "tcp" : "other"}) for subscriber ${command.subscriber}`;
    }
    case "release-block":
      return `returns the block of ${command.of}`;
    case "locate":
      return `locates port ${command.port}`;
    case "inverse":
      return `asks whose ${endpoint(nameOf(config.addresses, command.address), command.port)} is`;
    case "reply-core":
      return `asks which core gets the ${command.protocol} reply from ${endpoint(nameOf(config.remotes, command.remote), command.remotePort)} to ${endpoint(nameOf(config.addresses, command.address), command.port)}`;
  }
}

const places = Object.fromEntries([
  [Place.outside, "outside every table"],
  [Place.wellKnown, "in the well-known table"],
  [Place.own, "an own port"],
  [Place.shared, "in a shared chunk"],
  [Place.leftOver, "in the left-over end"],
]);

/** `done`, `done: 3`, `refused after 2`, or what was asked; a block as address and block; a place with position, slot or block, chunk and owner. */
export function outcomeWords(outcome: readonly number[]): string {
  if (outcome.length === 5) {
    const [place, position, slot, chunk, owner] = outcome;
    return `${places[place] ?? `unknown place ${place}`}: position ${position}, slot or block ${slot}, chunk ${chunk}, owner ${owner}`;
  }
  const [code, first, second] = outcome;
  const word = code === Outcome.done ? "done" : code === Outcome.refused ? "refused" : `unknown outcome ${code}`;
  if (outcome.length === 1) return word;
  if (outcome.length === 3) return code === Outcome.done ? `${word}: block ${second} of address ${first}` : word;
  return code === Outcome.refused ? `refused after ${first}` : `${word}: ${first}`;
}
