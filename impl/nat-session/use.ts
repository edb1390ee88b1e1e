/** What a new session may use of what is there (NAT-2): static mappings, mappings, the paired address. Each function is one stage. */
import { Outcome, Stage } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { seekPair, seekSender } from "./find.ts";
import { useByEndpoint, useByExternal } from "./mappings.ts";
import type { NatMemory } from "./memory.ts";
import { answer } from "./packet.ts";
import { usePair } from "./pairs.ts";
import * as policies from "./policy.ts";
import * as words from "./words.ts";

const { "no-mapping": noMapping, "no-pair": noPair, unmatched: unmatchedStage, "use-mapping": useMapping, "use-pair": usePairStage, "use-static": useStatic } = Stage;
const { Static } = policies;
const { Direction, Field, Half, Held, Row, Step, Type } = words;

/** Of the receiver of a packet to an external endpoint: `use-static`, `use-mapping` or `unmatched`. Nobody is let in to the endpoint that sends. */
export function seekReceiver(m: NatMemory, r: number, moved: Moved): void {
  const { records, policy } = m;
  const hairpin = records[r + Field.direction] === Direction.hairpin;
  const half = r + (hairpin ? Field.second : Field.first);
  const protocol = records[r + Field.protocol];
  const address = m.natPosition(records[r + Field.destinationAddress]);
  const port = records[r + Field.destinationPort];
  const from = records[r + Field.from];
  const fixed = policy.staticAt(protocol, address, port);
  if (fixed >= 0) {
    if (policy.statics[fixed + Static.subscriber] === from && policy.statics[fixed + Static.port] === records[r + Field.sourcePort]) return unmatched(m, moved);
    useStaticFor(m, half, fixed, moved);
  } else {
    if ((records[r + Field.type] & Type.fullCone) === 0) return unmatched(m, moved);
    const founder = useByExternal(m, address, protocol + 1, port, from, records[r + Field.sourcePort], moved);
    if (founder < 0) return unmatched(m, moved);
    useMappingFor(m, r, half, founder, moved);
  }
  if (hairpin) seekSender(m, r);
  else records[r + Field.step] = Step.memory;
}

function unmatched(m: NatMemory, moved: Moved): void {
  m.tell(moved, unmatchedStage);
  answer(Outcome.unmatched, moved);
}

/** Of the sender: `use-static`, `use-mapping` or `no-mapping`. */
export function senderEndpoint(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const half = r + Field.first;
  const protocol = records[r + Field.protocol];
  const from = records[r + Field.from];
  const port = records[r + Field.sourcePort];
  const fixed = m.policy.staticOf(protocol, from, port);
  records[r + Field.step] = Step.memory;
  if (fixed >= 0) return useStaticFor(m, half, fixed, moved);
  const founder = useByEndpoint(m, from, protocol + 1, port, moved);
  if (founder >= 0) return useMappingFor(m, r, half, founder, moved);
  m.tell(moved, noMapping);
  records[r + Field.noMapping] = 1;
  seekPair(m, r);
}

function useStaticFor(m: NatMemory, half: number, fixed: number, moved: Moved): void {
  const { statics } = m.policy;
  m.tell(moved, useStatic);
  setHalf(m, half, statics[fixed + Static.subscriber], statics[fixed + Static.port], statics[fixed + Static.address], statics[fixed + Static.externalPort]);
  m.records[half + Half.static] = 1;
}

function useMappingFor(m: NatMemory, r: number, half: number, founder: number, moved: Moved): void {
  m.tell(moved, useMapping);
  holdMapping(m, r, half, founder);
}

/** A mapping, counted already, is what the structure's endpoints are taken from. */
export function holdMapping(m: NatMemory, r: number, half: number, founder: number): void {
  const { mem, records } = m;
  const row = m.row(founder);
  setHalf(m, half, mem[row + Row.subscriber], mem[row + Row.privatePort], mem[row + Row.natAddress], mem[row + Row.natPort]);
  records[half + Half.founder] = founder + 1;
  records[r + Field.held] |= half === r + Field.first ? Held.firstMapping : Held.secondMapping;
}

function setHalf({ records }: NatMemory, half: number, subscriber: number, privatePort: number, natAddress: number, natPort: number): void {
  records[half + Half.subscriber] = subscriber;
  records[half + Half.privatePort] = privatePort;
  records[half + Half.natAddress] = natAddress;
  records[half + Half.natPort] = natPort;
}

/** `use-pair` or `no-pair`. */
export function pairedAddress(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  const address = usePair(m, records[r + Field.from] - 1, moved);
  records[r + Field.step] = Step.memory;
  if (address === 0) {
    m.tell(moved, noPair);
    records[r + Field.noPair] = 1;
    return;
  }
  m.tell(moved, usePairStage);
  records[r + Field.pairAddress] = address;
  records[r + Field.held] |= Held.pair;
}
