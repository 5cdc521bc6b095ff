package dev.bpfaudit.kernel;

import java.util.Arrays;

/// What the registers and the stack of one function may hold, at one place of it.
final class Cells {
  /// r0 to r10, and the one that only the kernel uses.
  private static final int REGISTERS = 12;

  /// The 512 bytes the verifier allows, and what the kernel itself adds.
  private static final int SLOTS = 72;

  private static final int FRAME_POINTER = 10;
  private static final int SLOT = 8;

  private final Cell[] cells;

  private Cells(Cell[] cells) {
    this.cells = cells;
  }

  /// Where a function begins; its arguments are nothing.
  static Cells entry() {
    Cell[] cells = new Cell[REGISTERS + SLOTS];
    Arrays.fill(cells, Cell.NOTHING);
    cells[FRAME_POINTER] = Cell.FRAME_POINTER;
    return new Cells(cells);
  }

  Cells copy() {
    return new Cells(cells.clone());
  }

  Cell get(int register) {
    return cells[register];
  }

  void set(int register, Cell cell) {
    if (register != FRAME_POINTER) {
      cells[register] = cell;
    }
  }

  /// A call leaves nothing in the registers for arguments.
  void forgetArguments() {
    for (int register = 1; register <= 5; register++) {
      cells[register] = Cell.NOTHING;
    }
  }

  /// All arguments of a call together.
  Cell arguments() {
    Cell all = Cell.NOTHING;
    for (int register = 1; register <= 5; register++) {
      all = all.or(cells[register]);
    }
    return all;
  }

  /// Everything that lies in the stack.
  Cell stack() {
    Cell all = Cell.NOTHING;
    for (int i = REGISTERS; i < cells.length; i++) {
      all = all.or(cells[i]);
    }
    return all;
  }

  /// What is loaded from the stack at `base`, a [Cell#FRAME].
  Cell load(Cell base, int offset, int size) {
    int at = base.offset() + offset;
    if (base.is(Cell.LOST) || !inside(at, size)) {
      return stack();
    }
    if (size == SLOT && at % SLOT == 0) {
      return cells[slot(at)];
    }
    return cells[slot(at)].or(cells[slot(at + size - 1)]).moved();
  }

  /// Stores into the stack at `base`, a [Cell#FRAME].
  ///
  /// @param surely whether it can go nowhere else
  void store(Cell base, int offset, int size, Cell stored, boolean surely) {
    int at = base.offset() + offset;
    if (base.is(Cell.LOST) || !inside(at, size)) {
      for (int i = REGISTERS; i < cells.length; i++) {
        cells[i] = cells[i].or(stored);
      }
    } else if (surely && size == SLOT && at % SLOT == 0) {
      cells[slot(at)] = stored;
    } else {
      Cell part = stored.moved();
      cells[slot(at)] = cells[slot(at)].or(part);
      cells[slot(at + size - 1)] = cells[slot(at + size - 1)].or(part);
    }
  }

  private static boolean inside(int at, int size) {
    return at >= -SLOT * SLOTS && at + size <= 0;
  }

  private static int slot(int at) {
    return REGISTERS + (-at - 1) / SLOT;
  }

  /// Whether `other` added anything.
  boolean join(Cells other) {
    boolean more = false;
    for (int i = 0; i < cells.length; i++) {
      Cell both = cells[i].or(other.cells[i]);
      if (!both.equals(cells[i])) {
        cells[i] = both;
        more = true;
      }
    }
    return more;
  }
}
