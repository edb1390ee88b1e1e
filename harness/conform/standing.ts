/** What a campaign says of each rule, beside what is expected of it. */
import type { Campaign, Difference } from "./campaign.ts";
import { expected, type Standing } from "./expected.ts";

export interface RuleStanding {
  readonly rule: string;
  readonly standing: Standing;
  readonly why: string;
  /** Observations in which it was kept. */
  readonly kept: number;
  /** Histories that ended in a breach of it. */
  readonly broken: number;
  readonly differences: readonly Difference[];
  /** The run shows otherwise than `standing` says; in words, undefined if it agrees. */
  readonly surprise: string | undefined;
}

/** So few histories may not show a rare breach, and the lack of one is no surprise. */
export const histories = { enough: 400 } as const;

/** Every rule with what was found of it. A rule that is broken but has no standing is a surprise too. */
export function standings(found: Campaign): RuleStanding[] {
  const rules = [...new Set([...Object.keys(expected), ...found.differences.map((one) => one.failure.rules[0])])];
  return rules.map((rule): RuleStanding => {
    const { standing, why } = expected[rule] ?? { standing: "not seen" as const, why: "" };
    const differences = found.differences.filter((one) => one.failure.rules[0] === rule);
    const broken = differences.reduce((sum, one) => sum + one.histories, 0);
    const kept = standing === "not seen" || standing === "not had" ? 0 : (found.kept[rule] ?? 0);
    return { rule, standing, why, kept, broken, differences, surprise: surprise(standing, kept, broken, found.histories) };
  });
}

function surprise(standing: Standing, kept: number, broken: number, run: number): string | undefined {
  if (standing !== "breaks" && broken > 0) return "was broken";
  if (run < histories.enough) return undefined;
  if (standing === "breaks" && broken === 0) return "was not broken";
  return standing === "keeps" && kept === 0 ? "was never tried" : undefined;
}
