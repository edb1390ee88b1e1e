/** The census of a system in the report of `tandem check`: as data and in a line. */
import type { CensusReport, SystemReport } from "../../spec/report-schema.ts";
import { countsOf, type Census, type Named } from "../engine/census/census.ts";
import { estimate } from "../engine/census/estimate.ts";

const listed = (named: Named): { readonly name: string; readonly cases: number }[] => named.map(([name, cases]) => ({ name, cases }));

/** Every class with what was seen of it and what is estimated to be unseen; operations and races by name too. */
export function censusReport(census: Census): CensusReport {
  const { cases } = census;
  return {
    cases,
    classes: {
      rules: estimate(census.rules, cases),
      goals: estimate(census.goals, cases),
      stages: estimate(census.stages, cases),
      pairs: estimate(census.pairs, cases),
      operations: estimate(countsOf(census.operations), cases),
      races: estimate(countsOf(census.races), cases),
    },
    operations: listed(census.operations),
    races: listed(census.races),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 0)} %`;

/** `quota: rule pairs 105 (next new 0 %, unseen ≥ 0), operation states 15 (…), timer races 31 (…)`; classes of which nothing was seen are left out. */
export function censusLine({ system, census }: SystemReport): string {
  const shown = [
    ["rule pairs", census.classes.pairs],
    ["operation states", census.classes.operations],
    ["timer races", census.classes.races],
  ] as const;
  const parts = shown.filter(([, { seen }]) => seen > 0).map(([words, { seen, nextNew, unseenLeast }]) => `${words} ${seen} (next new ${percent(nextNew)}, unseen ≥ ${Math.round(unseenLeast)})`);
  return `${system}: ${parts.length === 0 ? "nothing counted" : parts.join(", ")}`;
}
