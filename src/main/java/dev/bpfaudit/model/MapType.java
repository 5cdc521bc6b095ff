package dev.bpfaudit.model;

import java.util.Locale;

/// `enum bpf_map_type` of `include/uapi/linux/bpf.h`, up to Linux 7.2. The position is the kernel's
/// number; [#UNKNOWN] stands for any number beyond.
public enum MapType {
  UNSPEC,
  HASH,
  ARRAY,
  PROG_ARRAY,
  PERF_EVENT_ARRAY,
  PERCPU_HASH,
  PERCPU_ARRAY,
  STACK_TRACE,
  CGROUP_ARRAY,
  LRU_HASH,
  LRU_PERCPU_HASH,
  LPM_TRIE,
  ARRAY_OF_MAPS,
  HASH_OF_MAPS,
  DEVMAP,
  SOCKMAP,
  CPUMAP,
  XSKMAP,
  SOCKHASH,
  CGROUP_STORAGE,
  REUSEPORT_SOCKARRAY,
  PERCPU_CGROUP_STORAGE,
  QUEUE,
  STACK,
  SK_STORAGE,
  DEVMAP_HASH,
  STRUCT_OPS,
  RINGBUF,
  INODE_STORAGE,
  TASK_STORAGE,
  BLOOM_FILTER,
  USER_RINGBUF,
  CGRP_STORAGE,
  ARENA,
  INSN_ARRAY,
  RHASH,
  UNKNOWN;

  private static final MapType[] ALL = values();

  /// The type with this kernel number.
  public static MapType of(long number) {
    return number >= 0 && number < ALL.length - 1 ? ALL[Math.toIntExact(number)] : UNKNOWN;
  }

  /// The name of kernel number `number` as bpftool spells it; `type_99` for one nobody here knows.
  public static String spell(long number) {
    MapType type = of(number);
    return type == UNKNOWN ? "type_" + number : type.name().toLowerCase(Locale.ROOT);
  }

  /// Whether one entry holds a value for every possible CPU.
  public boolean perCpu() {
    return switch (this) {
      case PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE -> true;
      default -> false;
    };
  }
}
