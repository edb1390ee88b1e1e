/** The kernel's NAT as a box: packets go in at one device and come out at another before the write returns, or never. Runs inside the namespace only (`launcher.ts`). */
import { spawnSync } from "node:child_process";
import { readSync, writeFileSync, writeSync } from "node:fs";
import { descriptors } from "./launcher.ts";
import type { Box } from "./box.ts";
import { build, parse, type Packet, type Received } from "./packets.ts";
import { newSources, ruleset } from "./ruleset.ts";
import type { Setting } from "./setting.ts";
import type { NatType } from "../../spec/nat-session/terms.ts";

/** Runs a program of the system on a text; throws with what it said. */
function run(program: string, args: readonly string[], input: string): void {
  const result = spawnSync(program, args, { input, encoding: "utf8" });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`${program} refused:\n${result.stderr}\n${input}`);
}

function prepare(): void {
  const set = (name: string, value: number): void => writeFileSync(`/proc/sys/net/${name}`, `${value}\n`);
  set("ipv6/conf/all/disable_ipv6", 1);
  run("ip", ["-batch", "-"], ["link set lo up", "link set in0 up", "link set out0 up", "addr add 100.64.255.254/16 dev in0", "addr add 192.0.2.1/32 dev out0", "route add default dev out0", "route add blackhole 203.0.113.0/24", ""].join("\n"));
  set("ipv4/ip_forward", 1);
  for (const device of ["all", "in0", "out0"]) {
    set(`ipv4/conf/${device}/rp_filter`, 0);
    set(`ipv4/conf/${device}/send_redirects`, 0);
  }
  run("nft", ["-f", "-"], "table ip tandem { chain first { type nat hook prerouting priority dstnat; }; }\n");
  set("netfilter/nf_conntrack_tcp_be_liberal", 1);
  const limits = ["udp_timeout", "udp_timeout_stream", "icmp_timeout", ...["syn_sent", "syn_recv", "established", "fin_wait", "close_wait", "last_ack", "time_wait", "close", "max_retrans", "unacknowledged"].map((state) => `tcp_timeout_${state}`)];
  for (const limit of limits) set(`netfilter/nf_conntrack_${limit}`, 1);
}

/** Netlink: the message that deletes every tracked connection, with the answer asked for. */
function flushMessage(): Buffer {
  const message = Buffer.alloc(20);
  message.writeUInt32LE(20, 0);
  // Subsystem 1 (connection tracking), message 2 (delete); a request that is acknowledged.
  message.writeUInt16LE(0x0102, 4);
  message.writeUInt16LE(0x0005, 6);
  message[16] = 2;
  return message;
}

class Kernel implements Box {
  readonly #answer = Buffer.alloc(2048);
  readonly #flush = flushMessage();

  constructor() {
    prepare();
  }

  open(setting: Setting): void {
    run("nft", ["-f", "-"], ruleset(setting));
    writeSync(descriptors.tracking, this.#flush);
    const count = readSync(descriptors.tracking, this.#answer);
    const error = count >= 20 ? this.#answer.readInt32LE(16) : 0;
    if (error !== 0) throw new Error(`the kernel did not forget its connections: error ${-error}`);
    while (this.#read(descriptors.inside) !== undefined || this.#read(descriptors.outside) !== undefined);
  }

  configure(setting: Setting, type: NatType): void {
    run("nft", ["-f", "-"], newSources(setting, type));
  }

  send(packet: Packet, fromInside: boolean): Received | undefined {
    writeSync(fromInside ? descriptors.inside : descriptors.outside, build(packet, fromInside));
    const bytes = this.#read(descriptors.outside) ?? this.#read(descriptors.inside);
    return bytes === undefined ? undefined : parse(bytes);
  }

  /** EAGAIN is the kernel's way to say that nothing came out. */
  #read(descriptor: number): Uint8Array | undefined {
    try {
      return this.#answer.subarray(0, readSync(descriptor, this.#answer));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
      throw error;
    }
  }

  nowMs(): number {
    return performance.now();
  }
  wait(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  }
}

/** The kernel this process runs on. */
export function kernelBox(): Box {
  return new Kernel();
}
