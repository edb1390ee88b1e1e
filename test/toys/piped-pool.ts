/** The pool's implementation as a program behind a pipe. Argument: the fault planted in it, none by default. */
import { serve } from "../../harness/engine/pipe/serve.ts";
import { PoolImplementation, type PoolFault } from "./pool.ts";

serve(new PoolImplementation(process.argv[2] as PoolFault | undefined));
