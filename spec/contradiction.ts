/** What a specification says of a configuration or command that contradicts itself: where, what was expected (with the rule that asks for it), and what stood there. */
export interface Contradiction {
  readonly at: string;
  readonly expected: string;
  readonly found: unknown;
}
