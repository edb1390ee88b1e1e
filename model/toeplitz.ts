/** The Toeplitz hash, bit by bit: every set bit of the input adds (xor) the 32 bits of the key that begin at its place. */

/** Bytes of the longest input: two IPv6 addresses and two ports. */
export const inputBytesMax = 36;

const windowsByKey = new Map<string, Uint32Array>();
const keysKept = 64;

/** `windows[i]`: the 32 bits of the key from bit i on. The key is 80 hexadecimal digits; anything else is refused by an exception. */
export function keyWindows(key: string): Uint32Array {
  const kept = windowsByKey.get(key);
  if (kept !== undefined) return kept;
  if (!/^[0-9a-fA-F]{80}$/.test(key)) throw new Error(`a Toeplitz key has 80 hexadecimal digits, not "${key}"`);
  const bits = [...key].flatMap((digit) => [8, 4, 2, 1].map((weight) => ((Number.parseInt(digit, 16) & weight) === 0 ? 0 : 1)));
  const windows = new Uint32Array(inputBytesMax * 8);
  for (let first = 0; first < windows.length; first++) {
    let window = 0;
    for (let i = 0; i < 32; i++) window = (window << 1) | bits[first + i];
    windows[first] = window >>> 0;
  }
  if (windowsByKey.size === keysKept) windowsByKey.clear();
  windowsByKey.set(key, windows);
  return windows;
}

/** Hash of the first `length` bytes of the input, unsigned. */
export function toeplitz(windows: Uint32Array, input: Uint8Array, length: number): number {
  let hash = 0;
  for (let at = 0; at < length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      if ((input[at] >> (7 - bit)) & 1) hash ^= windows[at * 8 + bit];
    }
  }
  return hash >>> 0;
}

/**
 * Writes source address, destination address, source port and destination port one after another, the order that is hashed (001:602; D8).
 * Returns the bytes written; without ports (-1) the two addresses only.
 */
export function writeTuple(into: Uint8Array, source: ArrayLike<number>, destination: ArrayLike<number>, sourcePort: number, destinationPort: number): number {
  let at = 0;
  for (const address of [source, destination]) {
    for (let i = 0; i < address.length; i++) into[at++] = address[i];
  }
  if (sourcePort < 0) return at;
  for (const port of [sourcePort, destinationPort]) {
    into[at++] = port >> 8;
    into[at++] = port & 255;
  }
  return at;
}

/** T(port): what a destination port adds to the hash, hash(flow, port) = hash(flow, 0) xor T(port) (D8). */
export function portContribution(windows: Uint32Array, family: 4 | 6, port: number): number {
  const place = family === 4 ? 80 : 272;
  let contribution = 0;
  for (let bit = 0; bit < 16; bit++) {
    if ((port >> (15 - bit)) & 1) contribution ^= windows[place + bit];
  }
  return contribution >>> 0;
}

/** The 4 bytes of an IPv4 address or the 16 of an IPv6 address in text; anything else is refused by an exception. */
export function addressBytes(text: string): Uint8Array {
  return text.includes(":") ? ipv6Bytes(text) : ipv4Bytes(text);
}

function ipv4Bytes(text: string): Uint8Array {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)) throw new Error(`"${text}" is no IPv4 address`);
  return Uint8Array.from(parts, Number);
}

function ipv6Bytes(text: string): Uint8Array {
  const refused = new Error(`"${text}" is no IPv6 address`);
  const halves = text.split("::");
  if (halves.length > 2) throw refused;
  const groups = halves.map((half, at) => (half === "" ? [] : wordsOf(half, at === halves.length - 1, refused)));
  const known = groups.reduce((sum, words) => sum + words.length, 0);
  if (halves.length === 1 ? known !== 8 : known > 7) throw refused;
  const words = halves.length === 1 ? groups[0] : [...groups[0], ...Array.from({ length: 8 - known }, () => 0), ...groups[1]];
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]));
}

/** 16-bit words of a part without `::`; the last part may end in an IPv4 address. */
function wordsOf(part: string, last: boolean, refused: Error): number[] {
  const fields = part.split(":");
  return fields.flatMap((field, at) => {
    if (last && at === fields.length - 1 && field.includes(".")) {
      const [a, b, c, d] = ipv4Bytes(field);
      return [(a << 8) | b, (c << 8) | d];
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(field)) throw refused;
    return [Number.parseInt(field, 16)];
  });
}
