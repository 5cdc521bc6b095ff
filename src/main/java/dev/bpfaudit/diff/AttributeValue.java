package dev.bpfaudit.diff;

import java.util.List;

/// One fact about a map, of the kind it is.
public sealed interface AttributeValue {
  /// Yes or no.
  record Flag(boolean on) implements AttributeValue {}

  /// An unsigned 64-bit number.
  record Amount(long number) implements AttributeValue {}

  /// An unsigned 32-bit set of flags.
  record FlagSet(long bits) implements AttributeValue {}

  /// A name or a digest.
  record Text(String text) implements AttributeValue {}

  /// Several names, sorted.
  record Texts(List<String> texts) implements AttributeValue {
    public Texts {
      texts = List.copyOf(texts);
    }
  }
}
