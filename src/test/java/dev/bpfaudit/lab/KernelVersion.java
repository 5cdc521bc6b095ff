package dev.bpfaudit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A kernel series, such as 5.10.
record KernelVersion(int major, int minor) {
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);

  /// @param release as `uname -r` prints it; only its first two numbers count
  static KernelVersion of(String release) {
    Matcher numbers = RELEASE.matcher(release);
    if (!numbers.matches()) {
      throw new IllegalArgumentException(release + " is no Linux release");
    }
    return new KernelVersion(
        Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
  }

  static KernelVersion running() {
    try {
      return of(Files.readString(Path.of("/proc/sys/kernel/osrelease")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isOlderThan(KernelVersion other) {
    return major != other.major ? major < other.major : minor < other.minor;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
