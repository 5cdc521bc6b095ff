package dev.bpfaudit.kernel;

/// What the functions of the kernel that a program calls do to its maps.
final class CallReach {
  /// As `htab_lru_map_gen_lookup` in `kernel/bpf/hashtab.c` calls it.
  private static final String LOOKUP_OF_LRU = "__htab_map_lookup_elem";

  private static final int TAIL_CALL = 12;

  private final Code code;
  private final CodeReach.Maps maps;
  private final HelperNames names;
  private Cell toCallbacks = Cell.NOTHING;

  /// Values that the kernel was given together with a place in the stack: what it keeps there may
  /// lead to them.
  private long lent;

  private long stores;
  private long writes;
  private boolean learned;

  CallReach(Code code, CodeReach.Maps maps, HelperNames names) {
    this.code = code;
    this.maps = maps;
    this.names = names;
  }

  long stores() {
    return stores;
  }

  long writes() {
    return writes;
  }

  /// What the kernel may give to functions of the program that it calls back.
  Cell toCallbacks() {
    return toCallbacks;
  }

  /// Whether something was found since the last question that may matter to what was looked at
  /// before.
  boolean learned() {
    boolean news = learned;
    learned = false;
    return news;
  }

  /// Calls it and gives what it returns.
  Cell call(int i, Cells cells) {
    Cell first = cells.get(1);
    switch (effect(i)) {
      case LOOKS_UP -> {
        return new Cell(first.reaches() & maps.outer(), first.reaches(), 0, 0, 0);
      }
      case UPDATES -> writes |= first.reaches();
      case TAKES -> {
        writes |= first.reaches();
        stores |= cells.get(2).values();
      }
      case GOES_THROUGH -> callsBack(cells.arguments());
      case READS -> {}
      case FILLS_FIRST -> stores |= first.values();
      case FILLS_SECOND -> stores |= cells.get(2).values();
      case FILLS_THIRD -> stores |= cells.get(3).values();
      case ANYTHING -> {
        return anything(cells);
      }
    }
    return Cell.NOTHING;
  }

  private HelperEffect effect(int i) {
    if (code.source(i) != 0) { // a function of the kernel or of a module, of whatever name
      return HelperEffect.ANYTHING;
    }
    return code.immediate(i) == TAIL_CALL
        ? HelperEffect.READS
        : HelperEffect.of(names.of(code.immediate(i)));
  }

  private Cell anything(Cells cells) {
    Cell given = cells.arguments();
    boolean stack = given.is(Cell.FRAME | Cell.FOREIGN);
    long before = lent;
    lent |= stack ? given.values() : 0;
    long reached = given.values() | (stack ? lent : 0);
    stores |= reached;
    writes |= given.maps();
    if (given.is(Cell.CALLBACK)) {
      callsBack(given);
    }
    learned |= lent != before;
    int kind = given.kind() & ~Cell.CALLBACK;
    return new Cell(
        given.reaches() & maps.outer(),
        reached | given.maps(),
        0,
        given.is(Cell.FRAME) ? kind | Cell.LOST : kind,
        0);
  }

  /// What is called back may get all that was given, and values of the maps.
  private void callsBack(Cell given) {
    Cell all = toCallbacks.or(given.or(given.moved()).abroad());
    learned |= !all.equals(toCallbacks);
    toCallbacks = all;
  }

  /// Whether instruction `i` is the mark "lately used" that the kernel puts into the code for each
  /// look-up in an LRU hash; it lies before the key of the entry.
  boolean marksAsUsed(int i) {
    return i >= 4
        && code.opcode(i) == 0x72
        && code.destination(i) == 0
        && code.immediate(i) == 1
        && code.opcode(i - 1) == 0x55
        && code.opcode(i - 2) == 0x71
        && code.destination(i - 2) == 1
        && code.source(i - 2) == 0
        && code.offset(i - 2) == code.offset(i)
        && code.opcode(i - 3) == 0x15
        && code.offset(i - 3) == 4
        && code.opcode(i - 4) == Code.CALL
        && code.source(i - 4) == 0
        && names.of(code.immediate(i - 4)).equals(LOOKUP_OF_LRU);
  }
}
