/** Whether a key splits the ports evenly, which the shuffled scheme needs (PORT-3, D8). */
import { keyWindows, portContribution } from "../../../model/toeplitz.ts";

const answers = new Map<string, string | undefined>();
const answersKept = 256;

/**
 * What is uneven about a key (80 hexadecimal digits) for ports of this family's tuples, or undefined: the 7 low bits of the contribution must split
 * the 65,536 ports into 128 slots of 512, and each slot must have as many even as odd ports from 1024 on.
 */
export function unevenness(key: string, family: 4 | 6): string | undefined {
  const name = `${family} ${key.toLowerCase()}`;
  if (!answers.has(name)) {
    if (answers.size === answersKept) answers.clear();
    answers.set(name, computed(key, family));
  }
  return answers.get(name);
}

function computed(key: string, family: 4 | 6): string | undefined {
  const windows = keyWindows(key);
  const contribution = new Uint8Array(65_536);
  const ports = new Int32Array(128);
  const evenMinusOdd = new Int32Array(128);
  for (let port = 0; port < 65_536; port++) {
    const lowest = port & -port;
    const slot = (port === lowest ? portContribution(windows, family, port) : contribution[port ^ lowest] ^ contribution[lowest]) & 127;
    contribution[port] = slot;
    ports[slot]++;
    if (port >= 1024) evenMinusOdd[slot] += (port & 1) === 0 ? 1 : -1;
  }
  for (let slot = 0; slot < 128; slot++) {
    if (ports[slot] !== 512) return `slot ${slot} has ${ports[slot]} of the 65,536 ports instead of 512`;
    if (evenMinusOdd[slot] !== 0) return `slot ${slot} has ${Math.abs(evenMinusOdd[slot])} more ${evenMinusOdd[slot] > 0 ? "even" : "odd"} ports than others from 1024 on`;
  }
  return undefined;
}
