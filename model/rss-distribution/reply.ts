/** Which core will receive the reply of a translated flow (RSS-10): decided as a plain packet would be, and nothing is placed. */
import { Outcome, Stage, type ReplyCore, type Scheme } from "../../spec/rss-distribution/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { coreByRule, coreBySteering, nodeOf } from "./decide.ts";
import { hashOf, plainPacket, reversed, tupleOfFlow, type Arriving } from "./packet.ts";
import { coresOfFunction } from "./schemes.ts";
import { answer, Goal, Rule, take } from "./stage.ts";
import type { RssState } from "./state.ts";

/** A core, and the hash that named it, signed (0 none); core -1: it cannot be foreseen. */
interface Foreseen {
  readonly core: number;
  readonly hash: number;
}
const unforeseen: Foreseen = { core: -1, hash: 0 };

/** The only step of `reply-core`. */
export function answerReplyCore(state: RssState, command: ReplyCore, moved: Moved): void {
  take(state, moved, Stage.answer);
  const { core, hash } = foresee(state, replyTo(state, command), moved);
  if (core < 0) state.goal(moved, Goal.unforeseen);
  answer(state, moved, core < 0 ? Outcome.unforeseen : Outcome.done, core, hash);
}

/** From the flow's destination to the endpoint that its source is translated to. */
function replyTo(state: RssState, { flow, address, port }: ReplyCore): Arriving {
  const answering = reversed(tupleOfFlow(state, flow));
  return plainPacket(-1, { ...answering, destination: address, destinationBytes: state.addresses[address], destinationPort: port });
}

function foresee(state: RssState, reply: Arriving, moved: Moved): Foreseen {
  const node = nodeOf(state, reply.tuple.destination);
  if (node > 0) return unforeseen;
  if (node === 0) return { core: state.config.control, hash: 0 };
  const byRule = coreByRule(state, reply, () => {});
  if (byRule >= 0) return { core: byRule, hash: 0 };
  const bySteering = coreBySteering(state, reply);
  if (bySteering >= 0) return { core: bySteering, hash: 0 };
  for (const scheme of state.config.schemes) {
    const foreseen = byScheme(state, scheme, reply, moved);
    if (foreseen !== undefined) return foreseen;
  }
  return unforeseen;
}

/** Undefined: the scheme does not apply. */
function byScheme(state: RssState, scheme: Scheme, { tuple, portsSeen }: Arriving, moved: Moved): Foreseen | undefined {
  switch (scheme.kind) {
    case "hash": {
      const hash = hashOf(state, tuple, portsSeen);
      state.rule(moved, Rule.bucket);
      state.rule(moved, Rule.computed);
      return { core: state.coreOfBucket(state.bucketOf(hash)), hash: hash | 0 };
    }
    case "virtual-address":
      return onlyOne(state, scheme.coresOf[tuple.destination]);
    case "function":
      return onlyOne(state, portsSeen ? coresOfFunction(scheme, tuple.destinationPort) : undefined);
    case "card":
      return scheme.coresOf.every((list) => list.length === 0) ? undefined : unforeseen;
    default:
      return unforeseen;
  }
}
function onlyOne(state: RssState, list: readonly number[] | undefined): Foreseen | undefined {
  const cores = (list ?? []).filter((core) => state.isAvailable(core));
  if (cores.length === 0) return undefined;
  return cores.length === 1 ? { core: cores[0], hash: 0 } : unforeseen;
}
