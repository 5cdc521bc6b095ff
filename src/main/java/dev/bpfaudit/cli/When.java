package dev.bpfaudit.cli;

import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.SnapshotHeader;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A stored snapshot as the user names it.
sealed interface When {
  String FORMS =
      "@12, baseline, previous, boot, 2h or 3d (ago), or an ISO-8601 date or instant such as"
          + " 2026-01-31T12:00:00Z";
  Pattern NUMBER = Pattern.compile("@([0-9]{1,18})");
  Pattern AGO = Pattern.compile("([0-9]{1,9})([smhdw])");

  /// `@12`.
  record Numbered(long number) implements When {}

  /// `baseline`.
  record TheBaseline() implements When {}

  /// What is meant when nothing is said.
  record Newest() implements When {}

  /// `previous`: the one before the newest.
  record Previous() implements When {}

  /// `boot`: the first one of the newest one's boot.
  record Boot() implements When {}

  /// `2h`, `3d`: the newest at or before that long ago.
  record Ago(Duration ago) implements When {}

  /// The newest at or before a moment.
  record At(Instant instant) implements When {}

  /// Reads what the user wrote.
  ///
  /// @throws UsageException naming the forms there are, or the word that was likely meant
  static When parse(String text) {
    Matcher number = NUMBER.matcher(text);
    Matcher ago = AGO.matcher(text);
    if (number.matches()) {
      return new Numbered(Long.parseLong(number.group(1)));
    }
    if (ago.matches()) {
      return new Ago(unit(ago.group(2).charAt(0)).multipliedBy(Long.parseLong(ago.group(1))));
    }
    return switch (text) {
      case "baseline" -> new TheBaseline();
      case "previous" -> new Previous();
      case "boot" -> new Boot();
      default ->
          new At(
              instant(text)
                  .orElseThrow(() ->
                      new UsageException(
                          "'"
                              + text
                              + "' names no snapshot"
                              + Nearest.hint(text, List.of("baseline", "previous", "boot"))
                              + ". Give "
                              + FORMS
                              + ".")));
    };
  }

  private static Duration unit(char letter) {
    return switch (letter) {
      case 's' -> Duration.ofSeconds(1);
      case 'm' -> Duration.ofMinutes(1);
      case 'h' -> Duration.ofHours(1);
      case 'd' -> Duration.ofDays(1);
      default -> Duration.ofDays(7);
    };
  }

  /// Takes a space for the `T`, too, as our own text shows times.
  private static Optional<Instant> instant(String asWritten) {
    String text = asWritten.replace(' ', 'T');
    try {
      if (text.length() <= 10) {
        return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      boolean zoned = text.matches(".*(Z|z|[+-][0-9:]{2,6})$") && text.length() > 16;
      return Optional.of(
          zoned
              ? OffsetDateTime.parse(text).toInstant()
              : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException _) {
      return Optional.empty(); // the caller says which forms there are
    }
  }

  /// Finds the snapshot among `log`, newest first.
  ///
  /// @throws UsageException if there is none, naming the nearest there are
  static SnapshotHeader find(
      When when, List<SnapshotHeader> log, Optional<Baseline> baseline, Instant now) {
    if (log.isEmpty()) {
      throw new UsageException(
          "the store holds no snapshot yet. Take one: sudo bpfaudit snapshot.");
    }
    return switch (when) {
      case Numbered(long number) ->
          first(log, header -> header.number() == number)
              .orElseThrow(() -> none("@" + number, log));
      case Newest() -> log.getFirst();
      case TheBaseline() ->
          baseline
              .map(Baseline::snapshot)
              .orElseThrow(() ->
                  new UsageException("no baseline is set. Set one: sudo bpfaudit baseline set."));
      case Previous() -> {
        if (log.size() < 2) {
          throw new UsageException(
              "there is no previous snapshot: @" + log.getFirst().number() + " is the only one.");
        }
        yield log.get(1);
      }
      case Boot() -> firstOfBoot(log);
      case Ago(Duration ago) -> atOrBefore(log, now.minus(ago));
      case At(Instant instant) -> atOrBefore(log, instant);
    };
  }

  private static SnapshotHeader firstOfBoot(List<SnapshotHeader> log) {
    String boot = log.getFirst().host().bootId();
    return log.stream()
        .takeWhile(header -> header.host().bootId().equals(boot))
        .reduce(log.getFirst(), (_, older) -> older);
  }

  private static SnapshotHeader atOrBefore(List<SnapshotHeader> log, Instant instant) {
    return first(log, header -> !header.takenAt().isAfter(instant))
        .orElseThrow(() -> none("at or before " + seconds(instant), log));
  }

  private static Optional<SnapshotHeader> first(
      List<SnapshotHeader> log, Predicate<SnapshotHeader> wanted) {
    return log.stream().filter(wanted).findFirst();
  }

  private static Instant seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS);
  }

  private static UsageException none(String asked, List<SnapshotHeader> log) {
    SnapshotHeader oldest = log.getLast();
    SnapshotHeader newest = log.getFirst();
    return new UsageException(
        "no snapshot "
            + asked
            + ". The oldest is @"
            + oldest.number()
            + " of "
            + seconds(oldest.takenAt())
            + ", the newest @"
            + newest.number()
            + " of "
            + seconds(newest.takenAt())
            + ". To begin with the oldest: @"
            + oldest.number()
            + ".");
  }
}
