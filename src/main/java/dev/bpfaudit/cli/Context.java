package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/// What commands find around them; tests give their own.
///
/// @param kernel loads the native side when first asked for
/// @param environment variables
/// @param pace asked for only by commands that run until they are told to end
record Context(
    Supplier<Kernel> kernel,
    Clock clock,
    Map<String, String> environment,
    Terminal terminal,
    Supplier<Pace> pace) {

  /// For commands that end by themselves.
  Context(
      Supplier<Kernel> kernel, Clock clock, Map<String, String> environment, Terminal terminal) {
    this(
        kernel,
        clock,
        environment,
        terminal,
        () -> {
          throw new IllegalStateException("nobody tells this command to end");
        });
  }
}
