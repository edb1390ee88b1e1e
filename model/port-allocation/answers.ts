/** The questions: where a port stands, whose an external endpoint is, where a reply comes in. None changes anything. */
import { portsPerBlock, blockCount } from "../../spec/port-allocation/geometry.ts";
import { Outcome, Place, Stage, type PortCommand } from "../../spec/port-allocation/terms.ts";
import type { Moved } from "../../spec/side.ts";
import type { PortState } from "./state.ts";
import { replyHash } from "./wish.ts";

export function answer(state: PortState, command: PortCommand, moved: Moved): void {
  moved.stages.push(state.at.stage + Stage.answer);
  switch (command.kind) {
    case "locate":
      state.rule(moved, "PORT-4");
      state.rule(moved, state.config.allocation === "dynamic" ? "PORT-3" : "PORT-2");
      state.rule(moved, "PORT-20");
      for (const value of locate(state, command.port)) moved.outcome.push(value);
      return;
    case "inverse":
      state.rule(moved, "PORT-15");
      moved.outcome.push(Outcome.done);
      moved.outcome.push(inverse(state, command.address, command.port));
      return;
    case "reply-core": {
      state.rule(moved, "PORT-27");
      const hash = replyHash(state, command.protocol === "icmp", command.remote, command.remotePort, command.address, command.port);
      moved.outcome.push(Outcome.done);
      moved.outcome.push(state.config.indirection[hash & state.hashMask]);
      return;
    }
    default:
      throw new Error(`${command.kind} is no question`);
  }
}

/** [place, position, slot or block, chunk, owner]; what does not apply is -1. */
function locate(state: PortState, port: number): readonly number[] {
  const { config, shape } = state;
  const known = config.wellKnown;
  if (known !== null && port >= known.low && port <= known.high) return [Place.wellKnown, port - known.low, -1, -1, -1];
  if (port < config.low || port > config.high) return [Place.outside, -1, -1, -1, -1];
  const offset = port - config.low;
  const position = shape.positionOf[offset];
  const owner = shape.owner[offset];
  const chunk = shape.chunkOf[offset];
  if (owner < 0 && chunk < 0) return [Place.leftOver, position, -1, -1, -1];
  let group = 0;
  while (shape.groupFirst[group + 1] <= position) group++;
  return [owner >= 0 ? Place.own : Place.shared, position, group, chunk, owner];
}

/** PORT-15, backwards: the subscriber whose blocks hold the endpoint; -1 none. */
function inverse(state: PortState, address: number, port: number): number {
  const { config } = state;
  if (config.allocation !== "deterministic" || port < config.low || port > config.high) return -1;
  const block = Math.floor((port - config.low) / portsPerBlock(config));
  if (block >= blockCount(config)) return -1;
  const subscriber = address * state.ratio + Math.floor(block / config.blocksPerSubscriber);
  return subscriber < config.subscribers ? subscriber : -1;
}
