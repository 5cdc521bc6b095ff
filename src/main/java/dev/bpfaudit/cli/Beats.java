package dev.bpfaudit.cli;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fixed beats from a start, of which the first is at once. A beat that comes late, because the
/// work of the one before took long or the machine slept, comes once; those that passed meanwhile
/// are counted and not made up for. Nanoseconds of `CLOCK_BOOTTIME`.
final class Beats {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([smh])");

  private final long every;
  private long next;

  Beats(long start, Duration every) {
    this.every = every.toNanos();
    this.next = start;
  }

  /// Reads `60s`, `15m` or `1h`.
  ///
  /// @throws UsageException naming these forms
  static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || Long.parseLong(form.group(1)) == 0) {
      throw new UsageException(
          "--every '"
              + text
              + "' is no interval. Give a number and s, m or h, at least 1s: 5s, 60s, 15m, 1h.");
    }
    long number = Long.parseLong(form.group(1));
    return switch (form.group(2).charAt(0)) {
      case 's' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  /// When the next beat is.
  long next() {
    return next;
  }

  /// Takes the beat if it is time.
  ///
  /// @return how many beats were missed before this one; empty if it is not time yet
  OptionalLong due(long now) {
    if (now < next) {
      return OptionalLong.empty();
    }
    long missed = (now - next) / every;
    next += (missed + 1) * every;
    return OptionalLong.of(missed);
  }
}
