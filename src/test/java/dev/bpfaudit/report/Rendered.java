package dev.bpfaudit.report;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/// A document as one string.
final class Rendered {
  private Rendered() {}

  static String text(Document document, boolean color, boolean verbose) {
    return render(Facts.renderer(color, verbose), document, Format.TEXT);
  }

  static String of(Document document, Format format) {
    return render(Facts.renderer(false, false), document, format);
  }

  private static String render(Renderer renderer, Document document, Format format) {
    StringWriter out = new StringWriter();
    try {
      renderer.render(document, format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }
}
