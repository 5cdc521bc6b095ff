package dev.bpfaudit.report;

import java.io.IOException;
import java.io.Writer;

/// Where text goes: lines in the style the reader asked for.
final class Page {
  private final Writer out;
  private final TextStyle style;

  Page(Writer out, TextStyle style) {
    this.out = out;
    this.style = style;
  }

  /// `text` in a colour, if colours are wanted.
  String paint(Paint paint, String text) {
    return paint.on(text, style.color());
  }

  void line(String text) throws IOException {
    out.write(text);
    out.write('\n');
  }

  void line(Paint paint, String text) throws IOException {
    line(paint(paint, text));
  }

  void blank() throws IOException {
    out.write('\n');
  }

  int width() {
    return style.width();
  }

  boolean verbose() {
    return style.verbose();
  }
}
