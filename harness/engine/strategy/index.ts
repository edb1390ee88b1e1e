/** The strategies by name. */
import type { Strategy } from "../run.ts";
import { MixtureStrategy } from "./mixture.ts";
import { PctStrategy } from "./pct.ts";
import { RandomStrategy } from "./random.ts";
import { RoundRobinStrategy } from "./round-robin.ts";
import { StickyStrategy } from "./sticky.ts";

export const strategyNames = ["mixture", "random", "round-robin", "pct", "sticky"] as const;
export type StrategyName = (typeof strategyNames)[number];

/** A new instance; strategies keep the state of the case they are in. */
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
  }
}
