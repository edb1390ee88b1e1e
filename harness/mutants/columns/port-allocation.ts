/** Faults of the columns of port allocation. */
import { fault, oneMore, type Fault } from "./types.ts";

const inQueue = "mem[m.listAt + 2 * (entry - at.core.handed) + 1]";

export const portColumns: readonly Fault[] = [
  fault("port.local", "port-allocation/bitmap", "the bits of a chunk stay when it goes back", "  m.mem[m.chunkBase[place] + m.shape.ownCells + chunk] = 0;\n", ""),
  fault("port.user", "port-allocation/free", "a port that comes back keeps its subscriber", "  m.mem[at] = 0;\n", ""),
  fault("port.session", "port-allocation/free", "a port that comes back keeps its session", "  m.mem[at + 1] = 0;\n", ""),
  fault("port.handed", "port-allocation/view", "a port handed over reads as one of the next core's list", "=== handle) return core + 1;", "=== handle) return core + 2;", { view: "a ring holds handles and nothing else, and what it holds is freed" }),
  fault("port.rested", "port-allocation/view", "the time since when a port rests is a millisecond late", "if (m.mem[at] === handle) return m.mem[at + 1] + 1;", "if (m.mem[at] === handle) return m.mem[at + 1] + 2;", { view: "the time decides when the port is free again" }),
  fault("chunk.free", "port-allocation/view", "a chunk that is free and was never held reads as taken where it is the last of its table", "return (m.mem[m.freeAt + table * m.shape.chunkWords + (chunk >>> 5)] >>> (chunk & 31)) & 1;", "return (m.mem[m.freeAt + table * m.shape.chunkWords + (chunk >>> 5)] >>> (chunk & 31)) & Number(chunk + 1 < m.shape.chunks);", { view: "every search for a chunk goes by this bit" }),
  fault("chunk.holder", "port-allocation/bitmap", "a core that returns a chunk of a computed block counts as its holder still", "m.mem[m.heldAt[place] + (chunk >>> 5)] &= ~(1 << (chunk & 31));", "if (!m.deterministic || m.memoryOptimised) m.mem[m.heldAt[place] + (chunk >>> 5)] &= ~(1 << (chunk & 31));"),
  fault("block.subscriber", "port-allocation/view", "a block is read as that of the subscriber after its own", "if (m.mem[at + i] === entry) return subscriber + 1;", "if (m.mem[at + i] === entry) return subscriber + 2;", { view: "bitmap and records decide which blocks are given, and who takes ports from them" }),
  fault("wellKnown.free", "port-allocation/view", "the lowest well-known port reads as taken", "return (m.mem[m.wellKnownAt + table * m.wellKnownWords + (bit >>> 5)] >>> (bit & 31)) & 1;", "return (m.mem[m.wellKnownAt + table * m.wellKnownWords + (bit >>> 5)] >>> (bit & 31)) & Number(bit > 0);", { view: "every search for a port goes by this bit" }),
  fault("wellKnown.user", "port-allocation/well-known", "a well-known port that comes back keeps its subscriber", "  mem[m.portAt + handle * portWords] = 0;\n", ""),
  fault("wellKnown.session", "port-allocation/well-known", "a well-known port that comes back keeps its session", "  mem[m.portAt + handle * portWords + 1] = 0;\n", ""),
  fault("core.handed", "port-allocation/view", "of a list that holds ports one more is counted", `return ${inQueue};`, `return entry < at.core.resting ? ${oneMore(inQueue)} : ${inQueue};`, { view: "the count says where the list ends" }),
  fault("core.resting", "port-allocation/view", "of a queue that holds ports one more is counted", `return ${inQueue};`, `return entry < at.core.resting ? ${inQueue} : ${oneMore(inQueue)};`, { view: "the count says where the queue ends" }),
  fault("core.aging", "port-allocation/free", "the mark of a core that is ageing no more is another than 0", "m.mem[m.agingAt + core] = aging;", "m.mem[m.agingAt + core] = aging === 1 ? 1 : 2;"),
];
