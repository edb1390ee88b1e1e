/** What a new session inserts of its endpoint's: paired address and mapping. Each function is one stage. */
import { failKinds, Stage } from "../../spec/nat-session/terms.ts";
import type { Moved } from "../../spec/side.ts";
import { giveBack, refuse } from "./give.ts";
import { foundMapping } from "./mappings.ts";
import type { NatMemory } from "./memory.ts";
import { insertPair } from "./pairs.ts";
import { holdMapping } from "./use.ts";
import * as words from "./words.ts";

const { "insert-mapping": insertMappingStage, "insert-pair": insertPairStage, "lost-mapping": lostMapping, "lost-pair": lostPair } = Stage;
const { Field, Half, Held, Step } = words;
const pairKind = failKinds.indexOf("pair");
const mappingKind = failKinds.indexOf("mapping");

/** `insert-pair`, `lost-pair` or `refuse-pair`. */
export function pair(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  if (m.fails(r, pairKind, moved)) return refuse(m, r, pairKind, moved);
  const address = records[r + Field.portAddress] + 1;
  const before = insertPair(m, records[r + Field.from] - 1, address, moved);
  m.tell(moved, before === 0 ? insertPairStage : lostPair);
  records[r + Field.held] |= Held.pair;
  records[r + Field.pairAddress] = before === 0 ? address : before;
  if (before !== 0 && before !== address) giveBack(m, r, Held.port, Step.port, moved);
  else records[r + Field.step] = records[r + Field.noMapping] !== 0 ? Step.insertMapping : Step.claim;
}

/** `insert-mapping`, `lost-mapping` or `refuse-mapping`. */
export function mapping(m: NatMemory, r: number, moved: Moved): void {
  const { records } = m;
  if (m.fails(r, mappingKind, moved)) return refuse(m, r, mappingKind, moved);
  const half = r + Field.first;
  const founder = foundMapping(m, r, moved);
  records[r + Field.step] = Step.claim;
  if (founder < 0) {
    m.tell(moved, insertMappingStage);
    records[half + Half.founder] = records[half + Half.object] + 1;
    records[r + Field.held] |= Held.firstMapping;
    return;
  }
  m.tell(moved, lostMapping);
  holdMapping(m, r, half, founder);
  giveBack(m, r, Held.pair | Held.port, Step.claim, moved);
}
