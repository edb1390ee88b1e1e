/** Faults of the columns of shared memory and slabs. */
import { fault, oneMore, piece, type Fault } from "./types.ts";

const onList = "mem[m.listAt + (entry - at.core.listed) * m.listWords + List.count]";
const inQueue = "m.own[m.queueOf(core, kind) + Queue.count]";
const wiped = "  poke(m.mem, item + Item.owner, 0);\n";
const handedOut = "  poke(mem, item + Item.owner, owner);\n";
const whileFree = (column: string, word: string, note: string): Fault =>
  fault(column, "memory-slab/clean", note, wiped, `${wiped}  poke(m.mem, item + Item.${word}, 1);\n  moved.writes.push(m.layout.object.${word} + object);\n`, {
    also: [piece("memory-slab/obtain", handedOut, `${handedOut}  poke(mem, item + Item.${word}, 0);\n`)],
  });

export const slabColumns: readonly Fault[] = [
  fault("memory.address", "memory-slab/view", "the base address reads as 1", "return column < Initial.words ? m.mem[m.initialAt + column]", "return column < Initial.words ? (column === Initial.base ? Math.min(1, m.mem[m.initialAt]) : m.mem[m.initialAt + column])", { view: "every core that starts maps it and answers with it" }),
  fault("memory.tables", "memory-slab/start-up", "the mark of the global tables is another than 1", "poke(mem, m.initialAt + Initial.tables, 1);", "poke(mem, m.initialAt + Initial.tables, 2);"),
  fault("memory.left", "memory-slab/start-up", "the pool has a page beyond the last", "for (let page = initialPages; page < m.sharedPages; page++)", "for (let page = initialPages; page <= m.sharedPages; page++)"),
  fault("core.mapped", "memory-slab/start-up", "a core notes another address than the one it mapped", "own[at + Own.mapped] = base;", "own[at + Own.mapped] = base + 1;"),
  fault("core.tables", "memory-slab/start-up", "the mark of a core's tables is another than 1", "own[at + Own.tables] = 1;", "own[at + Own.tables] = 2;"),
  fault("core.ready", "memory-slab/memory", "the mark of a core that is not ready is another than 0", "own[this.coreAt(core) + Own.pages] = lowBits(config.privatePages);", "own[this.coreAt(core) + Own.ready] = 2;\n      own[this.coreAt(core) + Own.pages] = lowBits(config.privatePages);"),
  fault("core.listed", "memory-slab/view", "of a list that holds objects one more is counted", `return ${onList};`, `return ${oneMore(onList)};`, { view: "the count says where the list ends" }),
  fault("core.armed", "memory-slab/free", "the mark of a scan that is armed is another than 1", "poke(mem, at + List.armed, 1);", "poke(mem, at + List.armed, 2);"),
  fault("queue.count", "memory-slab/view", "of a queue that holds objects one more is counted", inQueue, oneMore(inQueue), { view: "the count says where the queue ends" }),
  fault("page.kind", "memory-slab/pages", "the page map names the next kind", "poke(mem, pageMapAt + page * Page.words + Page.kind, kind);", "poke(mem, pageMapAt + page * Page.words + Page.kind, kind + 1);"),
  fault("page.owner", "memory-slab/pages", "the page map names the next owner", "poke(mem, pageMapAt + page * Page.words + Page.owner, owner);", "poke(mem, pageMapAt + page * Page.words + Page.owner, owner + 1);"),
  fault("object.state", "memory-slab/scan", "an object taken from a list reads as listed", "    poke(mem, m.itemOf(object) + Item.state, State.freeing);\n", ""),
  fault("object.owner", "memory-slab/clean", "an object that is nobody's keeps its owner", wiped, ""),
  whileFree("object.references", "references", "an object that is nobody's has a reference, until it is handed out"),
  whileFree("object.port", "port", "an object that is nobody's has a port, until it is handed out"),
  fault("object.content", "memory-slab/clean", "an object that is nobody's keeps its content", "  poke(m.mem, item + Item.content, 0);\n", ""),
  fault("port.object", "memory-slab/ports", "a port is noted as the next object's", "bind(m, object, port, object + 1, port + 1, moved);", "bind(m, object, port, object + 2, port + 1, moved);"),
  fault("unit.user", "memory-slab/units", "a unit is noted as the next user's", "poke(mem, unitUserAt + unit, user);", "poke(mem, unitUserAt + unit, user + 1);"),
];
