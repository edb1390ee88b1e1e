/** A clock that a program takes for itself when it is loaded, before any case runs. */
export const kept = Date.now;
export const keptOf = performance.now.bind(performance);
