package dev.bpfaudit.packaged;

import java.util.stream.Stream;

/// The shells that the launcher is written for, as far as this machine has them. On Debian, `sh` is
/// dash.
final class Shells {
  private Shells() {}

  static Stream<String> installed() {
    return Stream.of("sh", "bash", "busybox ash")
        .filter(shell -> Command.shell(shell + " -c true").exitCode() == 0);
  }
}
