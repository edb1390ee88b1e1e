/** The report as JUnit XML, which CI servers read: a test case for every system and one for every distinct failure. */
import { create } from "xmlbuilder2";
import { failureLine } from "./failure-text.ts";
import type { CheckReport } from "../../spec/report-schema.ts";

/** XML of a report; times are left out where the report has none. */
export function junitXml(report: CheckReport): string {
  const failures = report.systems.reduce((sum, one) => sum + Math.max(one.failures.length, one.verdict === "conforms" ? 0 : 1), 0);
  const root = create({ version: "1.0", encoding: "UTF-8" }).ele("testsuites", { name: "tandem check", tests: report.systems.reduce((sum, one) => sum + Math.max(1, one.failures.length), 0), failures });
  for (const one of report.systems) {
    const suite = root.ele("testsuite", { name: one.system, tests: Math.max(1, one.failures.length), failures: Math.max(one.failures.length, one.verdict === "conforms" ? 0 : 1) });
    if (one.failures.length === 0) {
      const test = suite.ele("testcase", { classname: `tandem.${one.system}`, name: `${one.cases} cases` });
      if (one.verdict !== "conforms") test.ele("failure", { type: one.verdict, message: one.unreached.length > 0 ? `never reached: ${one.unreached.join(", ")}` : one.verdict });
    }
    for (const failure of one.failures)
      suite
        .ele("testcase", { classname: `tandem.${one.system}`, name: failure.signature })
        .ele("failure", { type: failure.verdict, message: failureLine(one.system, failure) })
        .txt(`model: ${failure.expected}\nimplementation: ${failure.found}\n${failure.words.join("\n")}\n${failure.replay}`);
  }
  return root.end({ prettyPrint: true });
}
