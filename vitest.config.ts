import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    // The machine may have two cores, and campaigns bring workers of their own.
    maxWorkers: 2,
    reporters: process.env.TANDEM_TEST_REPORT ? ["default", ["json", { outputFile: process.env.TANDEM_TEST_REPORT }]] : ["default"],
  },
});
