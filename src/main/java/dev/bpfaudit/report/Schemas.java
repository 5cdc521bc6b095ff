package dev.bpfaudit.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The published JSON schemas (draft 2020-12), one for each document and each kind of JSONL line.
public final class Schemas {
  private static final List<String> NAMES =
      List.of(
          "baseline",
          "doctor",
          "doctor-line",
          "log",
          "log-line",
          "maps",
          "maps-line",
          "notice",
          "report",
          "report-line",
          "schema",
          "schema-line",
          "show",
          "show-line",
          "snapshot",
          "tracer",
          "verify",
          "write");

  private Schemas() {}

  /// All names, sorted.
  public static List<String> names() {
    return NAMES;
  }

  /// The schema `name`, as JSON.
  ///
  /// @throws IllegalArgumentException if there is no schema of that name
  public static String text(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException("no schema \"" + name + "\"; there are " + NAMES);
    }
    try (InputStream in = Schemas.class.getResourceAsStream("/schemas/" + name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("schema " + name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("read schema " + name, e);
    }
  }
}
