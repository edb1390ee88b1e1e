/** The commands of a small world as an alphabet, from which cases of any length can be made. */
import type { Command, System } from "../engine/contract.ts";
import { earlierOf, type Earlier, type SmallWorld } from "../engine/explore/scope.ts";
import type { Universe } from "../engine/explore/smallest.ts";
import { referredKinds } from "./references.ts";

/** A command that refers to an earlier operation. */
interface Referring extends Command {
  readonly of: string;
}

/**
 * Everything that happens in the world, before and then: its operations and its commands, each once, on any of its cores. A command that refers to an operation there may
 * refer to any that went before and is of the right kind (`referredKinds`). Clocks stand still and nodes stay up: events that are no operations are not in it.
 */
export function universeOf(system: System, world: SmallWorld): Universe {
  const earlier = earlierOf(world);
  const all = [...earlier.map(({ command }) => command), ...world.commands(earlier)];
  const plain = new Map<string, Command>();
  const referring = new Map<string, Referring>();
  for (const command of all) {
    if (system.refers(command) === undefined) plain.set(JSON.stringify(command), command);
    else referring.set(JSON.stringify({ ...command, of: "" }), command as Referring);
  }
  return {
    world,
    cores: system.coreCount(world.config, 0),
    commands: (before) => [...plain.values(), ...[...referring.values()].flatMap((command) => pointed(command, before))],
  };
}

function pointed(command: Referring, before: readonly Earlier[]): Command[] {
  return before.filter((each) => referredKinds[command.kind].includes(each.command.kind)).map(({ id }): Referring => ({ ...command, of: id }));
}
