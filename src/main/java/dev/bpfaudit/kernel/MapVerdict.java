package dev.bpfaudit.kernel;

import java.util.Set;

/// What is to be thought of one map that some way of looking shows.
enum MapVerdict {
  /// Nothing is wrong.
  LISTED,
  /// `BPF_MAP_GET_NEXT_ID` leaves it out, and it is there.
  HIDDEN,
  /// It is there, and opening it by its id is refused.
  DENIED,
  /// It came or went while it was looked for.
  RACED,
  /// It is held, and neither the kernel's lists nor its id lead to it.
  ORPHANED;

  /// What was seen. A map lives without a break and ids are not given again within one capture
  /// (`idr_alloc_cyclic` in `bpf_map_alloc_id`), so what was there before a list was walked and is
  /// there after it was there all the time, and an honest list has it.
  ///
  /// @param before what `BPF_MAP_GET_NEXT_ID` listed before anything else was asked
  /// @param after what it listed when all else was done
  /// @param there what is there, seen in another way after that
  /// @param held what something refers to, seen after that
  /// @param shut what was refused when it was to be opened in between
  record Evidence(
      Set<Long> before, Set<Long> after, Set<Long> there, Set<Long> held, Set<Long> shut) {
    Evidence {
      before = Set.copyOf(before);
      after = Set.copyOf(after);
      there = Set.copyOf(there);
      held = Set.copyOf(held);
      shut = Set.copyOf(shut);
    }

    private boolean isListed(long id) {
      return before.contains(id) || after.contains(id);
    }

    private boolean isThere(long id) {
      return there.contains(id) || after.contains(id);
    }
  }

  /// @param id of a map that was known before it was to be opened
  static MapVerdict of(long id, Evidence seen) {
    if (!seen.isThere(id)) {
      return seen.held.contains(id) ? ORPHANED : RACED;
    }
    if (!seen.isListed(id)) {
      return HIDDEN;
    }
    return seen.shut.contains(id) ? DENIED : LISTED;
  }
}
