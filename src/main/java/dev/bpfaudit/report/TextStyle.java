package dev.bpfaudit.report;

/// What the reader of text sees and wants.
///
/// @param color whether ANSI colours may be used
/// @param width columns of the terminal
/// @param verbose whether nothing is folded
public record TextStyle(boolean color, int width, boolean verbose) {
  private static final int NARROWEST = 40;

  public TextStyle {
    width = Math.max(NARROWEST, width);
  }
}
