/** What must hold of slabs: at every step, and once everything has come to rest. */
import { State } from "../../spec/memory-slab/terms.ts";
import type { Bound, Findings, Owed } from "../../spec/side.ts";
import { Rule } from "./stage.ts";
import type { Kind, SlabState } from "./state.ts";

type Add = (rule: number, entry: number, text: string) => void;
/** What stands at an entry; looking leaves no trace. */
type Peek = (entry: number) => number;

export function invariants(state: SlabState, found: Findings): void {
  const add: Add = (rule, entry, text) => found.add(state.at.rule + rule, entry, text);
  const peek: Peek = (entry) => state.cells.peek(entry);
  memory(state, peek, add);
  /** By entry of its count: the objects that each queue holds. */
  const queued = new Map<number, number>();
  const listed: number[] = Array(state.config.cores).fill(0);
  const users = new Map<number, number>();
  for (let page = 0; page < state.layout.pages; page++) {
    const kind = state.kinds[peek(state.layout.page.kind + page) - 2];
    const owner = peek(state.layout.page.owner + page);
    belongs(state, page, kind, owner, peek, add);
    for (let index = 0; index < state.layout.perPage; index++) {
      const object = page * state.layout.perPage + index;
      const held = peek(state.layout.object.state + object);
      shows(state, object, held, kind !== undefined && index < kind.perPage && !state.unfilled.has(page), owner, peek, add);
      if (kind === undefined) continue;
      const entry = state.queueEntry(owner, kind);
      if (held === State.queued) queued.set(entry, (queued.get(entry) ?? 0) + 1);
      if (held === State.listed && owner <= listed.length) listed[owner - 1]++;
      if (held === State.used && !state.isPart) once(state, object, kind, users, peek, add);
    }
  }
  const { layout, config } = state;
  for (let entry = layout.queue.count; entry < layout.queue.count + (config.cores + 1) * config.kinds.length; entry++)
    if (peek(entry) !== (queued.get(entry) ?? 0)) add(Rule.marked, entry, `${peek(entry)} are counted, and ${queued.get(entry) ?? 0} objects are queued`);
  for (let core = 0; core < config.cores; core++)
    if (peek(layout.core.listed + core) !== listed[core] || state.lists[core].length !== listed[core]) add(Rule.listed, layout.core.listed + core, `${peek(layout.core.listed + core)} are counted, and ${listed[core]} objects are listed`);
  ports(state, peek, add);
}

/** SLAB-1, SLAB-2, SLAB-11. */
function memory({ layout, config, units }: SlabState, peek: Peek, add: Add): void {
  const address = peek(layout.memory.address);
  let left = 0;
  for (let page = 0; page < config.limitPages; page++) if (peek(layout.page.kind + page) === 0) left++;
  if (address === 0) left = 0;
  if (peek(layout.memory.left) !== left) add(Rule.page, layout.memory.left, `${peek(layout.memory.left)} pages are counted, and ${left} are free`);
  const held = new Map<number, number>();
  for (let unit = 0; unit < units; unit++) {
    const user = peek(layout.unit.user + unit);
    held.set(user, (held.get(user) ?? 0) + 1);
  }
  const table = (entry: number, user: number, count: number): void => {
    const due = peek(entry) === 1 ? count : 0;
    if ((held.get(user) ?? 0) !== due) add(Rule.units, entry, `${held.get(user) ?? 0} units hold tables of ${due}`);
  };
  table(layout.memory.tables, -1, config.tableUnits);
  for (let core = 0; core < config.cores; core++) {
    table(layout.core.tables + core, -2 - core, config.localUnits);
    const mapped = peek(layout.core.mapped + core);
    if (mapped !== 0 && mapped !== address) add(Rule.startUp, layout.core.mapped + core, `mapped at ${mapped}, and the base address is ${address}`);
  }
}

/** SLAB-2, SLAB-14: a page is free, the initialisation allocator's, or one allocator's of the right memory. */
function belongs(state: SlabState, page: number, kind: Kind | undefined, owner: number, peek: Peek, add: Add): void {
  const { layout, config } = state;
  const entry = layout.page.kind + page;
  if (kind === undefined) {
    const initial = page < config.initialPages && peek(layout.memory.address) !== 0 ? 1 : 0;
    if (peek(entry) !== initial || owner !== 0) add(Rule.page, entry, `kind ${peek(entry)} and owner ${owner} of a page that no kind has`);
    return;
  }
  const rightful = kind.locked ? owner === config.cores + 1 : owner >= 1 && owner <= config.cores;
  if (!rightful) add(Rule.othersObject, layout.page.owner + page, `owner ${owner} of a page of ${config.kinds[kind.at].kind}`);
  const isPrivate = kind.placement === "private";
  if (isPrivate === state.isShared(page) || (isPrivate && state.coreOfPrivate(page) !== owner - 1)) add(Rule.private, entry, `a page of ${config.kinds[kind.at].kind} of owner ${owner} in memory of another kind`);
}

/** SLAB-3, SLAB-9, SLAB-17: what an object shows fits its state. `stands`: its page holds one there. */
function shows({ layout }: SlabState, object: number, held: number, stands: boolean, pageOwner: number, peek: Peek, add: Add): void {
  if ((held !== State.none) !== stands) add(Rule.filled, layout.object.state + object, stands ? "an object that is nowhere" : "an object where none is");
  const marked = held === State.used || held === State.freeing || held === State.listed;
  const owner = peek(layout.object.owner + object);
  if (owner !== (marked ? pageOwner : 0)) add(Rule.marked, layout.object.owner + object, `owner ${owner}, and its page's is ${pageOwner}`);
  const content = peek(layout.object.content + object);
  if ((content !== 0) !== marked) add(Rule.scanned, layout.object.content + object, `content ${content}`);
  const references = peek(layout.object.references + object);
  if (references < 0 || (references > 0 && held !== State.used)) add(Rule.once, layout.object.references + object, `${references} references`);
  const port = peek(layout.object.port + object);
  if (port === 0) return;
  if (!marked) add(Rule.port, layout.object.port + object, "an object that nobody uses has a port");
  else if (peek(layout.port.object + port - 1) !== object + 1) add(Rule.port, layout.object.port + object, `it names port ${port - 1}, which does not name it`);
}

/** SLAB-9: an object is used by one allocation, which has one object, or one of each core. */
function once({ layout, config }: SlabState, object: number, kind: Kind, users: Map<number, number>, peek: Peek, add: Add): void {
  const content = peek(layout.object.content + object);
  const user = kind.placement === "replicated" ? content * (config.cores + 1) + peek(layout.object.owner + object) : content * (config.cores + 1);
  if (users.has(user)) add(Rule.once, layout.object.content + object, `it has the content of object ${users.get(user)}`);
  users.set(user, object);
}

function ports({ layout, config }: SlabState, peek: Peek, add: Add): void {
  for (let port = 0; port < config.ports; port++) {
    const object = peek(layout.port.object + port);
    if (object !== 0 && peek(layout.object.port + object - 1) !== port + 1) add(Rule.port, layout.port.object + port, `it names object ${object - 1}, which does not name it`);
  }
}

/** SLAB-12: at rest nobody waits for an answer. */
export function unanswered(state: SlabState, waiting: number, found: Findings): void {
  if (waiting > 0) found.add(state.at.rule + Rule.asked, -1, `${waiting} operations wait for an answer at rest`);
}

const atOnce: Bound = { rounds: 1, ms: 0 };

/**
 * What is owed, object by object. An object on a list is freed in its owner's next round, or by the scan that is armed with the first on the list (SLAB-7). No operation being under way,
 * none is freeing and no page is unfilled; a scan that is armed comes, whether or not it finds anything.
 */
export function owed(state: SlabState, owed: Owed): void {
  const { layout, config, cells, at } = state;
  const scanned: Bound = { rounds: 1, ms: config.scanMs };
  for (let object = 0; object < layout.pages * layout.perPage; object++) {
    const held = cells.peek(layout.object.state + object);
    if (held === State.listed) owed.add(at.rule + Rule.scanned, layout.object.state + object, 0, scanned, "an object on its owner's list is not freed");
    if (held === State.freeing) owed.add(at.rule + Rule.scanned, layout.object.state + object, 0, atOnce, "an object that nobody has in hand is freeing");
  }
  for (let core = 0; core < config.cores; core++)
    if (cells.peek(layout.core.armed + core) !== 0 && state.lists[core].length === 0) owed.add(at.rule + Rule.scanned, layout.core.armed + core, 0, { rounds: 2, ms: config.scanMs }, "a scan is armed and does not come");
  for (const page of state.unfilled) owed.add(at.rule + Rule.filled, layout.page.kind + page, 0, atOnce, "a page that was taken is not queued");
}
