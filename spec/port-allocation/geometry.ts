/** Sizes that follow from the configuration by arithmetic alone; where single ports stand is each program's own business. */
import type { PortConfig } from "./terms.ts";

/** Ports of a table's normal range. */
export function portCount(config: PortConfig): number {
  return config.high - config.low + 1;
}

/** Slots of the shuffled scheme. */
export function slotCount(config: PortConfig): number {
  return 1 << config.slotBits;
}

/** Deterministic allocation: subscribers to one NAT address. */
export function ratioOf(config: PortConfig): number {
  return Math.ceil(config.subscribers / config.addresses.length);
}

/** Ports of a block in the basic scheme; 0 means that the range is too small and the configuration is refused. */
export function portsPerBlock(config: PortConfig): number {
  if (config.allocation === "deterministic") return Math.floor(portCount(config) / (ratioOf(config) * config.blocksPerSubscriber));
  return config.blockSize;
}

/** Whole blocks of a table in the basic scheme. */
export function blockCount(config: PortConfig): number {
  if (config.allocation === "deterministic") return ratioOf(config) * config.blocksPerSubscriber;
  return Math.floor(portCount(config) / config.blockSize);
}

/** Chunks of one block in the basic scheme. */
export function chunksPerBlock(config: PortConfig): number {
  return Math.ceil(portsPerBlock(config) / config.chunk);
}

/**
 * Places for chunks in one table: exact in the basic scheme, an upper bound in the shuffled one (how many ports a slot has depends on the
 * key). Places beyond the last chunk read 0 in the view.
 */
export function chunkCount(config: PortConfig, _profile: string): number {
  if (config.allocation !== "dynamic") return blockCount(config) * chunksPerBlock(config);
  return Math.floor(portCount(config) / config.chunk) + slotCount(config);
}
