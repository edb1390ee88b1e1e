/** NAT sessions: flows that are made, found, shared between cores and swept. */
import { View, type System } from "../../engine/contract.ts";
import { goals, ruleNumber, rules } from "../../../spec/nat-session/rules.ts";
import { commandSchema, configSchema } from "../../../spec/nat-session/schema.ts";
import { stages, type NatCommand, type NatConfig, type StageName } from "../../../spec/nat-session/terms.ts";
import { natColumns, natLayout } from "../../../spec/nat-session/view.ts";
import { NatSessionModel } from "../../../model/nat-session/index.ts";
import { NatSessionEngine } from "../../../impl/nat-session/index.ts";
import { parseBy } from "../parse.ts";
import { profiles } from "../profiles.ts";
import { contradiction, misfit } from "./check.ts";
import { outcomeWords, words } from "./describe.ts";
import { drawConfig, drawEvents } from "./draw.ts";
import { scopes, worlds } from "./scopes.ts";
import { commandWeight, configWeight, smallerCommands, smallerConfigs } from "./smaller.ts";

/** Rule named when the implementation takes a stage that the rules do not foresee there; of the other stages it is that of creation in order, NAT-16. */
export const stageRuleIds: { readonly [K in StageName]?: string } = {
  deny: "NAT-1",
  pass: "NAT-1",
  "hand-over": "NAT-26",
  hit: "NAT-3",
  wait: "NAT-10",
  miss: "NAT-8",
  adopt: "NAT-7",
  absent: "NAT-10",
  unmatched: "NAT-11",
  "use-static": "NAT-23",
  "use-mapping": "NAT-24",
  "no-mapping": "NAT-24",
  "use-pair": "NAT-25",
  "no-pair": "NAT-25",
  "insert-pair": "NAT-25",
  "lost-pair": "NAT-25",
  "insert-mapping": "NAT-24",
  "lost-mapping": "NAT-24",
  claim: "NAT-10",
  "lost-claim": "NAT-10",
  "insert-own": "NAT-5",
  "insert-reverse": "NAT-6",
  keep: "NAT-14",
  "drop-copy": "NAT-13",
  retire: "NAT-14",
  "sweep-end": "NAT-13",
  publish: "NAT-26",
  "move-bucket": "NAT-26",
  "refuse-bucket": "NAT-26",
  configure: "NAT-18",
};

/** One node: sessions of all its cores, by themselves, with allocators that may fail at any call. */
export const natSession: System<NatConfig, NatCommand> = {
  name: "nat-session",
  title: "NAT sessions of many cores",
  rules,
  goals,
  profiles,
  periodic: ["sweep"],
  stages,
  stageRules: stages.map((stage) => ruleNumber(stageRuleIds[stage] ?? (stage.startsWith("refuse-") ? "NAT-17" : "NAT-16"))),
  nodeCount: () => 1,
  coreCount: (config) => config.cores,
  view: (config) => new View(natLayout(config, 0).size, () => natColumns(config)),
  model: () => new NatSessionModel(),
  implementation: () => new NatSessionEngine(),
  parseConfig(value) {
    const answer = parseBy(configSchema, value);
    return answer.ok ? (contradiction(answer.value) ?? answer) : answer;
  },
  parseCommand(value, config) {
    const answer = parseBy(commandSchema, value);
    return answer.ok ? (misfit(answer.value, config) ?? answer) : answer;
  },
  drawConfig: (random) => drawConfig(random),
  drawEvents: (random, config, _profile, size) => drawEvents(random, config, size),
  upkeep: (config) => ({ operations: [{ kind: "sweep" }], periodMs: config.sweepMs }),
  waitWords: (what) => `session structure ${what}`,
  refers: (command) => (command.kind === "reply" ? { id: command.of, consumes: false } : undefined),
  words,
  outcomeWords,
  smallerConfigs,
  smallerCommands: (command) => smallerCommands(command),
  worlds,
  scopes,
  configWeight,
  commandWeight,
};
