/*
 * Ports under quotas as `model/port-quota` has them, in Promela: one configuration, six operations on three cores (`scope.ts` next to this file says the
 * same to our own search). Every step of our model is one `d_step` here: same guards, same effects, same free choices. Whatever our model remembers stands
 * in the state here too, memory of goals and obligations included, so that both searches meet the same states; what follows from the rest is left out.
 *
 * Out of reach of these operations, and so not here: `unlimited` and `release-none` (a quota is always published), `refuse-change`, well-known ports, ports that
 * rest, blocks, particular ports and ranges, the address's other table. Timers do not come due before the search is over.
 */

#define none 255
#define cores 3
#define ports 6
#define slots 2
#define chunks 2
#define operations 6

/* The table (PORT-3, PORT-4): the two ports of slot 0 are a chunk; of slot 1 each core owns a port, the last one is a chunk. */
#define ownPort(core) ((core) + 2)
#define ownerOf(port) ((port) < 2 || (port) == 5 -> none : (port) - 2)
#define chunkOf(port) ((port) < 2 -> 0 : 1)
#define chunkFirst(chunk) ((chunk) == 0 -> 0 : 5)
#define chunkEnd(chunk) ((chunk) == 0 -> 2 : 6)
/* Replies to ports of slot 1 come back to core 0, those of slot 0 to core 1, none to core 2. */
#define replyLocal(core, slot) ((core) + (slot) == 1)
#define holderOf(port) (ownerOf(port) != none -> ownerOf(port) : holder[chunkOf(port)] - 1)

/* What happens: each core opens two flows (0, 1, 2); then core 0 closes those of core 1 (3), core 1 collects (4), core 2 changes the quota (5). */
#define open 0
#define close 1
#define reconfigure 2
#define collect 3
#define kindOf(op) ((op) == 3 -> close : ((op) == 4 -> collect : ((op) == 5 -> reconfigure : open)))
#define wanted 2
#define coreOf(op) ((op) % cores)
#define after(op) ((op) + cores < operations -> (op) + cores : none)
#define closed 1
#define isDead(op) (kindOf(op) == close && state[closed] == finished && yields[closed] == 0)
#define isSettled(op) (kindOf(op) != close || state[closed] == finished)

#define changedTotal 3
#define changedExclusive 0
#define changedChunk 1

/* Operations: where each stands, and what its row remembers. */
#define waiting 0
#define ready 1
#define finished 2
#define skipped 3
#define unitStage 0
#define portStage 1
#define undoStage 2
#define backStage 3
byte running[cores] = none;
byte next[cores];
byte state[operations] = waiting;
byte phase[operations];
byte yields[operations];
byte seen[operations];
bit denied[operations];
bit everClaimed[operations];
byte claimed[operations];
byte draws[operations];
/* Units that the last grant borrowed, + 1; 0: there was none. */
byte unit[operations];
byte givenCount[operations];
byte given[6];
byte handles[operations];
byte freed[operations];
/* Of closing and collecting: port collected + 1; whose unit is to be released + 1, and what it borrowed; the ledger that owes + 1. */
byte collected[operations];
byte releases[operations];
byte releasesBorrowed[operations];
byte owing[operations];

/* Ports. */
byte bits[ports];
byte user[ports];
byte session[ports];
byte handed[ports];
byte list[6];
byte listed[cores];
/* Timers set to collect: one for each port that was handed over into an empty list. */
byte told;
bit free[chunks];
byte holder[chunks];
byte returnedBy[chunks];
bit refusedBefore;
byte unitOf[ports];
byte unitBorrowed[ports];

/* Quota. */
byte generation = 1;
byte total = 8;
byte exclusive = 1;
byte chunk = 2;
bit nodePresent;
byte nodeGeneration;
short nodeTotal;
short remaining;
bit deniedBefore;
bit overdrawn;
typedef Ledger {
  bit present;
  byte generation;
  byte exclusive;
  byte chunk;
  short used;
  short held;
  byte chunkOfGrant;
  bit excused
}
Ledger ledger[cores];

bool begun;

/* Scratch: set before it is read in every step, so no part of the state. */
hidden byte op, port, which, tried, slot, found, at;
hidden short units;

#define bitOf(core) (1 << (core))
#define hasBit(core) (((bits[0] | bits[1] | bits[2] | bits[3] | bits[4] | bits[5]) & bitOf(core)) != 0)
#define searching(core) (running[core] != none && kindOf(running[core]) == open && phase[running[core]] == portStage && claimed[running[core]] == 0)
#define canMove(core) (running[core] != none || (next[core] != none && isSettled(next[core])))
#define shared (total - cores * exclusive)
#define freeUnits(l) (ledger[l].exclusive + ledger[l].held - ledger[l].used)
#define tooMuchFree(l) (ledger[l].held > 0 && freeUnits(l) > ledger[l].chunk)
#define least(a, b) ((a) < (b) -> (a) : (b))

/* --- The schedule */

inline take(core) {
  if
  :: running[core] == none ->
    op = next[core];
    running[core] = op;
    next[core] = after(op);
    state[op] = ready
  :: else -> op = running[core]
  fi
}

inline finish(core) {
  state[op] = finished;
  running[core] = none;
  /* What refers to an operation that yielded nothing is skipped. */
  if
  :: running[0] == none && next[0] != none && isDead(next[0]) ->
    state[next[0]] = skipped;
    next[0] = after(next[0])
  :: else
  fi
}

/* --- Quota */

inline addRemaining(change) {
  if
  :: remaining >= 0 && remaining + (change) < 0 -> overdrawn = 1
  :: else
  fi;
  remaining = remaining + (change);
  if
  :: overdrawn && remaining >= 1 -> overdrawn = 0
  :: else
  fi
}
inline lend(l, count) {
  ledger[l].held = ledger[l].held + (count);
  addRemaining(-(count))
}
inline settle(l) {
  if
  :: !tooMuchFree(l) -> ledger[l].excused = 0
  :: else
  fi
}
inline bringUpToDate(l) {
  if
  :: ledger[l].present && ledger[l].generation != generation ->
    units = 0;
    if
    :: exclusive < ledger[l].exclusive ->
      units = least(ledger[l].used, ledger[l].exclusive) - exclusive;
      units = (units > 0 -> units : 0)
    :: exclusive > ledger[l].exclusive -> units = -least(exclusive - ledger[l].exclusive, ledger[l].held)
    :: else
    fi;
    lend(l, units);
    ledger[l].exclusive = exclusive;
    ledger[l].chunk = chunk;
    ledger[l].generation = generation;
    ledger[l].excused = 1
  :: else
  fi
}

inline grant(core, borrowed) {
  deniedBefore = 0;
  ledger[core].used++;
  unit[op] = (borrowed) + 1;
  phase[op] = portStage
}
inline request(core) {
  if
  :: seen[op] == 0 -> seen[op] = generation
  :: else ->
    if
    :: !ledger[core].present ->
      ledger[core].present = 1;
      ledger[core].generation = generation;
      ledger[core].exclusive = exclusive;
      ledger[core].chunk = chunk
    :: else ->
      if
      :: !nodePresent ->
        nodePresent = 1;
        nodeGeneration = generation;
        nodeTotal = shared;
        remaining = shared
      :: else ->
        if
        :: ledger[core].generation < seen[op] -> bringUpToDate(core)
        :: else ->
          if
          :: ledger[core].used < ledger[core].exclusive + ledger[core].held -> grant(core, 0)
          :: else ->
            if
            :: remaining >= 1 ->
              units = least(ledger[core].chunk, remaining);
              ledger[core].chunkOfGrant = ledger[core].chunk;
              lend(core, units);
              grant(core, units)
            :: else ->
              deniedBefore = 1;
              denied[op] = 1;
              unit[op] = 0;
              yields[op] = handles[op];
              finish(core)
            fi
          fi
        fi
      fi
    fi
  fi
}

inline takeBack(core) {
  ledger[core].used--;
  ledger[core].excused = 1;
  units = least(least(unit[op] - 1, ledger[core].held), freeUnits(core));
  lend(core, -units);
  yields[op] = handles[op];
  finish(core)
}

/* --- Ports */

inline give(core) {
  bits[port] = 0;
  user[port] = 1;
  session[port] = op + 1;
  given[op * wanted + givenCount[op]] = port + 1;
  givenCount[op]++;
  handles[op]++;
  claimed[op] = 0;
  unitOf[port] = op + 1;
  unitBorrowed[port] = unit[op];
  if
  :: handles[op] == wanted ->
    yields[op] = handles[op];
    finish(core)
  :: else ->
    phase[op] = unitStage;
    seen[op] = 0
  fi
}
inline takeClaimed(core) {
  port = chunkFirst(claimed[op] - 1);
  give(core)
}

/* PORT-5: own and held bits of reply-bits slots, then own and held ones elsewhere; `start` is free. There is such a bit. */
inline takeBit(core, start) {
  op = running[core];
  draws[op]++;
  port = none;
  which = 0;
  do
  :: port == none ->
    tried = 0;
    do
    :: tried < slots && port == none ->
      slot = (start + tried) % slots;
      if
      :: replyLocal(core, slot) == (which < 2) ->
        if
        :: which % 2 == 0 ->
          if
          :: slot == 1 && (bits[ownPort(core)] & bitOf(core)) -> port = ownPort(core)
          :: else
          fi
        :: else ->
          if
          :: holder[slot] == core + 1 ->
            at = chunkFirst(slot);
            do
            :: at < chunkEnd(slot) && port == none ->
              if
              :: bits[at] & bitOf(core) -> port = at
              :: else
              fi;
              at++
            :: else -> break
            od
          :: else
          fi
        fi
      :: else
      fi;
      tried++
    :: else -> break
    od;
    which++
  :: else -> break
  od;
  give(core)
}

/* PORT-7: the first free chunk from a free start, or PORT-17. */
inline claimChunk(core, start) {
  op = running[core];
  draws[op] = draws[op] + 2;
  found = (free[start] -> start : 1 - start);
  if
  :: free[found] ->
    free[found] = 0;
    holder[found] = core + 1;
    at = chunkFirst(found);
    do
    :: at < chunkEnd(found) ->
      bits[at] = bitOf(core);
      at++
    :: else -> break
    od;
    claimed[op] = found + 1;
    everClaimed[op] = 1
  :: else ->
    draws[op]++;
    refusedBefore = 1;
    phase[op] = undoStage
  fi
}

/* PORT-8. */
inline setFree(core) {
  bits[port] = bitOf(core);
  if
  :: ownerOf(port) == none ->
    found = chunkOf(port);
    at = chunkFirst(found);
    do
    :: at < chunkEnd(found) && (bits[at] & bitOf(core)) -> at++
    :: else -> break
    od;
    if
    :: at == chunkEnd(found) ->
      at = chunkFirst(found);
      do
      :: at < chunkEnd(found) ->
        bits[at] = 0;
        at++
      :: else -> break
      od;
      free[found] = 1;
      holder[found] = 0;
      returnedBy[found] = core + 1
    :: else
    fi
  :: else
  fi
}

/* --- Closing and collecting */

inline beginUnit() {
  releases[op] = unitOf[port];
  releasesBorrowed[op] = unitBorrowed[port];
  phase[op] = unitStage
}
inline freePort(core) {
  port = given[closed * wanted + handles[closed] - 1] - 1;
  which = holderOf(port);
  user[port] = 0;
  session[port] = 0;
  freed[op]++;
  handles[closed]--;
  if
  :: which == core ->
    setFree(core);
    beginUnit()
  :: else ->
    if
    :: listed[which] == 0 -> told++
    :: else
    fi;
    list[which * 2 + listed[which]] = port + 1;
    listed[which]++;
    handed[port] = which + 1;
    if
    :: handles[closed] == 0 -> finish(core)
    :: else
    fi
  fi
}
/* The unit's stages are over: another port follows. */
inline nextPort(core) {
  owing[op] = 0;
  collected[op] = 0;
  phase[op] = portStage;
  if
  :: kindOf(op) == close && handles[closed] == 0 -> finish(core)
  :: else
  fi
}
inline release(core) {
  which = coreOf(releases[op] - 1);
  releases[op] = 0;
  releasesBorrowed[op] = 0;
  ledger[which].used--;
  settle(which);
  if
  :: tooMuchFree(which) ->
    owing[op] = which + 1;
    phase[op] = backStage
  :: else -> nextPort(core)
  fi
}
inline giveBack(core) {
  which = owing[op] - 1;
  if
  :: tooMuchFree(which) ->
    units = least(ledger[which].chunk, ledger[which].held);
    lend(which, -units);
    settle(which)
  :: else
  fi;
  nextPort(core)
}
inline closeOrCollect(core) {
  if
  :: phase[op] == unitStage -> release(core)
  :: phase[op] == backStage -> giveBack(core)
  :: else ->
    if
    :: kindOf(op) == close -> freePort(core)
    :: else ->
      if
      :: collected[op] != 0 ->
        port = collected[op] - 1;
        setFree(core);
        freed[op]++;
        beginUnit()
      :: else ->
        if
        :: listed[core] == 0 -> finish(core)
        :: else ->
          collected[op] = list[core * 2];
          handed[collected[op] - 1] = 0;
          list[core * 2] = list[core * 2 + 1];
          list[core * 2 + 1] = 0;
          listed[core]--
        fi
      fi
    fi
  fi
}

/* --- Changing the quota */

inline change(core) {
  if
  :: phase[op] == 0 ->
    generation++;
    total = changedTotal;
    exclusive = changedExclusive;
    chunk = changedChunk
  :: phase[op] == 1 -> bringUpToDate(0)
  :: phase[op] == 2 -> bringUpToDate(1)
  :: phase[op] == 3 -> bringUpToDate(2)
  :: else ->
    if
    :: nodePresent && nodeGeneration != generation ->
      units = shared - nodeTotal;
      addRemaining(units);
      nodeTotal = shared;
      nodeGeneration = generation
    :: else
    fi
  fi;
  phase[op]++;
  if
  :: phase[op] == 5 -> finish(core)
  :: else
  fi
}

#ifdef VIEWS
bool shown;
/* The whole view in the order of its layout: the ports' columns for both tables, of which the second is never touched; the quota's for ports, sessions and memory. */
inline tell() {
  printf("view");
  for (at : 0 .. 5) { printf(" %d", bits[at]) }
  printf(" 0 0 1 2 4 0");
  for (at : 0 .. 5) { printf(" %d", user[at]) }
  printf(" 0 0 0 0 0 0");
  for (at : 0 .. 5) { printf(" %d", session[at]) }
  printf(" 0 0 0 0 0 0");
  for (at : 0 .. 5) { printf(" %d", handed[at]) }
  printf(" 0 0 0 0 0 0");
  for (at : 0 .. 11) { printf(" 0") }
  /* There is room for five chunks of a table. */
  printf(" %d %d 0 0 0 1 1 0 0 0 %d %d 0 0 0 0 0 0 0 0", free[0], free[1], holder[0], holder[1]);
  printf(" %d %d %d 0 0 0 0 0 0", listed[0], listed[1], listed[2]);
  printf(" 1 0 0 %d 0 0 %d 0 0 %d 0 0 %d 0 0", generation, total, exclusive, chunk);
  printf(" %d 0 0 %d 0 0 %d 0 0 %d 0 0", nodePresent, nodeGeneration, nodeTotal, remaining);
  printf(" %d %d %d 0 0 0 0 0 0", ledger[0].present, ledger[1].present, ledger[2].present);
  printf(" %d %d %d 0 0 0 0 0 0", ledger[0].generation, ledger[1].generation, ledger[2].generation);
  printf(" %d %d %d 0 0 0 0 0 0", ledger[0].exclusive, ledger[1].exclusive, ledger[2].exclusive);
  printf(" %d %d %d 0 0 0 0 0 0", ledger[0].chunk, ledger[1].chunk, ledger[2].chunk);
  printf(" %d %d %d 0 0 0 0 0 0", ledger[0].used, ledger[1].used, ledger[2].used);
  printf(" %d %d %d 0 0 0 0 0 0\n", ledger[0].held, ledger[1].held, ledger[2].held)
}
#endif

active [cores] proctype Core() {
end:
  do
  :: d_step { begun && canMove(_pid) && !searching(_pid) ->
      take(_pid);
      if
      :: kindOf(op) == open ->
        if
        :: phase[op] == unitStage -> request(_pid)
        :: phase[op] == portStage -> takeClaimed(_pid)
        :: else -> takeBack(_pid)
        fi
      :: kindOf(op) == reconfigure -> change(_pid)
      :: else -> closeOrCollect(_pid)
      fi
    }
  :: d_step { searching(_pid) && hasBit(_pid) -> takeBit(_pid, 0) }
  :: d_step { searching(_pid) && hasBit(_pid) -> takeBit(_pid, 1) }
  /* Both free starts: where the search for a bit began makes no difference when there is none. */
  :: d_step { searching(_pid) && !hasBit(_pid) -> claimChunk(_pid, 0) }
  :: d_step { searching(_pid) && !hasBit(_pid) -> claimChunk(_pid, 1) }
  :: d_step { searching(_pid) && !hasBit(_pid) -> claimChunk(_pid, 0) }
  :: d_step { searching(_pid) && !hasBit(_pid) -> claimChunk(_pid, 1) }
  :: d_step { _pid == 0 && !begun ->
      bits[ownPort(0)] = bitOf(0);
      bits[ownPort(1)] = bitOf(1);
      bits[ownPort(2)] = bitOf(2);
      free[0] = 1;
      free[1] = 1;
      next[1] = 1;
      next[2] = 2;
      phase[3] = portStage;
      phase[4] = portStage;
      begun = true
    }
#ifdef VIEWS
  :: d_step { _pid == 0 && begun && !shown && !canMove(0) && !canMove(1) && !canMove(2) ->
      tell();
      shown = true
    }
#endif
  od
}
