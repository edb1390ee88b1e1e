/**
 * How one process comes to hold both ends of a NAT box made by the kernel.
 *
 * Node has no ioctl and cannot enter a namespace, so a few lines of Perl (every Debian has perl-base) do what it cannot
 * and then become Node: a network namespace *without a name* is entered, two TUN devices are made in it and placed at
 * descriptors 3 and 4, a socket to the connection tracking at 5. Everything Node then starts (`ip`, `nft`) runs inside,
 * and nothing can be left behind: the devices go with their descriptors and the namespace goes with its last process,
 * whether that ends well, by SIGINT or by SIGKILL.
 */
import { spawnSync } from "node:child_process";

/** Descriptors the process inside finds open. */
export const descriptors = { inside: 3, outside: 4, tracking: 5 } as const;

/** Number of the system call `unshare`, by processor; Perl knows calls by number only. */
export const unshareCalls: { readonly [processor: string]: number } = { x64: 272, arm64: 97, riscv64: 97, ppc64: 282, s390x: 303 };

/** 0x40000000: CLONE_NEWNET. 0x400454ca: TUNSETIFF. 0x1001: IFF_TUN | IFF_NO_PI. 16, 3, 12: AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER. */
const script = `
use strict; use Fcntl; use POSIX ();
$^F = 63;
my $unshare = shift @ARGV;
syscall($unshare + 0, 0x40000000) == 0 or die "a network namespace: $!\\n";
my @held;
for my $name ("in0", "out0") {
  sysopen(my $tun, "/dev/net/tun", O_RDWR | O_NONBLOCK) or die "/dev/net/tun: $!\\n";
  my $request = pack("a16 s x22", $name, 0x1001);
  ioctl($tun, 0x400454ca, $request) or die "device $name: $!\\n";
  push @held, $tun;
}
socket(my $tracking, 16, 3, 12) or die "netlink: $!\\n";
push @held, $tracking;
POSIX::dup2(fileno($held[$_]), 20 + $_) for 0 .. 2;
for (0 .. 2) { POSIX::dup2(20 + $_, 3 + $_); POSIX::close(20 + $_); }
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\\n";
`;

/** Runs a program of Node in a namespace of its own. The options go in as its argument and what it prints comes back as JSON; its standard error is passed on. Throws where it ends without a report. */
export function runInside(program: string, options: unknown): unknown {
  const run = spawnSync("perl", ["-e", script, String(unshareCalls[process.arch]), process.execPath, program, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    maxBuffer: 256 << 20,
  });
  if (run.error !== undefined) throw run.error;
  if (run.status === 0) return JSON.parse(run.stdout) as unknown;
  throw new Error(`the process inside the namespace ended with ${run.signal ?? `exit code ${run.status}`}`);
}
