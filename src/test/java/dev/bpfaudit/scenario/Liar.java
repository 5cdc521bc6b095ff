package dev.bpfaudit.scenario;

import dev.bpfaudit.model.MapType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A BPF program that answers bpf(2) in the kernel's stead, to this process alone
/// (`src/test/scenarios/liar.c`), until it is closed.
///
/// @param id of the program
record Liar(Actor loader, long id) implements AutoCloseable {
  private static final Pattern LYING = Pattern.compile("lying (\\d+)");
  private static final long ALL = 0xffff_ffffL;

  /// What the program hangs on.
  enum By {
    FMOD_RET,
    LSM
  }

  /// Lists of maps end with `id`.
  static Optional<Liar> endingMapsWith(By by, long id) {
    return start(by, "list", id, ALL, 2);
  }

  /// Lists of programs do.
  static Optional<Liar> endingProgramsWith(By by, long id) {
    return start(by, "programs", id, ALL, 2);
  }

  /// Map `id` cannot be opened.
  static Optional<Liar> refusing(By by, long id, int errno) {
    return start(by, "open", id, id, errno);
  }

  /// No map of this type can be made.
  static Optional<Liar> refusingToMake(By by, MapType type, int errno) {
    int number = List.of(MapType.values()).indexOf(type);
    return start(by, "make", number, number, errno);
  }

  /// Empty if this kernel does not let such a program be loaded.
  private static Optional<Liar> start(By by, String about, long first, long last, int errno) {
    Actor loader =
        Actor.start(
            List.of(
                Writer.binary("liar").toString(),
                by.name().toLowerCase(Locale.ROOT),
                Long.toString(ProcessHandle.current().pid()),
                about,
                Long.toString(first),
                Long.toString(last),
                Integer.toString(errno)));
    try {
      Matcher lying = LYING.matcher(loader.line());
      if (lying.matches()) {
        return Optional.of(new Liar(loader, Long.parseLong(lying.group(1))));
      }
      throw new AssertionError("not what a liar says");
    } catch (AssertionError e) {
      loader.close();
      if (e.getMessage() != null && e.getMessage().contains("load: errno 1:")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    loader.close();
  }
}
