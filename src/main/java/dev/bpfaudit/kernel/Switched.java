package dev.bpfaudit.kernel;

import dev.bpfaudit.model.KernelText;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Somebody wrote a setting that switches hooks off and on: `struct switched` in `bpf/ledger.h`.
/// Whether the kernel obeyed is not known.
///
/// @param atNanos `CLOCK_BOOTTIME`
/// @param off whether the hooks were to be off from then on
record Switched(long atNanos, Setting setting, long pid, String comm, boolean off) {
  static final int SIZE = 8 + 16 * 40;

  private static final int ROW = 40;
  private static final int ROWS = 16;

  /// In the order of `enum setting`.
  enum Setting {
    FTRACE("kernel.ftrace_enabled"),
    KPROBES("kprobes/enabled in debugfs");

    final String label;

    Setting(String label) {
      this.label = label;
    }
  }

  /// Those that are kept, the earliest first: the last sixteen.
  static List<Switched> all(MemorySegment table) {
    long count = table.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    List<Switched> all = new ArrayList<>();
    for (int i = 0; i < ROWS && i < count; i++) {
      all.add(read(table.asSlice(8 + (long) ROW * i, ROW)));
    }
    all.sort(Comparator.comparingLong(Switched::atNanos));
    return all;
  }

  private static Switched read(MemorySegment row) {
    Setting[] settings = Setting.values();
    int setting = row.get(ValueLayout.JAVA_INT_UNALIGNED, 12);
    String value = new String(ObjectInfo.name(row.asSlice(32, 8)), StandardCharsets.ISO_8859_1);
    return new Switched(
        row.get(ValueLayout.JAVA_LONG_UNALIGNED, 0),
        settings[Math.floorMod(setting, settings.length)],
        Integer.toUnsignedLong(row.get(ValueLayout.JAVA_INT_UNALIGNED, 8)),
        KernelText.decode(ObjectInfo.name(row.asSlice(16, 16))),
        isOff(value.strip()));
  }

  /// As `proc_dointvec` and `kstrtobool` read it: a number that is not 0, `y`, or `on`.
  private static boolean isOff(String value) {
    return !value.matches("(?s)[-+]?0*[1-9].*|[yY].*|[oO][nN].*");
  }
}
