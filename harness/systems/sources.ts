/** Where the parts of the systems stand, for whoever loads them under other texts: mutants, the recording twin. */
import { fileURLToPath } from "node:url";
import { Alone } from "../engine/alone.ts";
import { loadWatched } from "../engine/discipline/watched.ts";
import { Accesses } from "../engine/explore/accesses.ts";
import type { Walked } from "../engine/explore/walk.ts";
import { filesOf, loadWith, prepare, type Texts } from "../engine/loader/load.ts";
import { openedTexts } from "../engine/loader/open.ts";
import { Pair } from "../engine/pair.ts";
import type { DisciplineWatch } from "../engine/run.ts";
import { Listener } from "../engine/why/listener.ts";
import type { Model, Side, System } from "../engine/contract.ts";

interface Part {
  readonly file: string;
  readonly name: string;
}
const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The module and class of each system's implementation and model. */
const implementations: { readonly [system: string]: Part } = {
  quota: { file: at("impl/quota/index.ts"), name: "QuotaLedger" },
  "port-allocation": { file: at("impl/port-allocation/index.ts"), name: "PortEngine" },
  "port-quota": { file: at("impl/port-quota.ts"), name: "PortQuotaEngine" },
  "nat-session": { file: at("impl/nat-session/index.ts"), name: "NatSessionEngine" },
  "rss-distribution": { file: at("impl/rss-distribution/index.ts"), name: "Distributor" },
  "memory-slab": { file: at("impl/memory-slab/index.ts"), name: "MemorySlab" },
  node: { file: at("impl/node/index.ts"), name: "NodeEngine" },
};
const models: { readonly [system: string]: Part } = {
  quota: { file: at("model/quota/index.ts"), name: "QuotaModel" },
  "port-allocation": { file: at("model/port-allocation/index.ts"), name: "PortModel" },
  "port-quota": { file: at("model/port-quota/index.ts"), name: "PortQuotaModel" },
  "nat-session": { file: at("model/nat-session/index.ts"), name: "NatSessionModel" },
  "rss-distribution": { file: at("model/rss-distribution/index.ts"), name: "RssModel" },
  "memory-slab": { file: at("model/memory-slab/index.ts"), name: "MemorySlabModel" },
  node: { file: at("model/node/index.ts"), name: "NodeModel" },
};
const accessor = at("impl/accessor.ts");

function make<T>(part: Part, texts: Texts): T {
  const made = loadWith(part.file, texts)[part.name] as new () => T;
  return new made();
}

/** The files that the system's implementation (or model) is made of, of that folder only: paths relative to the project, sorted. */
export function filesOfProgram(system: string, folder: "impl" | "model"): string[] {
  const root = at("");
  const { file } = (folder === "impl" ? implementations : models)[system];
  return filesOf(file).map((path) => path.slice(root.length)).filter((path) => path.startsWith(`${folder}/`));
}

/** A new implementation of the system, with some files' texts replaced. */
export function implementationWith(system: string, texts: Texts): Side {
  return make<Side>(implementations[system], texts);
}

/** A new model of the system, with some files' texts replaced. */
export function modelWith(system: string, texts: Texts): Model {
  return make<Model>(models[system], texts);
}

/** Compiles both sides of the system with these texts ahead of their being made. */
export function prepareSides(system: string, texts: Texts): void {
  prepare([implementations[system].file, models[system].file], texts);
}

/** As `implementationWith`, with every access to shared memory watched. A text for the accessor itself has no effect. */
export function watchedWith(system: string, texts: Texts): { readonly implementation: Side; readonly discipline: DisciplineWatch } {
  const { file, name } = implementations[system];
  return loadWatched({ entry: file, accessor, create: (exports) => new exports[name]() }, texts);
}

/** Both sides, or the model alone, so that a search can write down what they remember and return to it; with some files' texts replaced. */
export function walkedPair(system: System, texts: Texts = new Map()): Walked {
  const accesses = new Accesses();
  const part = implementations[system.name];
  const exports = loadWith(part.file, openedTexts(part.file, texts), new Map([[accessor, accesses.accessor]]));
  const implementation = new (exports[part.name] as new () => Side)();
  const model = openedModel(system.name, texts);
  return { loop: new Pair(system, { implementation, model }), sides: [implementation, model], accesses };
}
export function walkedModel(system: System, texts: Texts = new Map()): Walked {
  const model = openedModel(system.name, texts);
  return { loop: new Alone(system, "model", model), sides: [model] };
}
function openedModel(system: string, texts: Texts): Model {
  return make<Model>(models[system], openedTexts(models[system].file, texts));
}

/** As `implementationWith`, with every access to shared memory heard, for an explanation. */
export function heardWith(system: string, texts: Texts): { readonly implementation: Side; readonly discipline: Listener } {
  const { file, name } = implementations[system];
  const discipline = new Listener();
  const exports = loadWith(file, texts, new Map([[accessor, discipline.accessor]]));
  return { implementation: new exports[name](), discipline };
}

/** The implementation as it stands, watched. */
export async function watchedImplementation(system: string): Promise<{ readonly implementation: Side; readonly discipline: DisciplineWatch } | undefined> {
  return implementations[system] === undefined ? undefined : watchedWith(system, new Map());
}
