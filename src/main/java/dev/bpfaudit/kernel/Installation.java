package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What was decided when the tracer was installed: one value of a pinned, frozen array.
///
/// @param id random, 16 bytes
/// @param fentryRefused why the kernel's functions are not hooked; empty if they are
/// @param build SHA-256 of the compiled objects
/// @param ownMaps ids of all maps of the tracer, pinned or not
/// @param hooks SHA-256 over [HookState#identity] of all hooks
record Installation(
    Bytes id,
    long seed,
    long installedNanos,
    HookKind kind,
    String fentryRefused,
    Bytes build,
    TracerRequest.Sizes sizes,
    List<Long> ownMaps,
    Bytes hooks,
    Path store) {
  static final int KEY_SIZE = 4;
  static final int VALUE_SIZE = 4096;
  static final int MOST_OWN_MAPS = 64;

  private static final List<HookKind> KINDS = List.of(HookKind.values());
  private static final int STORE_BYTES = 3072;
  private static final int STORE_AT = VALUE_SIZE - STORE_BYTES;
  private static final int HOOKS_AT = 96;
  private static final int OWN_AT = 128;
  private static final int REFUSED_AT = 512;
  private static final int REFUSED_BYTES = 256;

  Installation {
    ownMaps = List.copyOf(ownMaps);
  }

  /// The installation whose tracer is pinned; empty if there is none, or only a part of one.
  static Optional<Installation> find() {
    if (!TracerFiles.exist()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      return OwnMap.open(TracerFiles.of(TracerFiles.INSTALLATION), KEY_SIZE, VALUE_SIZE, 1)
          .map(map -> {
            try (map) {
              return read(map.at(0, arena));
            }
          });
    }
  }

  /// Whether what is pinned as an installation cannot be changed by user space.
  static boolean isFrozen() {
    return PinnedObject.open(TracerFiles.of(TracerFiles.INSTALLATION))
        .map(fd -> {
          try (fd) {
            return FdInfo.of(fd).frozen();
          }
        })
        .orElse(false);
  }

  /// Whether this build of bpfaudit made it.
  boolean isCurrent() {
    return build.equals(TracerInstaller.build());
  }

  private static Installation read(MemorySegment from) {
    List<Long> own = new ArrayList<>();
    int count = Math.clamp(from.get(ValueLayout.JAVA_INT, 36), 0, MOST_OWN_MAPS);
    for (int i = 0; i < count; i++) {
      own.add(Integer.toUnsignedLong(from.get(ValueLayout.JAVA_INT, OWN_AT + 4L * i)));
    }
    return new Installation(
        Bytes.of(from.asSlice(0, 16)),
        from.get(ValueLayout.JAVA_LONG, 16),
        from.get(ValueLayout.JAVA_LONG, 24),
        KINDS.get(Math.floorMod(from.get(ValueLayout.JAVA_INT, 32), KINDS.size())),
        from.getString(REFUSED_AT, StandardCharsets.UTF_8),
        Bytes.of(from.asSlice(40, 32)),
        sizes(from),
        own,
        Bytes.of(from.asSlice(HOOKS_AT, 32)),
        Path.of(from.getString(STORE_AT, StandardCharsets.UTF_8)));
  }

  private static TracerRequest.Sizes sizes(MemorySegment from) {
    return new TracerRequest.Sizes(
        from.get(ValueLayout.JAVA_INT, 72),
        from.get(ValueLayout.JAVA_INT, 76),
        from.get(ValueLayout.JAVA_INT, 80),
        from.get(ValueLayout.JAVA_INT, 84),
        from.get(ValueLayout.JAVA_INT, 88),
        from.get(ValueLayout.JAVA_INT, 92));
  }

  /// Room for one, which is nobody's yet.
  static OwnMap room() {
    return new ScratchMapMaker().array("installation", VALUE_SIZE);
  }

  /// Fills, freezes and pins the array.
  void keep(OwnMap map) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(VALUE_SIZE, 8);
      MemorySegment.copy(id.asSegment(), 0, to, 0, 16);
      to.set(ValueLayout.JAVA_LONG, 16, seed);
      to.set(ValueLayout.JAVA_LONG, 24, installedNanos);
      to.set(ValueLayout.JAVA_INT, 32, KINDS.indexOf(kind));
      to.set(ValueLayout.JAVA_INT, 36, ownMaps.size() + 1);
      MemorySegment.copy(build.asSegment(), 0, to, 40, 32);
      int[] numbers = {
        sizes.writes(),
        sizes.overflow(),
        sizes.processes(),
        sizes.programs(),
        sizes.calls(),
        sizes.keyedEntries()
      };
      for (int i = 0; i < numbers.length; i++) {
        to.set(ValueLayout.JAVA_INT, 72 + 4L * i, numbers[i]);
      }
      for (int i = 0; i < ownMaps.size(); i++) {
        to.set(ValueLayout.JAVA_INT, OWN_AT + 4L * i, ownMaps.get(i).intValue());
      }
      MemorySegment.copy(hooks.asSegment(), 0, to, HOOKS_AT, 32);
      long self = PinnedObject.mapId(map.fd());
      to.set(ValueLayout.JAVA_INT, OWN_AT + 4L * ownMaps.size(), (int) self);
      String refused =
          fentryRefused.substring(0, Math.min(REFUSED_BYTES - 1, fentryRefused.length()));
      to.setString(REFUSED_AT, refused, StandardCharsets.UTF_8);
      to.setString(STORE_AT, store.toString(), StandardCharsets.UTF_8);
      map.put(0, to);
      map.freeze();
      PinnedObject.pin(map.fd(), TracerFiles.of(TracerFiles.INSTALLATION));
    }
  }
}
