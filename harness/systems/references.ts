/** Which kinds of operation a command may refer to; a case in which it refers to another kind is bad input. */
export const referredKinds: { readonly [kind: string]: readonly string[] } = {
  free: ["allocate"],
  "release-block": ["reserve-block"],
  release: ["request"],
  close: ["open"],
  refer: ["allocate"],
  unrefer: ["refer"],
  attach: ["allocate"],
  read: ["allocate"],
  "give-back": ["reserve"],
  finish: ["packet"],
  reply: ["send", "loop", "arrive", "reply"],
};
