/**
 * Reads capture files of the classic format (libpcap): both byte orders, microseconds and nanoseconds. Written here because the packages that
 * read it from memory are no longer kept; the format is a 24-byte header and 16 bytes before every packet.
 */
import type { Parsed } from "../../engine/contract.ts";

/** One packet as captured; `time` in milliseconds since the first packet of the file. */
export interface Packet {
  readonly timeMs: number;
  readonly bytes: Uint8Array;
  /** Length on the wire; more than `bytes.length` where the capture kept a part only. */
  readonly wireLength: number;
}

export interface CaptureFile {
  /** Number of the link type, as registered for libpcap. */
  readonly linkType: number;
  readonly packets: readonly Packet[];
  /** Whether the file ends within the last packet; that packet is not among `packets`. */
  readonly cutShort: boolean;
}

const magics = new Map<number, { readonly little: boolean; readonly unitsPerMs: number }>([
  [0xa1b2c3d4, { little: false, unitsPerMs: 1e3 }],
  [0xd4c3b2a1, { little: true, unitsPerMs: 1e3 }],
  [0xa1b23c4d, { little: false, unitsPerMs: 1e6 }],
  [0x4d3cb2a1, { little: true, unitsPerMs: 1e6 }],
]);

/** No captured packet is longer than this; a record that claims to be is damaged. */
const packetSizeMax = 262_144;

/** Refuses what is no capture file, an impossible record, and a file that ends within a record's header. */
export function readPcap(bytes: Uint8Array): Parsed<CaptureFile> {
  const bad = (at: number, expected: string, found: string): Parsed<CaptureFile> => ({ ok: false, error: { at: `byte ${at}`, expected, found } });
  if (bytes.length < 24) return bad(0, "a capture file's header of 24 bytes", `${bytes.length} bytes`);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = magics.get(data.getUint32(0, false));
  if (kind === undefined) return bad(0, "the magic number of a capture file (a1b2c3d4 or a1b23c4d, either byte order)", data.getUint32(0, false).toString(16).padStart(8, "0"));
  const word = (at: number): number => data.getUint32(at, kind.little);
  const linkType = word(20) & 0xffff;
  const packets: Packet[] = [];
  let firstMs = -1;
  let at = 24;
  while (at < bytes.length) {
    if (at + 16 > bytes.length) return bad(at, "a packet's header of 16 bytes", `${bytes.length - at} bytes`);
    const kept = word(at + 8);
    const wireLength = word(at + 12);
    if (kept > packetSizeMax) return bad(at + 8, `a packet of at most ${packetSizeMax} bytes`, `${kept}`);
    if (kept > wireLength) return bad(at + 8, `no more bytes kept than the ${wireLength} on the wire`, `${kept}`);
    const timeMs = word(at) * 1000 + Math.floor(word(at + 4) / kind.unitsPerMs);
    if (firstMs < 0) firstMs = timeMs;
    if (at + 16 + kept > bytes.length) return { ok: true, value: { linkType, packets, cutShort: true } };
    packets.push({ timeMs: timeMs - firstMs, bytes: bytes.subarray(at + 16, at + 16 + kept), wireLength });
    at += 16 + kept;
  }
  return { ok: true, value: { linkType, packets, cutShort: false } };
}
