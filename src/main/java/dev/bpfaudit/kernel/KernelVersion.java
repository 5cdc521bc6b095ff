package dev.bpfaudit.kernel;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The first two numbers of a kernel release; the third brings no features.
record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
  private static final Pattern START = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");
  private static final Comparator<KernelVersion> ORDER =
      Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

  /// @param release for instance `6.12.9-amd64` or `5.13`
  static KernelVersion of(String release) {
    Matcher numbers = START.matcher(release);
    if (!numbers.matches()) {
      throw new IllegalArgumentException("not a kernel release: " + release);
    }
    return new KernelVersion(
        Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
  }

  @Override
  public int compareTo(KernelVersion other) {
    return ORDER.compare(this, other);
  }
}
