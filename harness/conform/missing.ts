/** What this machine lacks for driving the kernel's own NAT, said at once and in words. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { unshareCalls } from "./launcher.ts";

/** Whether a program is found on PATH or where system tools lie. */
function found(program: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"].filter((folder) => folder !== "");
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function usable(device: string): boolean {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Everything that is missing, each with where to get it; empty where the kernel can be driven. */
export function missing(): string[] {
  if (process.platform !== "linux") return [`Linux (this is ${process.platform})`];
  const lacking: string[] = [];
  if (unshareCalls[process.arch] === undefined) lacking.push(`a processor whose system calls are known (${Object.keys(unshareCalls).join(", ")}; this is ${process.arch})`);
  if (process.getuid?.() !== 0) lacking.push("root (a network namespace is made)");
  if (!usable("/dev/net/tun")) lacking.push("/dev/net/tun (module tun)");
  for (const [program, from] of [["perl", "perl-base"], ["ip", "iproute2"], ["nft", "nftables"]]) if (!found(program)) lacking.push(`${program} (Debian package ${from})`);
  return lacking;
}

/** One message, or undefined where nothing is missing. */
export function missingText(lacking: readonly string[] = missing()): string | undefined {
  return lacking.length === 0 ? undefined : `The kernel's NAT cannot be driven here; missing: ${lacking.join("; ")}.`;
}
