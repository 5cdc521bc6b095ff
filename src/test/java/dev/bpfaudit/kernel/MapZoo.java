package dev.bpfaudit.kernel;

import static dev.bpfaudit.kernel.RawBpf.u32;
import static dev.bpfaudit.kernel.RawBpf.u64;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// One map of every type, filled, made without the code under test.
final class MapZoo implements AutoCloseable {
  private static final int MMAPABLE = 1 << 10;
  private static final int EXISTING = 2;

  private final Resources resources = new Resources();
  private final KernelTypes types;
  private final int cpus;

  MapZoo(KernelTypes types, int cpus) {
    this.types = types;
    this.cpus = cpus;
  }

  /// A filled map of type number `type`, or the errno with which the kernel refuses to make one.
  int make(int type) throws IOException {
    return switch (MapType.of(type)) {
      case HASH, LRU_HASH -> entries(type, 0, u32(7), u64(700), u32(0xfffefdfc), u64(-5));
      case ARRAY -> entries(type, 0, u32(1), u64(11), u32(3), u64(33));
      case PERCPU_HASH, LRU_PERCPU_HASH -> entries(type, 0, u32(9), slots(1), u32(5), slots(2));
      case PERCPU_ARRAY -> entries(type, 0, u32(0), slots(3), u32(2), slots(4));
      case LPM_TRIE ->
          entries(type, 1, Bytes.fromHex("080000000a000000"), u64(1), lpm("0a010000"), u64(2));
      case PROG_ARRAY -> entries(type, 0, u32(2), u32(program()));
      case PERF_EVENT_ARRAY -> entries(type, 0, u32(0), u32(resources.perfEvent()));
      case CGROUP_ARRAY -> entries(type, 0, u32(0), u32(resources.open(resources.cgroup())));
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> mapOfMaps(type);
      case DEVMAP -> entries(type, 0, u32(1), u32(1));
      case DEVMAP_HASH -> entries(type, 0, u32(77), u64(1));
      case CPUMAP -> entries(type, 0, u32(1), u64(192));
      case SOCKMAP, REUSEPORT_SOCKARRAY -> entries(type, 0, u32(1), u64(resources.udpSocket()));
      case SOCKHASH -> entries(type, 0, u32(1234), u64(resources.udpSocket()));
      case XSKMAP -> keep(RawBpf.create(type, 4, 4, 4, 0));
      case STACK_TRACE -> stackTraces(type);
      case CGROUP_STORAGE -> cgroupStorage(type, u64(42));
      case PERCPU_CGROUP_STORAGE -> cgroupStorage(type, slots(5));
      case QUEUE, STACK -> entries(type, 0, Bytes.EMPTY, u32(10), Bytes.EMPTY, u32(20));
      case BLOOM_FILTER -> entries(type, 0, Bytes.EMPTY, u32(10));
      case SK_STORAGE -> localStorage(type, resources.udpSocket());
      case INODE_STORAGE -> localStorage(type, resources.open(Path.of("/proc/self/exe")));
      case TASK_STORAGE -> localStorage(type, resources.pidfd());
      case CGRP_STORAGE -> localStorage(type, resources.open(resources.cgroup()));
      case STRUCT_OPS -> structOps(type);
      case RINGBUF, USER_RINGBUF -> keep(RawBpf.create(type, 0, 0, 4096, 0));
      case ARENA -> keep(RawBpf.create(type, 0, 0, 1, MMAPABLE));
      case INSN_ARRAY -> entries(type, 0, u32(1), Bytes.fromHex("07" + "00".repeat(15)));
      case RHASH -> entries(type, 1, u32(7), u64(700), u32(0xfffefdfc), u64(-5));
      case UNSPEC, UNKNOWN -> keep(RawBpf.create(type, 4, 8, 4, 0));
    };
  }

  private int keep(int fd) {
    return fd < 0 ? fd : resources.keepFd("map", fd);
  }

  /// @param keysAndValues in turn; their sizes are those of the map
  private int entries(int type, int flags, Bytes... keysAndValues) {
    boolean perCpu = MapType.of(type).perCpu();
    int valueSize = perCpu ? 8 : keysAndValues[1].length();
    int map = keep(RawBpf.create(type, keysAndValues[0].length(), valueSize, 4, flags));
    for (int i = 0; map >= 0 && i < keysAndValues.length; i += 2) {
      RawBpf.ok("update", RawBpf.update(map, keysAndValues[i], keysAndValues[i + 1], 0));
    }
    return map;
  }

  private static Bytes lpm(String network) {
    return Bytes.fromHex("10000000" + network);
  }

  /// A value of 8 bytes for each possible CPU, all different.
  private Bytes slots(int seed) {
    ByteBuffer values = ByteBuffer.allocate(8 * cpus).order(ByteOrder.nativeOrder());
    for (int cpu = 0; cpu < cpus; cpu++) {
      values.putLong(1000L * seed + cpu);
    }
    return Bytes.of(values.array());
  }

  private int program() {
    ByteBuffer code = Insns.code(2).put(Insns.move(0, 3)).put(Insns.exit());
    return resources.keep(RawBpf.loadProgram(1, 0, code, 0));
  }

  private int mapOfMaps(int type) {
    int inner = keep(RawBpf.create(1, 4, 4, 1, 0));
    int map =
        keep(
            RawBpf.bpf(
                RawBpf.MAP_CREATE, RawBpf.withInner(RawBpf.createAttr(type, 4, 4, 4, 0), inner)));
    if (map >= 0) {
      RawBpf.ok("update", RawBpf.update(map, u32(3), u32(inner), 0));
    }
    return map;
  }

  private int stackTraces(int type) {
    int map = keep(RawBpf.create(type, 4, 8 * 64, 256, 0));
    if (map >= 0) {
      Resources.recordStacks(map);
    }
    return map;
  }

  private int cgroupStorage(int type, Bytes value) throws IOException {
    int map = keep(RawBpf.create(type, 16, 8, 0, 0));
    if (map >= 0) {
      resources.attachWithStorage(map, resources.open(resources.cgroup()));
      byte[] key = new byte[16];
      RawBpf.ok("next key", RawBpf.nextKey(map, Bytes.EMPTY, key));
      RawBpf.ok("update", RawBpf.update(map, Bytes.of(key), value, EXISTING));
    }
    return map;
  }

  private int localStorage(int type, int ownerFd) {
    int btf = resources.keep(RawBpf.loadBtf());
    ByteBuffer attr = RawBpf.createAttr(type, 4, 4, 0, 1);
    attr.putInt(48, btf).putInt(52, 1).putInt(56, 1);
    int map = keep(RawBpf.bpf(RawBpf.MAP_CREATE, attr));
    if (map >= 0) {
      int failed = RawBpf.update(map, u32(ownerFd), u32(5), 0);
      if (failed != -Errno.EBADF) { // inodes have storage only where lsm= has bpf
        RawBpf.ok("update", failed);
      }
    }
    return map;
  }

  /// A congestion control without functions yet, which reads as zeros.
  private int structOps(int type) {
    String ops = "bpf_struct_ops_tcp_congestion_ops";
    ByteBuffer attr = RawBpf.createAttr(type, 4, types.structSize(ops), 1, 0);
    attr.putInt(48, resources.keep(RawBpf.loadBtf())).putInt(60, types.structId(ops));
    return keep(RawBpf.bpf(RawBpf.MAP_CREATE, attr));
  }

  @Override
  public void close() throws IOException {
    resources.close();
  }
}
