import { register } from "tsx/esm/api";
register();
const { workFor } = await import("./worker.ts");
workFor(await import(process.argv[2]));
