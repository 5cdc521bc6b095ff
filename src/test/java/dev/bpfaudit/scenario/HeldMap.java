package dev.bpfaudit.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A map that no process has a descriptor of (`src/test/scenarios/holder.c`). It is gone when this
/// is closed.
record HeldMap(Actor holder, long id) implements AutoCloseable {
  private static final Pattern MADE = Pattern.compile("map (\\d+)");

  /// What alone keeps it.
  enum By {
    PROGRAM,
    /// In a mount namespace of the holder's own.
    PIN,
    /// In a message that nobody receives.
    FLIGHT
  }

  /// A hash with keys of 4 bytes and values of 8, and one entry.
  ///
  /// @param directory where a bpffs may be mounted, out of sight
  static HeldMap make(By by, String key, String value, Path directory) {
    Actor holder =
        Actor.start(
            List.of(
                Writer.binary("holder").toString(),
                by.name().toLowerCase(Locale.ROOT),
                key,
                value,
                directory.toString()));
    try {
      String line = holder.line();
      Matcher made = MADE.matcher(line);
      if (!made.matches()) {
        throw new AssertionError("not what a holder says: " + line);
      }
      return new HeldMap(holder, Long.parseLong(made.group(1)));
    } catch (AssertionError e) {
      holder.close();
      throw e;
    }
  }

  @Override
  public void close() {
    holder.close();
  }
}
