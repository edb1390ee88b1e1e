/** The register's implementation as a program behind a pipe. Argument: the fault planted in it, none by default. */
import { serve } from "../../harness/engine/pipe/serve.ts";
import { RegisterImplementation, type RegisterFault } from "./register.ts";

serve(new RegisterImplementation(process.argv[2] as RegisterFault | undefined));
