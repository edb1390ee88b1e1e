import { defineConfig } from "vitest/config";

/** `{ "file", "find", "replace" }`: one file of the project under another text, as `harness/mutants/exam.ts` asks for it. */
const swap: { readonly file: string; readonly find: string; readonly replace: string } | undefined = process.env.TANDEM_SWAP && JSON.parse(process.env.TANDEM_SWAP);

export default defineConfig({
  plugins: swap && [
    {
      name: "swapped text",
      enforce: "pre",
      transform: (text, id) => (id.split("?")[0] === swap.file ? text.replace(swap.find, () => swap.replace) : undefined),
    },
  ],
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    // The machine may have two cores, and campaigns bring workers of their own.
    maxWorkers: 2,
    reporters: process.env.TANDEM_TEST_REPORT ? ["default", ["json", { outputFile: process.env.TANDEM_TEST_REPORT }]] : ["default"],
  },
});
