/** The strategies by name. */
import type { Strategy } from "../run.ts";
import { DelayBoundedStrategy } from "./delay-bounded.ts";
import { MixtureStrategy } from "./mixture.ts";
import { PartialOrderStrategy } from "./partial-order.ts";
import { PctStrategy } from "./pct.ts";
import { RandomStrategy } from "./random.ts";
import { RoundRobinStrategy } from "./round-robin.ts";
import { StickyStrategy } from "./sticky.ts";
import { SwarmStrategy } from "./swarm.ts";

export const strategyNames = ["mixture", "random", "round-robin", "pct", "sticky", "delay-bounded", "partial-order", "swarm"] as const;
export type StrategyName = (typeof strategyNames)[number];

/** A new instance; strategies keep the state of the case they are in, and some what they learnt from those before. */
export function strategyByName(name: StrategyName): Strategy {
  switch (name) {
    case "mixture":
      return new MixtureStrategy();
    case "random":
      return new RandomStrategy();
    case "round-robin":
      return new RoundRobinStrategy();
    case "pct":
      return new PctStrategy();
    case "sticky":
      return new StickyStrategy();
    case "delay-bounded":
      return new DelayBoundedStrategy();
    case "partial-order":
      return new PartialOrderStrategy();
    case "swarm":
      return new SwarmStrategy();
  }
}
