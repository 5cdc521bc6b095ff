package dev.bpfaudit.kernel;

import static dev.bpfaudit.model.MapType.*;
import static dev.bpfaudit.model.Operation.CREATE;
import static dev.bpfaudit.model.Operation.DELETE;
import static dev.bpfaudit.model.Operation.FREEZE;
import static dev.bpfaudit.model.Operation.LOOKUP_AND_DELETE;
import static dev.bpfaudit.model.Operation.MMAP;
import static dev.bpfaudit.model.Operation.OPEN;
import static dev.bpfaudit.model.Operation.POP;
import static dev.bpfaudit.model.Operation.PUSH;
import static dev.bpfaudit.model.Operation.RELEASE;
import static dev.bpfaudit.model.Operation.UPDATE;

import dev.bpfaudit.kernel.Hook.From;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Every program of `bpf/`. Which function serves which types of map is what `struct bpf_map_ops`
/// and `bpf_map_update_value` in `kernel/bpf/` say; the functions are the same from 5.10 to 7.2,
/// where a kernel has them.
final class HookTable {
  /// Sees what the hooks of tries, queues and stacks see of system calls, for kernels on which
  /// these cannot be attached.
  static final Hook UPDATE_VALUE =
      operation(
          "update_value",
          "bpf_map_update_value",
          From.CALLS,
          Set.of(UPDATE, PUSH),
          LPM_TRIE,
          QUEUE,
          STACK);

  static final List<Hook> OPERATIONS =
      List.of(
          update("update_array", "array_map_update_elem", From.BOTH, ARRAY, PERCPU_ARRAY),
          update("update_hash", "htab_map_update_elem", From.BOTH, HASH),
          update("update_lru", "htab_lru_map_update_elem", From.BOTH, LRU_HASH),
          update("update_pcpu", "htab_percpu_map_update_elem", From.PROGRAMS, PERCPU_HASH),
          update(
              "update_lrupcpu", "htab_lru_percpu_map_update_elem", From.PROGRAMS, LRU_PERCPU_HASH),
          update("update_lpm", "trie_update_elem", From.BOTH, LPM_TRIE),
          update("update_sock", "sock_map_update_elem", From.PROGRAMS, SOCKMAP, SOCKHASH),
          update("update_socksys", "sock_map_update_elem_sys", From.CALLS, SOCKMAP, SOCKHASH),
          update("update_dev", "dev_map_update_elem", From.BOTH, DEVMAP),
          update("update_devhash", "dev_map_hash_update_elem", From.BOTH, DEVMAP_HASH),
          update("update_cpu", "cpu_map_update_elem", From.BOTH, CPUMAP),
          update("update_xsk", "xsk_map_update_elem", From.BOTH, XSKMAP),
          update("update_cgrp", "cgroup_storage_update_elem", From.BOTH, CGROUP_STORAGE),
          update("update_ops", "bpf_struct_ops_map_update_elem", From.BOTH, STRUCT_OPS),
          update(
              "update_reuse",
              "bpf_fd_reuseport_array_update_elem",
              From.CALLS,
              REUSEPORT_SOCKARRAY),
          update("update_insn", "insn_array_update_elem", From.BOTH, INSN_ARRAY),
          update("update_rhash", "rhtab_map_update_elem", From.BOTH, RHASH),
          update(
              "update_pcpu_sys",
              "bpf_percpu_hash_update",
              From.CALLS,
              PERCPU_HASH,
              LRU_PERCPU_HASH),
          update("update_parr_sys", "bpf_percpu_array_update", From.CALLS, PERCPU_ARRAY),
          update(
              "update_pcgrp",
              "bpf_percpu_cgroup_storage_update",
              From.CALLS,
              PERCPU_CGROUP_STORAGE),
          update(
              "update_fdarray",
              "bpf_fd_array_map_update_elem",
              From.CALLS,
              PROG_ARRAY,
              PERF_EVENT_ARRAY,
              CGROUP_ARRAY,
              ARRAY_OF_MAPS),
          update("update_fdhash", "bpf_fd_htab_map_update_elem", From.CALLS, HASH_OF_MAPS),
          delete("delete_hash", "htab_map_delete_elem", HASH, PERCPU_HASH, HASH_OF_MAPS),
          delete("delete_lru", "htab_lru_map_delete_elem", LRU_HASH, LRU_PERCPU_HASH),
          delete("delete_lpm", "trie_delete_elem", LPM_TRIE),
          delete(
              "delete_fdarray",
              "fd_array_map_delete_elem",
              PROG_ARRAY,
              PERF_EVENT_ARRAY,
              CGROUP_ARRAY,
              ARRAY_OF_MAPS),
          delete("delete_sock", "sock_map_delete_elem", SOCKMAP),
          delete("delete_sockhash", "sock_hash_delete_elem", SOCKHASH),
          delete("delete_dev", "dev_map_delete_elem", DEVMAP),
          delete("delete_devhash", "dev_map_hash_delete_elem", DEVMAP_HASH),
          delete("delete_cpu", "cpu_map_delete_elem", CPUMAP),
          delete("delete_xsk", "xsk_map_delete_elem", XSKMAP),
          delete("delete_reuse", "reuseport_array_delete_elem", REUSEPORT_SOCKARRAY),
          delete("delete_stack", "stack_map_delete_elem", STACK_TRACE),
          delete("delete_ops", "bpf_struct_ops_map_delete_elem", STRUCT_OPS),
          delete("delete_rhash", "rhtab_map_delete_elem", RHASH),
          take("take_hash", "htab_map_lookup_and_delete_elem", HASH, HASH_OF_MAPS),
          take("take_pcpu", "htab_percpu_map_lookup_and_delete_elem", PERCPU_HASH),
          take("take_lru", "htab_lru_map_lookup_and_delete_elem", LRU_HASH),
          take("take_lrupcpu", "htab_lru_percpu_map_lookup_and_delete_elem", LRU_PERCPU_HASH),
          take("take_rhash", "rhtab_map_lookup_and_delete_elem", RHASH),
          operation(
              "push_queue", "queue_stack_map_push_elem", From.BOTH, Set.of(PUSH), QUEUE, STACK),
          operation("push_bloom", "bloom_map_push_elem", From.BOTH, Set.of(PUSH), BLOOM_FILTER),
          operation("pop_queue", "queue_map_pop_elem", From.BOTH, Set.of(POP), QUEUE),
          operation("pop_stack", "stack_map_pop_elem", From.BOTH, Set.of(POP), STACK),
          UPDATE_VALUE); // last: only where the others could not be attached

  private static final Set<Operation> OF_MAPS = Set.of(CREATE, OPEN, FREEZE);
  private static final Set<Operation> ALL_CALLS =
      Set.of(CREATE, OPEN, FREEZE, UPDATE, DELETE, LOOKUP_AND_DELETE, PUSH, POP);

  /// The system call at its return, by fentry.
  static final List<Hook> RETURNS =
      List.of(
          call("call_64", "__x64_sys_bpf", OF_MAPS),
          call("call_32", "__ia32_sys_bpf", OF_MAPS),
          call("mapped", "bpf_map_mmap", Set.of(MMAP)),
          new Hook(
              Hook.CALLS,
              "released",
              "bpf_map_release",
              Hook.everyType(),
              Set.of(RELEASE),
              From.BOTH));

  /// The system call by raw tracepoints.
  static final List<Hook> TRACEPOINTS =
      List.of(
          call("entered", "sys_enter", ALL_CALLS),
          call("left", "sys_exit", ALL_CALLS),
          call("left_mmap", "sys_exit", Set.of(MMAP)));

  /// Writes by BPF programs, where fentry is not to be had.
  static final List<Hook> KPROBES =
      List.of(
          kprobe("k_update_array", "array_map_update_elem", UPDATE, ARRAY, PERCPU_ARRAY),
          kprobe("k_update_hash", "htab_map_update_elem", UPDATE, HASH),
          kprobe("k_update_lru", "htab_lru_map_update_elem", UPDATE, LRU_HASH),
          kprobe("k_update_pcpu", "htab_percpu_map_update_elem", UPDATE, PERCPU_HASH),
          kprobe("k_update_lrupc", "htab_lru_percpu_map_update_elem", UPDATE, LRU_PERCPU_HASH),
          kprobe("k_update_lpm", "trie_update_elem", UPDATE, LPM_TRIE),
          kprobe("k_update_rhash", "rhtab_map_update_elem", UPDATE, RHASH),
          kprobe("k_delete_hash", "htab_map_delete_elem", DELETE, HASH, PERCPU_HASH),
          kprobe("k_delete_lru", "htab_lru_map_delete_elem", DELETE, LRU_HASH, LRU_PERCPU_HASH),
          kprobe("k_delete_lpm", "trie_delete_elem", DELETE, LPM_TRIE),
          kprobe("k_delete_sock", "sock_map_delete_elem", DELETE, SOCKMAP),
          kprobe("k_delete_sockh", "sock_hash_delete_elem", DELETE, SOCKHASH),
          kprobe("k_delete_rhash", "rhtab_map_delete_elem", DELETE, RHASH),
          kprobe("k_push_queue", "queue_stack_map_push_elem", PUSH, QUEUE, STACK),
          kprobe("k_push_bloom", "bloom_map_push_elem", PUSH, BLOOM_FILTER),
          kprobe("k_pop_queue", "queue_map_pop_elem", POP, QUEUE),
          kprobe("k_pop_stack", "stack_map_pop_elem", POP, STACK),
          new Hook(
              Hook.KPROBES,
              "k_switched",
              "write_enabled_file_bool",
              Set.of(),
              Set.of(),
              From.PROGRAMS));

  static final Hook LOADED =
      new Hook(Hook.PROGRAMS, "loaded", "bpf_prog_kallsyms_add", Set.of(), Set.of(), From.PROGRAMS);

  /// Sees `kernel.ftrace_enabled` being written, at the root of the cgroups.
  static final Hook WITNESS =
      new Hook(Hook.WITNESS, "switched", "sysctl", Set.of(), Set.of(), From.PROGRAMS);

  /// All of them.
  static final List<Hook> ALL =
      Stream.of(OPERATIONS, RETURNS, KPROBES, TRACEPOINTS, List.of(LOADED, WITNESS))
          .flatMap(List::stream)
          .toList();

  private HookTable() {}

  private static Hook update(String program, String function, From from, MapType... types) {
    return operation(program, function, from, Set.of(UPDATE), types);
  }

  private static Hook delete(String program, String function, MapType... types) {
    return operation(program, function, From.BOTH, Set.of(DELETE), types);
  }

  private static Hook take(String program, String function, MapType... types) {
    return operation(program, function, From.CALLS, Set.of(LOOKUP_AND_DELETE), types);
  }

  private static Hook operation(
      String program, String function, From from, Set<Operation> operations, MapType... types) {
    return new Hook(Hook.OPERATIONS, program, function, Set.of(types), operations, from);
  }

  private static Hook kprobe(
      String program, String function, Operation operation, MapType... types) {
    return new Hook(
        Hook.KPROBES, program, function, Set.of(types), Set.of(operation), From.PROGRAMS);
  }

  private static Hook call(String program, String function, Set<Operation> operations) {
    return new Hook(Hook.CALLS, program, function, Hook.everyType(), operations, From.CALLS);
  }
}
