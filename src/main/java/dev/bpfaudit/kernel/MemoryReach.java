package dev.bpfaudit.kernel;

/// What the loads and stores of a program do to its maps, and what lies in its stack.
final class MemoryReach {
  private final Code code;
  private final CodeReach.Maps maps;

  /// What other functions may find in, or put into, somebody's stack.
  private Cell abroad = Cell.NOTHING;

  private long stores;
  private boolean learned;

  MemoryReach(Code code, CodeReach.Maps maps) {
    this.code = code;
    this.maps = maps;
  }

  /// Maps to whose values something is stored.
  long stores() {
    return stores;
  }

  /// Whether something was found since the last question that may matter to what was looked at
  /// before.
  boolean learned() {
    boolean news = learned;
    learned = false;
    return news;
  }

  /// What instruction `i` loads from where register `from` points.
  Cell load(int i, Cells cells, int from) {
    Cell base = cells.get(from);
    long inner = base.reaches() & maps.outer();
    Cell loaded = new Cell(inner, inner, base.reaches() & maps.perCpu(), 0, 0);
    if (base.is(Cell.FRAME)) {
      loaded = cells.load(base, code.offset(i), code.width(i)).or(loaded).or(abroad);
    }
    return base.is(Cell.FOREIGN) ? loaded.or(abroad) : loaded;
  }

  /// Instruction `i` stores to where its destination points.
  void store(int i, Cells cells, Cell stored) {
    Cell base = cells.get(code.destination(i));
    stores |= base.values();
    if (base.is(Cell.FRAME)) {
      boolean surely = base.kind() == Cell.FRAME && base.reaches() == 0;
      cells.store(base, code.offset(i), code.width(i), stored, surely);
    }
    if (base.is(Cell.FOREIGN)) {
      spill(stored);
    }
  }

  /// Others get a pointer into the stack, if there is one among the arguments of a call, and may
  /// look into it from now on.
  void lend(Cells cells) {
    if (cells.arguments().is(Cell.FRAME)) {
      spill(cells.stack());
    }
  }

  private void spill(Cell cell) {
    Cell all = abroad.or(cell.abroad());
    learned |= !all.equals(abroad);
    abroad = all;
  }
}
