package dev.bpfaudit.report;

import dev.bpfaudit.model.Bytes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// At most sixteen bytes as hex in groups of four, with their ASCII beside it.
///
/// @param from position of the first byte
/// @param to position behind the last
record HexRow(Bytes bytes, int from, int to) {
  static final int WIDTH = 16;
  private static final int GROUP = 4;
  private static final int FULL_HEX = WIDTH * 2 + WIDTH / GROUP - 1;
  private static final HexFormat HEX = HexFormat.of();

  /// The rows of `bytes` from one position to another.
  static List<HexRow> of(Bytes bytes, int from, int to) {
    List<HexRow> rows = new ArrayList<>();
    for (int at = from; at < to; at += WIDTH) {
      rows.add(new HexRow(bytes, at, Math.min(to, at + WIDTH)));
    }
    return rows;
  }

  /// `0a000001 |....|`, for at most sixteen bytes; nothing for none.
  static String line(Bytes bytes) {
    HexRow row = new HexRow(bytes, 0, bytes.length());
    return bytes.length() == 0 ? "" : row.hex() + "  " + row.ascii();
  }

  /// As [#line], the hex as wide as that of a full row, behind the position.
  String positioned() {
    String hex = hex();
    return String.format("%04x  ", from)
        + hex
        + " ".repeat(FULL_HEX - hex.length())
        + "  "
        + ascii();
  }

  private String hex() {
    StringBuilder out = new StringBuilder();
    for (int at = from; at < to; at++) {
      if (at > from && (at - from) % GROUP == 0) {
        out.append(' ');
      }
      HEX.toHexDigits(out, bytes.at(at));
    }
    return out.toString();
  }

  private String ascii() {
    StringBuilder out = new StringBuilder("|");
    for (int at = from; at < to; at++) {
      byte value = bytes.at(at);
      out.append(value >= ' ' && value <= '~' ? (char) value : '.');
    }
    return out.append('|').toString();
  }
}
