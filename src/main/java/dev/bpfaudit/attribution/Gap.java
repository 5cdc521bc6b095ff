package dev.bpfaudit.attribution;

import java.time.Instant;

/// A time in which something was not watched.
///
/// @param path which way of writing, or which maps; `all` for everything
public record Gap(Instant from, Instant to, String path, String why) {
  static final String ALL = "all";
}
