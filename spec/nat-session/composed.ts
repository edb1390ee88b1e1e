/**
 * NAT sessions as a part of a node: the row stops where it would take or give back what another system has, and says what it wants; whoever composes it runs that system's row and tells it the end.
 *
 * `want(slot)` is asked before every step. If it is `nothing` the row's own step follows. Otherwise:
 * - memory, sessionUnit, port: another row runs. With its last step either `granted` (memory: the object's number; port: position of the address and port) or `lacking` is called, which takes the stage (`take-memory`, `take-quota`, `take-port`, or the refusal) in that same step.
 * - freePort, freeSessionUnit, freeMemory: `letGo` is called with the first step of the other row and takes the stage (`free-port`, `give-quota`, `free-memory`); `gone` with its last, and goes on: what follows giving back, the packet's end included, belongs to that step.
 *
 * In a node the first case of `entry` (whose packet is it?) does not hold: the distribution has decided. The right core of a packet and the moving of buckets are the surroundings' too; `fail` is not used, and a subscriber's sessions are counted by whoever grants their units: the columns of all that are not there.
 */
export const Want = { nothing: 0, memory: 1, sessionUnit: 2, port: 3, freePort: 4, freeSessionUnit: 5, freeMemory: 6 } as const;
export type Want = (typeof Want)[keyof typeof Want];
