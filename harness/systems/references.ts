/** Which kind of operation a command may refer to; a case in which it refers to another kind is bad input. */
export const referredKind: { readonly [kind: string]: string } = {
  free: "allocate",
  "release-block": "reserve-block",
  release: "request",
  close: "open",
};
