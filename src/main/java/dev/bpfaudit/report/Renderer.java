package dev.bpfaudit.report;

import java.io.IOException;
import java.io.Writer;

/// Writes a [Document], streaming: a report holds one entry at a time, however many there are.
public final class Renderer {
  private final Tool tool;
  private final TextStyle style;

  /// @param style for [Format#TEXT]
  public Renderer(Tool tool, TextStyle style) {
    this.tool = tool;
    this.style = style;
  }

  /// Writes and flushes, does not close `out`.
  ///
  /// @throws IOException as `out` throws it, for instance when a pipe was closed
  public void render(Document document, Format format, Writer out) throws IOException {
    switch (format) {
      case TEXT -> new TextDocument(new Page(out, style)).write(document);
      case JSON -> {
        try (Json json = Json.indented(out)) {
          new JsonDocument(json, tool).write(document);
        }
      }
      case JSONL -> {
        try (Json json = Json.lines(out)) {
          new JsonLines(json, tool).write(document);
        }
      }
    }
    out.flush();
  }
}
