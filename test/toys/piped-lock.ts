/** The implementation of transfers as a program behind a pipe. Argument: the fault planted in it, none by default. */
import { serve } from "../../harness/engine/pipe/serve.ts";
import { LockImplementation, type LockFault } from "./lock.ts";

serve(new LockImplementation(process.argv[2] as LockFault | undefined));
