package dev.bpfaudit.kernel;

import static dev.bpfaudit.model.MapType.*;
import static dev.bpfaudit.model.Operation.CREATE;
import static dev.bpfaudit.model.Operation.DELETE;
import static dev.bpfaudit.model.Operation.LOOKUP_AND_DELETE;
import static dev.bpfaudit.model.Operation.MMAP;
import static dev.bpfaudit.model.Operation.POP;
import static dev.bpfaudit.model.Operation.PUSH;
import static dev.bpfaudit.model.Operation.RELEASE;
import static dev.bpfaudit.model.Operation.UPDATE;

import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import java.util.List;

/// A write of our own by which one hook shows that it is called.
///
/// The others have none: they would need a socket (`sockmap`, `xskmap`, `reuseport_sockarray`), a
/// program in a cgroup, a struct_ops, or 32-bit code. They count as called as long as their link is
/// in place and any hook of their kind sees its canary, for what switches hooks off without
/// touching a link (`kernel.ftrace_enabled`, `kprobes/enabled`) does it to all of one kind.
///
/// @param hook the name of its program
/// @param type of the map that is written, or made
/// @param from who writes it
record Canary(String hook, MapType type, Operation operation, By from) {
  /// Who writes.
  enum By {
    /// This process, by system call.
    CALL,
    /// A program of ours, by `BPF_PROG_TEST_RUN`.
    PROGRAM
  }

  /// Stands for the map that is made, mapped and let go of; those of other types are only written.
  static final MapType HANDLED = UNSPEC;

  private static final List<Canary> CALLS =
      List.of(
          call("update_array", ARRAY, UPDATE),
          call("update_hash", HASH, UPDATE),
          call("update_lru", LRU_HASH, UPDATE),
          call("update_lpm", LPM_TRIE, UPDATE),
          call("update_dev", DEVMAP, UPDATE),
          call("update_devhash", DEVMAP_HASH, UPDATE),
          call("update_cpu", CPUMAP, UPDATE),
          call("update_rhash", RHASH, UPDATE),
          call("update_pcpu_sys", PERCPU_HASH, UPDATE),
          call("update_parr_sys", PERCPU_ARRAY, UPDATE),
          call("update_fdarray", PROG_ARRAY, UPDATE),
          call("update_fdhash", HASH_OF_MAPS, UPDATE),
          call("update_value", LPM_TRIE, UPDATE),
          call("delete_hash", HASH, DELETE),
          call("delete_lru", LRU_HASH, DELETE),
          call("delete_lpm", LPM_TRIE, DELETE),
          call("delete_fdarray", PROG_ARRAY, DELETE),
          call("delete_dev", DEVMAP, DELETE),
          call("delete_devhash", DEVMAP_HASH, DELETE),
          call("delete_cpu", CPUMAP, DELETE),
          call("delete_xsk", XSKMAP, DELETE),
          call("delete_rhash", RHASH, DELETE),
          call("take_hash", HASH, LOOKUP_AND_DELETE),
          call("take_pcpu", PERCPU_HASH, LOOKUP_AND_DELETE),
          call("take_lru", LRU_HASH, LOOKUP_AND_DELETE),
          call("take_lrupcpu", LRU_PERCPU_HASH, LOOKUP_AND_DELETE),
          call("take_rhash", RHASH, LOOKUP_AND_DELETE),
          call("push_queue", QUEUE, PUSH),
          call("push_bloom", BLOOM_FILTER, PUSH),
          call("pop_queue", QUEUE, POP),
          call("pop_stack", STACK, POP),
          call("call_64", HANDLED, CREATE),
          call("mapped", HANDLED, MMAP),
          call("released", HANDLED, RELEASE),
          call("entered", HASH, UPDATE),
          call("left", HASH, UPDATE),
          call("left", HANDLED, CREATE),
          call("left_mmap", HANDLED, MMAP));

  private static final List<Canary> PROGRAMS =
      List.of(
          program("update_array", ARRAY, UPDATE),
          program("update_hash", HASH, UPDATE),
          program("update_lru", LRU_HASH, UPDATE),
          program("update_lpm", LPM_TRIE, UPDATE),
          program("update_rhash", RHASH, UPDATE),
          program("update_pcpu", PERCPU_HASH, UPDATE),
          program("update_lrupcpu", LRU_PERCPU_HASH, UPDATE),
          program("delete_hash", HASH, DELETE),
          program("delete_lru", LRU_HASH, DELETE),
          program("delete_lpm", LPM_TRIE, DELETE),
          program("delete_rhash", RHASH, DELETE),
          program("push_queue", QUEUE, PUSH),
          program("pop_queue", QUEUE, POP),
          program("k_update_array", ARRAY, UPDATE),
          program("k_update_hash", HASH, UPDATE),
          program("k_update_lru", LRU_HASH, UPDATE),
          program("k_update_pcpu", PERCPU_HASH, UPDATE),
          program("k_update_lrupc", LRU_PERCPU_HASH, UPDATE),
          program("k_update_lpm", LPM_TRIE, UPDATE),
          program("k_update_rhash", RHASH, UPDATE),
          program("k_delete_hash", HASH, DELETE),
          program("k_delete_lru", LRU_HASH, DELETE),
          program("k_delete_lpm", LPM_TRIE, DELETE),
          program("k_delete_rhash", RHASH, DELETE),
          program("k_push_queue", QUEUE, PUSH),
          program("k_pop_queue", QUEUE, POP));

  /// Of one hook; none if nothing cheap reaches it.
  static List<Canary> of(Hook hook) {
    return java.util.stream.Stream.concat(CALLS.stream(), PROGRAMS.stream())
        .filter(canary -> canary.hook().equals(hook.program()))
        .toList();
  }

  private static Canary call(String hook, MapType type, Operation operation) {
    return new Canary(hook, type, operation, By.CALL);
  }

  private static Canary program(String hook, MapType type, Operation operation) {
    return new Canary(hook, type, operation, By.PROGRAM);
  }
}
