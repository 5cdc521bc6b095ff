package dev.bpfaudit.kernel;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/// File names are bytes to the kernel. A Java [Path] keeps them, but shows them decoded with the
/// character set of the locale; its URI is the one lossless way in and out.
final class NativePath {
  private NativePath() {}

  /// @param absolute bytes of an absolute path
  static Path of(byte[] absolute) {
    StringBuilder uri = new StringBuilder("file://");
    for (byte part : absolute) {
      if (part == '/' || (part > 0 && Character.isLetterOrDigit(part))) {
        uri.append((char) part);
      } else {
        uri.append(String.format(Locale.ROOT, "%%%02X", part & 0xff));
      }
    }
    return Path.of(URI.create(uri.toString()));
  }

  /// The bytes of an absolute path that is no directory.
  static byte[] bytes(Path file) {
    byte[] uri = file.toUri().getRawPath().getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(uri.length);
    for (int i = 0; i < uri.length; i++) {
      if (uri[i] == '%') {
        bytes.write((Character.digit(uri[i + 1], 16) << 4) | Character.digit(uri[i + 2], 16));
        i += 2;
      } else {
        bytes.write(uri[i]);
      }
    }
    return bytes.toByteArray();
  }
}
