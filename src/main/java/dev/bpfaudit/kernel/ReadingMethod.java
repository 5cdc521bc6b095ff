package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;

/// How the entries of a map are read, by its type. What each type allows is told in `map_*_ops` of
/// `kernel/bpf/*.c` and `net/`; a type that nobody here has tried is not guessed at.
sealed interface ReadingMethod {
  /// Batches; where the kernel has none for this type yet (per-CPU arrays and tries before 5.13),
  /// `otherwise`.
  record Batch(ReadingMethod otherwise) implements ReadingMethod {}

  /// Key after key.
  ///
  /// @param deletedKeyEndsWalk see [NextKeyReader]
  record NextKey(boolean deletedKeyEndsWalk) implements ReadingMethod {}

  /// Every index from 0 to `max_entries`.
  record Index() implements ReadingMethod {}

  /// As [MapInMapReader] does.
  ///
  /// @param array whether its keys are indices
  record MapInMap(boolean array) implements ReadingMethod {}

  /// The head alone can be seen.
  record Peek(String why) implements ReadingMethod {}

  /// The keys alone can be seen.
  record KeysOnly(String why) implements ReadingMethod {}

  /// Nothing can be seen.
  record Impossible(String why) implements ReadingMethod {}

  /// @param stackTraces whether reading them, which writes, is wanted
  static ReadingMethod of(BpfMap map, boolean stackTraces) {
    return switch (map.type()) {
      case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, LPM_TRIE, RHASH ->
          new Batch(new NextKey(false));
      case ARRAY, PERCPU_ARRAY -> new Batch(new Index());
      case HASH_OF_MAPS -> new MapInMap(false);
      case ARRAY_OF_MAPS -> new MapInMap(true);
      case PROG_ARRAY, DEVMAP, CPUMAP, STRUCT_OPS, INSN_ARRAY -> new Index();
      case DEVMAP_HASH -> new NextKey(false);
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> new NextKey(true);
      case SOCKMAP, REUSEPORT_SOCKARRAY -> sockets(map, new Index());
      case SOCKHASH -> sockets(map, new NextKey(false));
      case QUEUE -> new Peek("only the head of a queue can be seen");
      case STACK -> new Peek("only the top of a stack can be seen");
      case STACK_TRACE ->
          stackTraces
              ? new NextKey(false)
              : new Impossible("reading a stack_trace map writes to it; read on request only");
      case PERF_EVENT_ARRAY ->
          new Impossible("the kernel tells nothing of perf events in slots (ENOTSUPP)");
      case CGROUP_ARRAY ->
          new Impossible("the kernel tells nothing of cgroups in slots (ENOTSUPP)");
      case XSKMAP -> new Impossible("the kernel tells nothing of AF_XDP sockets (EOPNOTSUPP)");
      case RINGBUF, USER_RINGBUF ->
          new Impossible("a ring buffer has no keys; it is read through mmap (ENOTSUPP)");
      case BLOOM_FILTER ->
          new Impossible("a bloom filter answers for a given value only (EOPNOTSUPP)");
      case ARENA ->
          new Impossible("an arena has no keys; reading its pages makes them (EOPNOTSUPP)");
      case SK_STORAGE -> localStorage("sockets");
      case INODE_STORAGE -> localStorage("inodes");
      case TASK_STORAGE -> localStorage("tasks");
      case CGRP_STORAGE -> localStorage("cgroups");
      case UNSPEC, UNKNOWN ->
          new Impossible("map type " + map.typeNumber() + " is not known to this release");
    };
  }

  /// A socket shows as its 8-byte cookie, for which a 4-byte value has no room: ENOSPC from
  /// `sock_map_lookup_sys` (`net/core/sock_map.c`) and `bpf_fd_reuseport_array_lookup_elem`
  /// (`kernel/bpf/reuseport_array.c`).
  private static ReadingMethod sockets(BpfMap map, ReadingMethod method) {
    if (map.valueSize() == Long.BYTES) {
      return method;
    }
    String why = "sockets show only in maps with values of 8 bytes (ENOSPC)";
    return method instanceof NextKey ? new KeysOnly(why) : new Impossible(why);
  }

  private static ReadingMethod localStorage(String owners) {
    return new Impossible(
        "local storage hangs on its " + owners + " and cannot be listed (ENOTSUPP)");
  }
}
