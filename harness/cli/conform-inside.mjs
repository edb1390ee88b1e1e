import { register } from "tsx/esm/api";
register();
const { insideCommand } = await import("./conform-inside.ts");
process.stdout.write(JSON.stringify(insideCommand(JSON.parse(process.argv[2]))));
