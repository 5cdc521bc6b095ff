package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Reads what [FactWriter] wrote. Throws `IllegalArgumentException` where the bytes end early or
/// are others.
final class FactReader {
  private final byte[] in;
  private int at;

  FactReader(byte[] in) {
    this.in = in.clone();
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = octet();
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }

  long signed() {
    long value = number();
    return (value >>> 1) ^ -(value & 1);
  }

  /// How many things follow; each of them takes a byte or more.
  int count() {
    long count = number();
    if (count < 0 || count > in.length - at) {
      throw new IllegalArgumentException("facts end early");
    }
    return (int) count;
  }

  /// As many things as are said to follow, each read by `one`.
  <T> List<T> list(Function<FactReader, T> one) {
    int count = count();
    List<T> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(one.apply(this));
    }
    return all;
  }

  /// A number that tells alternatives apart.
  int kind() {
    return Math.toIntExact(number());
  }

  /// @param what the facts are, for the message
  void form(int known, String what) {
    int _ = form(List.of(known), what);
  }

  /// @return which of the known forms it is
  int form(List<Integer> known, String what) {
    int form = kind();
    if (!known.contains(form)) {
      throw new IllegalArgumentException(what + " of unknown form " + form);
    }
    return form;
  }

  boolean flag() {
    return octet() != 0;
  }

  String text() {
    return new String(raw(), StandardCharsets.UTF_8);
  }

  Bytes bytes() {
    return Bytes.of(raw());
  }

  void end() {
    if (at != in.length) {
      throw new IllegalArgumentException((in.length - at) + " bytes follow the facts");
    }
  }

  private byte[] raw() {
    int length = count();
    at += length;
    return Arrays.copyOfRange(in, at - length, at);
  }

  private int octet() {
    if (at == in.length) {
      throw new IllegalArgumentException("facts end early");
    }
    return in[at++] & 0xff;
  }
}
