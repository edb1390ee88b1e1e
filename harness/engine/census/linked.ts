/**
 * The events of a case with references as links instead of ids, so that they can be taken out, copied, moved and joined with those of
 * another case. `tied` gives ids by position, as drawing does, and leaves out what would not be valid.
 */
import { caseFormat, type Case, type Event } from "../case.ts";
import type { Command, EventDraft, System } from "../contract.ts";
import { numberEvents } from "../draw.ts";

export interface Linked {
  readonly event: Event;
  /** The event whose id the command names; undefined where it names none. */
  readonly of: Linked | undefined;
}

/** Links the events; one that refers to an event which is not before it is left out. */
export function linked(system: System, events: readonly Event[]): Linked[] {
  const byId = new Map<string, Linked>();
  const list: Linked[] = [];
  for (const event of events) {
    const named = event.do === "op" ? system.refers(event.command)?.id : undefined;
    const of = named === undefined ? undefined : byId.get(named);
    if (named !== undefined && of === undefined) continue;
    const one = { event, of };
    byId.set(event.id, one);
    list.push(one);
  }
  return list;
}

/** Copies of these events, changed where asked; links among them go to the copies, others stay. */
export function copies(list: readonly Linked[], change: (event: Event, at: number) => Event = (event) => event): Linked[] {
  const copyOf = new Map<Linked, Linked>();
  return list.map((one, at) => {
    const copy: Linked = { event: change(one.event, at), of: one.of === undefined ? undefined : (copyOf.get(one.of) ?? one.of) };
    copyOf.set(one, copy);
    return copy;
  });
}

/**
 * The case of these events, `config` having been accepted by the system. Left out is what the configuration does not allow (a core or node that is not there, a
 * command that the system refuses), and what refers to something left out, to something that stands later, or in a way that
 * cannot be rewritten (an id that is no member of the command itself).
 */
export function tied(system: System, base: { readonly profile: string; readonly seed: number; readonly rest: boolean }, config: unknown, list: readonly Linked[]): Case {
  const place = new Map<Linked, number>();
  const drafts: EventDraft[] = [];
  const nodes = system.nodeCount(config);
  for (const one of list) {
    const { id: _, ...draft } = one.event;
    if (["node", "from", "to"].some((field) => ((draft as { readonly [field: string]: unknown })[field] as number) >= nodes)) continue;
    if (draft.do === "op") {
      if (draft.core >= system.coreCount(config, draft.node)) continue;
      const renamed = retold(system, draft.command, one.of === undefined ? undefined : place.get(one.of), one.of !== undefined);
      const parsed = renamed === undefined ? undefined : system.parseCommand(renamed, config);
      if (parsed === undefined || !parsed.ok) continue;
      place.set(one, drafts.length);
      drafts.push({ ...draft, command: parsed.value });
    } else drafts.push(draft as EventDraft);
  }
  const { profile, seed, rest } = base;
  return { format: caseFormat, system: system.name, profile, config, seed, events: numberEvents(drafts), deviations: [], rest };
}

/** The command as it names the operation at `at`; undefined if it should name one and cannot. */
function retold(system: System, command: Command, at: number | undefined, refers: boolean): Command | undefined {
  if (!refers) return command;
  const id = system.refers(command)?.id;
  if (at === undefined || id === undefined) return undefined;
  const members = Object.entries(command).map(([name, value]) => [name, value === id ? `op${at}` : value]);
  const renamed = Object.fromEntries(members) as Command;
  return system.refers(renamed)?.id === `op${at}` ? renamed : undefined;
}
