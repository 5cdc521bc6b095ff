package dev.bpfaudit.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Rows of cells below each other: numbers flush right, the last column as long as it needs to be.
final class TextTable {
  private final List<Column> columns;
  private final List<List<Cell>> rows = new ArrayList<>();

  /// A heading; `number` columns are flush right.
  record Column(String title, boolean number) {
    static Column text(String title) {
      return new Column(title, false);
    }

    static Column number(String title) {
      return new Column(title, true);
    }
  }

  /// Text and its colour, which takes no room.
  record Cell(String text, Paint paint) {
    static Cell of(String text) {
      return new Cell(text, Paint.PLAIN);
    }

    static Cell of(long number) {
      return of(Long.toString(number));
    }
  }

  TextTable(Column... columns) {
    this.columns = List.of(columns);
  }

  void row(Cell... cells) {
    rows.add(List.of(cells));
  }

  void write(Page page) throws IOException {
    if (!columns.stream().allMatch(column -> column.title().isEmpty())) {
      rows.addFirst(columns.stream().map(c -> new Cell(c.title(), Paint.BOLD)).toList());
    }
    int[] widths = new int[columns.size()];
    for (List<Cell> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).text().length());
      }
    }
    for (List<Cell> row : rows) {
      page.line(line(page, row, widths));
    }
  }

  private String line(Page page, List<Cell> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      Cell cell = row.get(i);
      String gap = " ".repeat(widths[i] - cell.text().length());
      String text = page.paint(cell.paint(), cell.text());
      boolean last = i == widths.length - 1;
      line.append(columns.get(i).number() ? gap + text : last ? text : text + gap);
      line.append(last ? "" : "  ");
    }
    return line.toString().stripTrailing();
  }
}
