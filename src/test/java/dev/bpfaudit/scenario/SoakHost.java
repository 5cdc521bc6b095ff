package dev.bpfaudit.scenario;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the soak command measures of the host and of the process that checks.
final class SoakHost {
  private static final Path PINS = Path.of("/sys/fs/bpf/bpfaudit");
  private static final Pattern ID = Pattern.compile("^(\\d+): .*");
  private static final Pattern HARM =
      Pattern.compile(
          "Oops|BUG:|WARNING:|panic|lockup|blocked for more than|detected (expedited )?stalls|self-detected stall|Out of memory");

  private SoakHost() {}

  /// @param rss KiB of the process that checks
  /// @param descriptors it has open
  /// @param slab KiB the kernel cannot reclaim
  /// @param perCpu KiB
  /// @param tables bytes of the tracer's
  record Sample(long rss, long descriptors, long slab, long perCpu, long tables) {
    /// Of each the least: what is there between two checks and not in the midst of one.
    static Sample least(List<Sample> samples) {
      return new Sample(
          least(samples, Sample::rss),
          least(samples, Sample::descriptors),
          least(samples, Sample::slab),
          least(samples, Sample::perCpu),
          least(samples, Sample::tables));
    }

    private static long least(List<Sample> samples, ToLongFunction<Sample> of) {
      return samples.stream().mapToLong(of).min().orElseThrow();
    }
  }

  static Sample sample(long pid, long tables) throws IOException {
    return new Sample(
        kib(Path.of("/proc/" + pid + "/status"), "VmRSS"),
        descriptors(pid),
        kib(Path.of("/proc/meminfo"), "SUnreclaim"),
        kib(Path.of("/proc/meminfo"), "Percpu"),
        tables);
  }

  private static long kib(Path file, String field) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow(() -> new IOException(file + " has no " + field));
  }

  private static long descriptors(long pid) throws IOException {
    long count = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path _ : open) {
        count++;
      }
    }
    return count;
  }

  /// Maps, programs and links by id, and whether the tracer's pins are there.
  static Set<String> objects() {
    Set<String> all = new TreeSet<>();
    for (String kind : List.of("map", "prog", "link")) {
      for (String line : Actor.mustRun("bpftool", kind, "show")) {
        Matcher id = ID.matcher(line);
        if (id.matches()) {
          all.add(kind + " " + line);
        }
      }
    }
    if (Files.exists(PINS)) {
      all.add(PINS.toString());
    }
    return all;
  }

  /// What is there now and was not before, once the kernel has had time to free it.
  static Set<String> leftSince(Set<String> before) throws InterruptedException {
    Set<String> left = new TreeSet<>();
    for (int looks = 0; looks < 60; looks++) {
      left = objects();
      left.removeAll(before);
      if (left.isEmpty()) {
        break;
      }
      Thread.sleep(500);
    }
    return left;
  }

  /// What the kernel complained of since it was booted.
  static List<String> complaints() {
    return Actor.mustRun("dmesg").stream().filter(line -> HARM.matcher(line).find()).toList();
  }
}
