/** What must hold of a node: what each of its systems says of itself, and what holds between them. */
import { State as SlabState } from "../../spec/memory-slab/terms.ts";
import { State } from "../../spec/nat-session/terms.ts";
import { ruleNumber } from "../../spec/node/rules.ts";
import { resources } from "../../spec/quota/terms.ts";
import type { Findings, Owed } from "../../spec/side.ts";
import type { Parts } from "./parts.ts";

const externalTuples = ruleNumber("NODE-7");
const counted = ruleNumber("NODE-4");

/** At every step. */
export function invariants(parts: Parts, found: Findings): void {
  parts.distribution.invariants(found);
  parts.memory.invariants(found);
  parts.session.invariants(found);
  parts.ports.invariants(found);
  parts.quota.invariants(found);
  uniqueTuples(parts, found);
}
/** NODE-7. Both structures of a hairpin pair have tuples of their own. */
function uniqueTuples({ cells, layout }: Parts, found: Findings): void {
  const { object } = layout.session;
  const seen = new Map<string, number>();
  for (let at = 0; at < layout.objects; at++) {
    if (cells.peek(object.state + at) !== State.live) continue;
    const tuple = [object.protocol, object.natAddress, object.natPort, object.remoteAddress, object.remotePort].map((column) => cells.peek(column + at)).join();
    const other = seen.get(tuple);
    if (other !== undefined) found.add(externalTuples, object.natPort + at, `the external tuple of structure ${at} is that of structure ${other}`);
    seen.set(tuple, at);
  }
}

/** What each system owes of itself, thing by thing. */
export function owed(parts: Parts, list: Owed): void {
  parts.distribution.owed(list);
  parts.memory.owed(list);
  parts.session.owed(list);
  parts.ports.owed(list);
  parts.quota.owed(list);
}

/** At rest. */
export function obligations(parts: Parts, found: Findings): void {
  parts.distribution.obligations(found);
  parts.memory.obligations(found);
  structures(parts, found);
  ports(parts, found);
  ledgers(parts, found);
}

/** NODE-4: memory's objects in use are the sessions' structures in use. */
function structures({ cells, layout, structures: perCore, config }: Parts, found: Findings): void {
  const { object } = layout.session;
  for (let at = 0; at < perCore; at++) {
    const used = cells.peek(layout.memory.object.state + at) === SlabState.used ? 1 : 0;
    let holders = 0;
    for (let core = 0; core < config.cores; core++) if (cells.peek(object.state + core * perCore + at) !== State.free) holders++;
    if (holders !== used) found.add(counted, layout.memory.object.state + at, `object ${at} is ${used === 1 ? "in use" : "not in use"}, and ${holders} structures stand for it`);
  }
}
/** NODE-4: a port in use has its session or mapping, and a unit behind it. */
function ports(parts: Parts, found: Findings): void {
  const { cells, layout } = parts;
  const wellKnown = layout.port.tables * layout.port.ports;
  for (let handle = 0; handle < layout.handles; handle++) {
    const inUse = cells.peek(handle < wellKnown ? layout.port.port.user + handle : layout.port.wellKnown.user + handle - wellKnown) !== 0;
    const user = cells.peek(parts.sessionEntryOf(handle)) > 0;
    const unit = cells.peek(layout.portUnit + handle) !== 0;
    if (inUse !== user || inUse !== unit) found.add(counted, layout.portUnit + handle, `a port ${inUse ? "in use" : "not in use"} has ${user ? "a" : "no"} session and ${unit ? "a" : "no"} unit`);
  }
}
/** NODE-4: the units in use of every ledger are those noted behind sessions and ports. */
function ledgers(parts: Parts, found: Findings): void {
  const noted = new Map<number, number>();
  for (const units of [parts.unitOfSession, parts.unitOfPort]) for (const { ledger, counted: isCounted } of units.values()) if (isCounted) noted.set(ledger.entry, (noted.get(ledger.entry) ?? 0) + 1);
  for (const of of parts.quota.state.nodes) {
    for (const resource of ["ports", "sessions"] as const) {
      for (const ledger of of[resources.indexOf(resource)].ledgers) {
        const units = noted.get(ledger.entry) ?? 0;
        if (ledger.used !== units) found.add(counted, ledger.entry, `${ledger.used} units of ${resource} are in use, ${units} stand for something`);
      }
    }
  }
}
