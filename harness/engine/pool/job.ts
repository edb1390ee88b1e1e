/** What a pool is given, and how it tells that nothing came of it. */

/** What is to be done: plain data that the pool's module knows how to do, under the name by which it is told of. */
export interface Job {
  readonly name: string;
}

/** A job that came to no answer: what it is called, and what its worker threw or how it ended. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
  constructor(job: string, why: string) {
    super(`${job}: ${why}`);
  }
}

/** Somebody told this process to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor(signal: string) {
    super(`interrupted (${signal})`);
  }
}
