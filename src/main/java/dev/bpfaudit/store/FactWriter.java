package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Facts as bytes: numbers as varints (7 bits a byte, low first, the high bit says that more
/// follow), texts and bytes after their length. One fact has one spelling.
final class FactWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// An unsigned 64-bit number, 1 to 10 bytes.
  FactWriter number(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  /// A number that may be negative; short if near 0.
  FactWriter signed(long value) {
    return number((value << 1) ^ (value >> 63));
  }

  FactWriter flag(boolean value) {
    out.write(value ? 1 : 0);
    return this;
  }

  FactWriter text(String value) {
    return raw(value.getBytes(StandardCharsets.UTF_8));
  }

  FactWriter bytes(Bytes value) {
    return raw(value.toArray());
  }

  private FactWriter raw(byte[] value) {
    number(value.length);
    out.writeBytes(value);
    return this;
  }

  byte[] written() {
    return out.toByteArray();
  }
}
