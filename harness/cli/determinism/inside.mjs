import { register } from "tsx/esm/api";
register();
const { insideCommand } = await import("./inside.ts");
await insideCommand(JSON.parse(process.argv[2]));
