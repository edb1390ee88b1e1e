/**
 * The Toeplitz hash by table: for every byte of the input 256 prepared contributions, so that a hash is one exclusive or a byte.
 *
 * The hash is linear: it is the exclusive or of what each part of the input contributes by itself. So what an address contributes is computed
 * once, when a case is opened, and a packet costs only its ports. Input order: source address, destination address, source port, destination port.
 */

const keyBytes = 40;
/** Bytes of the longest input, two IPv6 addresses and two ports; their last window ends with the key. */
const inputBytes = 36;

/** The contributions under one key. */
export class Toeplitz {
  /** Contribution of value v at input byte i, at i × 256 + v. */
  readonly contribution: Int32Array;

  /** `key`: 80 hexadecimal digits; anything else is our own mistake, as configurations are checked before. */
  constructor(key: string) {
    if (!/^[0-9a-f]{80}$/i.test(key)) throw new Error(`a Toeplitz key has 80 hexadecimal digits, not "${key}"`);
    const bytes = Uint8Array.from({ length: keyBytes }, (_, i) => Number.parseInt(key.slice(2 * i, 2 * i + 2), 16));
    this.contribution = new Int32Array(inputBytes * 256);
    for (let i = 0; i < inputBytes; i++) this.#prepare(bytes, i);
  }

  #prepare(bytes: Uint8Array, i: number): void {
    const head = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
    const next = bytes[i + 4];
    const at = i * 256;
    for (let v = 1; v < 256; v++) {
      const lowest = 31 - Math.clz32(v & -v);
      const shift = 7 - lowest;
      const window = shift === 0 ? head : (head << shift) | (next >>> (8 - shift));
      this.contribution[at + v] = this.contribution[at + (v & (v - 1))] ^ window;
    }
  }

  /** What an address contributes as the source and as the destination: two words. */
  address(text: string, family: 4 | 6): Int32Array {
    const bytes = addressBytes(text, family);
    const pair = new Int32Array(2);
    for (let i = 0; i < bytes.length; i++) {
      pair[0] ^= this.contribution[i * 256 + bytes[i]];
      pair[1] ^= this.contribution[(bytes.length + i) * 256 + bytes[i]];
    }
    return pair;
  }

  /** What a port contributes as the source port. */
  sourcePort(port: number, family: 4 | 6): number {
    const at = family === 4 ? 8 * 256 : 32 * 256;
    return this.contribution[at + (port >>> 8)] ^ this.contribution[at + 256 + (port & 255)];
  }

  /** What a port contributes as the destination port. */
  destinationPort(port: number, family: 4 | 6): number {
    const at = family === 4 ? 10 * 256 : 34 * 256;
    return this.contribution[at + (port >>> 8)] ^ this.contribution[at + 256 + (port & 255)];
  }
}

const prepared = new Map<string, Toeplitz>();

/** The tables of a key, prepared once. */
export function toeplitzOf(key: string): Toeplitz {
  let tables = prepared.get(key);
  if (tables === undefined) {
    tables = new Toeplitz(key);
    if (prepared.size === 64) prepared.clear();
    prepared.set(key, tables);
  }
  return tables;
}

/** Bytes of an address in text: 4 or 16. Refuses what is no address of the family, which a checked configuration never holds. */
export function addressBytes(text: string, family: 4 | 6): Uint8Array {
  const bytes = family === 4 ? dotted(text) : colons(text);
  if (bytes === undefined) throw new Error(`"${text}" is no IPv${family} address`);
  return bytes;
}

function dotted(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return Uint8Array.from(parts, Number);
}

function colons(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groups(halves[0]);
  const tail = halves.length === 2 ? groups(halves[1]) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return Uint8Array.from([...head, ...new Uint8Array(missing), ...tail]);
}

/** Bytes of groups between colons, the last of which may be an IPv4 address in dots. */
function groups(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const parts = text.split(":");
  for (let i = 0; i < parts.length; i++) {
    if (i === parts.length - 1 && parts[i].includes(".")) {
      const four = dotted(parts[i]);
      if (four === undefined) return undefined;
      bytes.push(...four);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(parts[i])) return undefined;
      const group = Number.parseInt(parts[i], 16);
      bytes.push(group >>> 8, group & 255);
    }
  }
  return bytes;
}
