import { Worker, isMainThread } from "node:worker_threads";
import * as Schema from "@effect/schema/Schema";
import vm from "node:vm";
import { buildSync } from "esbuild";
const t0 = performance.now();
console.log("hi" as string, Schema.isSchema(Schema.Struct({a: Schema.Int})), performance.now(), isMainThread);
(globalThis as any).__f = () => { while (true); };
try { new vm.Script("__f()").runInThisContext({ timeout: 200 }); } catch (e) { console.log((e as any).code); }
(globalThis as any).__g = () => 1;
const s = new vm.Script("__g()"); let a = performance.now(); for (let i = 0; i < 1000; i++) s.runInThisContext({ timeout: 200 }); console.log("us per vm call", performance.now() - a);
a = performance.now();
const w = new Worker(new URL("./w.ts", import.meta.url), { execArgv: ["--import", "tsx"] });
w.on("message", (m) => console.log(m, performance.now() - a));
a = performance.now();
const r = buildSync({ entryPoints: [new URL("./w.ts", import.meta.url).pathname], bundle: true, write: false, format: "cjs", platform: "node", external: ["@effect/*"] });
console.log("build", performance.now() - a, r.outputFiles[0]!.text.length);
