package dev.bpfaudit.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Text that comes from the kernel and is therefore an attacker's: turned into Java strings without
/// loss, and made printable before it reaches a terminal.
public final class KernelText {
  private KernelText() {}

  /// Decodes UTF-8 without loss: a byte that is no UTF-8 becomes `\xNN`, a backslash `\\`.
  public static String decode(byte[] text) {
    StringBuilder out = new StringBuilder(text.length);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(text);
    CharBuffer chars = CharBuffer.allocate(text.length + 1);
    while (true) {
      var result = decoder.reset().decode(in, chars, true);
      out.append(chars.flip().toString().replace("\\", "\\\\"));
      chars.clear();
      if (!result.isError()) {
        return out.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.append(String.format(Locale.ROOT, "\\x%02x", in.get() & 0xff));
      }
    }
  }

  /// `text` with every control, format, private, unassigned and separator character but the space
  /// written in hex after `\x` or a backslash and `u`, so that it cannot move a cursor, break a
  /// line or turn a line around.
  public static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(point -> appendPrintable(out, point));
    return out.toString();
  }

  private static void appendPrintable(StringBuilder out, int point) {
    if (point == ' ' || !isUnsafe(point)) {
      out.appendCodePoint(point);
    } else if (point < 0x100) {
      out.append(String.format(Locale.ROOT, "\\x%02x", point));
    } else {
      out.append(String.format(Locale.ROOT, "\\u%04x", point));
    }
  }

  private static boolean isUnsafe(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
