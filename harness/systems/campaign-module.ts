/** What a campaign's worker threads load. */
export { systemByName } from "./index.ts";
export { watchedImplementation } from "./sources.ts";
