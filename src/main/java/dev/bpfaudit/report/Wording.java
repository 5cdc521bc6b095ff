package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.KernelText;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/// Numbers, times and names as people read them.
final class Wording {
  private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB");
  private static final int SHOWN_HASH = 12;

  private Wording() {}

  /// `1 map`, `2 maps`.
  static String count(long number, String noun) {
    if (number == 1) {
      return "1 " + noun;
    }
    return number + " " + (noun.endsWith("y") ? noun.replaceAll("y$", "ies") : noun + "s");
  }

  /// `48 B`, `1.2 MiB`.
  static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double amount = bytes / 1024.0;
    int unit = 0;
    while (amount >= 1024 && unit < UNITS.size() - 1) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, UNITS.get(unit));
  }

  /// `2026-11-22 13:40:02Z`: to the second, UTC.
  static String moment(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ');
  }

  /// The two largest units of a span: `2m 11s`, `3d 4h`.
  static String span(Duration span) {
    long days = span.toDays();
    if (days > 0) {
      return days + "d " + span.toHoursPart() + "h";
    }
    if (span.toHours() > 0) {
      return span.toHours() + "h " + span.toMinutesPart() + "m";
    }
    if (span.toMinutes() > 0) {
      return span.toMinutes() + "m " + span.toSecondsPart() + "s";
    }
    return span.toSeconds() > 0 ? span.toSeconds() + "s" : "less than 1s";
  }

  /// The name of a map, also of one that has none.
  static String name(BpfMap map) {
    return map.name().isEmpty() ? "(unnamed)" : KernelText.printable(map.name());
  }

  static String pins(BpfMap map) {
    return KernelText.printable(String.join("  ", map.pins()));
  }

  static String program(BpfProgram program) {
    String name = program.name().isEmpty() ? "(unnamed)" : KernelText.printable(program.name());
    return name
        + " ("
        + program.typeName()
        + ", tag "
        + program.tag()
        + ", id "
        + program.id()
        + ")";
  }

  /// The start of a hash, enough to tell two apart by eye.
  static String shortHash(String hex) {
    return hex.length() <= SHOWN_HASH ? hex : hex.substring(0, SHOWN_HASH);
  }
}
