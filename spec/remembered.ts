/** What follows from a configuration and nothing else: both sides ask for it whenever a case is opened, and mostly for the configuration of the case before. */

/** The same function, worked out once for the same object and the same further arguments, as long as it is asked for these; configurations never change. */
export function remembered<C extends object, M extends readonly unknown[], T>(workOut: (config: C, ...more: M) => T): (config: C, ...more: M) => T {
  let last: { readonly config: C; readonly more: M; readonly answer: T } | undefined;
  return (config, ...more) => {
    if (last?.config !== config || last.more.length !== more.length || last.more.some((each, at) => each !== more[at])) last = { config, more, answer: workOut(config, ...more) };
    return last.answer;
  };
}
