import { register } from "tsx/esm/api";
register();
const { Pool } = await import("../../harness/engine/pool/pool.ts");
const [file] = process.argv.slice(2);
const pool = new Pool({ module: new URL("./jobs.ts", import.meta.url).href, workers: 1 });
try {
  await pool.run([{ name: "stays", do: "stay", file }]);
} catch (error) {
  process.stdout.write(`${error.name}: ${error.message}\n`);
} finally {
  pool.end();
}
