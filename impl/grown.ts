/** Arrays that are kept from one opening to the next and become wider where they must. */

/** An array for `size` words: the one that there is, or one of twice as many over the bytes that `make` gives. What stood in it is not kept. */
export function grownOver<T extends ArrayBufferLike>(words: Int32Array<T>, size: number, make: (bytes: number) => T): Int32Array<T> {
  return words.length < size ? new Int32Array(make(size * 8)) : words;
}

/** The same for words of one core. */
export function grown(words: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  return grownOver(words, size, (bytes) => new ArrayBuffer(bytes));
}
