/** Commands and outcomes of NAT sessions in words. */
import { failKinds, Outcome, type NatCommand, type NatConfig, type NatType } from "../../../spec/nat-session/terms.ts";

/** An address from its 32-bit number. */
export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

function typeWords(type: NatType): string {
  const on = [type.mapping ? "endpoint-independent mapping" : "", type.fullCone ? "full cone" : "", type.pairing ? "paired pooling" : ""].filter((word) => word !== "");
  return on.length === 0 ? "neither mapping nor pairing" : on.join(", ");
}

/** What the core named before does: `gets tcp 100.64.0.1:4000 → 198.51.100.1:80`. */
export function words(command: NatCommand, config: NatConfig): string {
  switch (command.kind) {
    case "send": {
      const remote = config.remotes[command.remote];
      return `gets ${command.protocol} ${inside(config, command.subscriber)}:${command.port} → ${remote.address}:${command.protocol === "icmp" ? 0 : remote.port}`;
    }
    case "loop":
      return `gets ${command.protocol} ${inside(config, command.subscriber)}:${command.port} → ${config.addresses[command.address]}:${command.externalPort}`;
    case "arrive": {
      const remote = config.remotes[command.remote];
      return `gets ${command.protocol} ${remote.address}:${command.protocol === "icmp" ? 0 : remote.port} → ${config.addresses[command.address]}:${command.externalPort}`;
    }
    case "reply":
      return `gets the answer to what ${command.of} forwarded`;
    case "rebalance":
      return `hands bucket ${command.bucket} to core ${command.to}`;
    case "configure":
      return `makes new sessions with ${typeWords(command.type)}`;
    case "fail":
      return `fails the next ${command.count === 1 ? "call" : `${command.count} calls`} of kind ${command.what}`;
    case "sweep":
      return "sweeps its sessions";
  }
}
function inside(config: NatConfig, subscriber: number): string {
  const { address, domain } = config.subscribers[subscriber];
  return domain === 0 ? address : `${address}%${domain}`;
}

/** `forwarded as 203.0.113.1:1024 → 198.51.100.1:80`, `refused: port` … */
export function outcomeWords(outcome: readonly number[]): string {
  const [code, a, b, c, d, ip, transport] = outcome;
  switch (code) {
    case Outcome.forwarded:
    case Outcome.passed:
      return `${code === Outcome.forwarded ? "forwarded as" : "passed as"} ${addressText(a)}:${b} → ${addressText(c)}:${d} (checksums ${hex(ip)}, ${hex(transport)})`;
    case Outcome.handedOver:
      return `handed over to core ${a}`;
    case Outcome.denied:
      return "denied by a rule";
    case Outcome.unmatched:
      return "let in by nothing";
    case Outcome.refused:
      return `refused: ${failKinds[a] ?? a}`;
    case Outcome.done:
      return a === undefined ? "done" : `done: ${a}`;
    case Outcome.refusedBucket:
      return "not this core's bucket";
    default:
      return `unknown outcome ${code}`;
  }
}
function hex(value: number | undefined): string {
  return (value ?? 0).toString(16).padStart(4, "0");
}
