package dev.bpfaudit.report;

import java.io.IOException;

/// Something old and what it became.
final class TextPair {
  private static final String ARROW = " → ";

  private final Page page;

  TextPair(Page page) {
    this.page = page;
  }

  /// Writes `head old → fresh` if that fits the width; whether it did.
  boolean line(String head, String old, String fresh) throws IOException {
    if (head.length() + old.length() + ARROW.length() + fresh.length() > page.width()) {
      return false;
    }
    page.line(
        page.paint(Paint.YELLOW, head)
            + page.paint(Paint.RED, old)
            + ARROW
            + page.paint(Paint.GREEN, fresh));
    return true;
  }

  /// Writes the two below each other.
  void lines(String indent, String old, String fresh) throws IOException {
    page.line(indent + page.paint(Paint.RED, "- " + old));
    page.line(indent + page.paint(Paint.GREEN, "+ " + fresh));
  }
}
