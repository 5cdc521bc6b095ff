package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/// What commands find around them; tests give their own.
///
/// @param kernel loads the native side when first asked for
/// @param environment variables
record Context(
    Supplier<Kernel> kernel, Clock clock, Map<String, String> environment, Terminal terminal) {}
