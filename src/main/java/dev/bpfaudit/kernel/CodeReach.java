package dev.bpfaudit.kernel;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Which maps the code of a program can write: by a pointer to a value, and by a function of the
/// kernel. It follows what every register and the stack may hold along all ways through the code
/// until nothing new is found. What it does not understand it takes for a write, so it may name one
/// map too many and misses none.
final class CodeReach {
  /// Instructions looked at; a program of 10,000 takes some 50,000.
  private static final long MOST_STEPS = 5_000_000;

  private static final int PSEUDO_MAP = 1;
  private static final int PSEUDO_MAP_VALUE = 2;
  private static final int CONSTANT = 0;
  private static final int PSEUDO_BTF_ID = 3;

  /// Distances to subprograms are kept in 16 bits.
  private static final int MOST_INSTRUCTIONS = Short.MAX_VALUE;

  private final Code code;
  private final Maps maps;
  private final CallReach calls;
  private final MemoryReach memory;
  private final Map<Integer, Cells> places = new HashMap<>();
  private final BitSet pending = new BitSet();
  private final BitSet seen = new BitSet();
  private final Map<Integer, Cell> results = new HashMap<>();

  private long steps;

  /// Whether something was found that may matter to what was looked at before.
  private boolean more;

  private boolean gaveUp;

  /// The maps of a program, a bit each.
  ///
  /// @param bits by id
  /// @param outer those whose values are maps
  /// @param perCpu those with a value for every processor
  record Maps(Map<Long, Long> bits, long outer, long perCpu) {
    Maps {
      bits = Map.copyOf(bits);
    }
  }

  /// @param stores maps whose values it can write through a pointer
  /// @param calls maps it can write by a function of the kernel
  /// @param understood whether the code was; else both are all maps
  record Found(long stores, long calls, boolean understood) {}

  /// @param names of the kernel's functions
  CodeReach(Code code, Maps maps, HelperNames names) {
    this.code = code;
    this.maps = maps;
    this.calls = new CallReach(code, maps, names);
    this.memory = new MemoryReach(code, maps);
  }

  Found find() {
    gaveUp = code.isBlinded() || (code.hasSubprograms() && code.length() > MOST_INSTRUCTIONS);
    enter(0, Cells.entry());
    boolean again;
    do {
      walkAll();
      boolean called = calls.learned();
      boolean spilled = memory.learned();
      again = more || called || spilled;
      more = false;
      if (again) {
        places.keySet().forEach(pending::set);
      }
    } while (!gaveUp && (again || enterTheUnreached()));
    return gaveUp
        ? new Found(-1, -1, false)
        : new Found(memory.stores() | calls.stores(), calls.writes(), true);
  }

  private void walkAll() {
    while (!pending.isEmpty() && !gaveUp) {
      int place = pending.nextSetBit(0);
      pending.clear(place);
      walk(place, Objects.requireNonNull(places.get(place)).copy());
    }
  }

  private void enter(int place, Cells cells) {
    if (place < 0 || place >= code.length()) {
      gaveUp = true;
      return;
    }
    Cells known = places.putIfAbsent(place, cells.copy());
    if (known == null || known.join(cells)) {
      pending.set(place);
    }
  }

  /// Code to which no way leads is called by the kernel in a way nobody here knows.
  private boolean enterTheUnreached() {
    for (int i = 0; i < code.length(); i += code.size(i)) {
      if (!seen.get(i)) {
        Cells anything = Cells.entry();
        for (int register = 1; register <= 5; register++) {
          anything.set(register, new Cell(-1, -1, -1, Cell.FOREIGN, 0));
        }
        enter(i, anything);
        return true;
      }
    }
    return false;
  }

  private void walk(int place, Cells cells) {
    int i = place;
    do {
      if (++steps > MOST_STEPS || i >= code.length()) {
        gaveUp = true;
        return;
      }
      seen.set(i);
      if (!step(i, cells)) {
        return;
      }
      i += code.size(i);
    } while (!code.isTarget(i));
    enter(i, cells);
  }

  /// Whether control may go on to the next instruction.
  private boolean step(int i, Cells cells) {
    switch (code.opcode(i) & 7) {
      case Code.LD -> load64(i, cells);
      case Code.LDX -> cells.set(code.destination(i), memory.load(i, cells, code.source(i)));
      case Code.ST -> storeConstant(i, cells);
      case Code.STX -> storeRegister(i, cells);
      case Code.ALU, Code.ALU64 -> calculate(i, cells);
      default -> {
        return jump(i, cells);
      }
    }
    return true;
  }

  private void load64(int i, Cells cells) {
    if (code.opcode(i) != Code.LOAD_64) { // bytes of a packet, into r0
      cells.set(0, Cell.NOTHING);
      cells.forgetArguments();
      return;
    }
    long bit = maps.bits().getOrDefault(Integer.toUnsignedLong(code.immediate(i)), -1L);
    Cell loaded =
        switch (code.source(i)) {
          case CONSTANT, PSEUDO_BTF_ID -> Cell.NOTHING;
          case PSEUDO_MAP -> Cell.map(bit);
          case PSEUDO_MAP_VALUE -> Cell.value(bit);
          case Code.PSEUDO_FUNCTION -> callback(i);
          default -> new Cell(-1, -1, -1, 0, 0);
        };
    cells.set(code.destination(i), loaded);
  }

  private Cell callback(int i) {
    Cells entry = Cells.entry();
    for (int register = 1; register <= 5; register++) {
      entry.set(register, calls.toCallbacks());
    }
    enter(code.callback(i), entry);
    return new Cell(0, 0, 0, Cell.CALLBACK, 0);
  }

  private void storeConstant(int i, Cells cells) {
    boolean barrier = (code.opcode(i) & 0xe0) == 0xc0; // against speculation; it stores nothing
    if (!barrier && !calls.marksAsUsed(i)) {
      memory.store(i, cells, Cell.NOTHING);
    }
  }

  private void storeRegister(int i, Cells cells) {
    int mode = code.opcode(i) & 0xe0;
    boolean atomic = mode == 0xc0 || mode == 0xe0;
    if (atomic && code.immediate(i) == 0x100) { // a load with a barrier, since 6.15
      cells.set(code.destination(i), memory.load(i, cells, code.source(i)));
      return;
    }
    Cell old = memory.load(i, cells, code.destination(i));
    Cell stored = cells.get(code.source(i));
    memory.store(i, cells, atomic ? stored.or(old).moved() : stored);
    if (atomic && (code.immediate(i) & 1) != 0) { // it gives back what was there
      cells.set(code.immediate(i) == 0xf1 ? 0 : code.source(i), old);
    }
  }

  private void calculate(int i, Cells cells) {
    int opcode = code.opcode(i);
    int to = code.destination(i);
    boolean wide = (opcode & 7) == Code.ALU64;
    boolean register = (opcode & 8) != 0;
    Cell from = register ? cells.get(code.source(i)) : Cell.NOTHING;
    Cell now = cells.get(to);
    cells.set(
        to,
        switch (opcode & 0xf0) {
          case 0xb0 -> moved(i, from, wide);
          case 0x00 -> register || !wide ? sum(now, from) : now.plus(code.immediate(i));
          case 0x10 -> register || !wide ? sum(now, from) : now.plus(-code.immediate(i));
          case 0x80, 0xd0 -> now.moved(); // one operand
          default -> sum(now, from);
        });
  }

  private static Cell sum(Cell a, Cell b) {
    return a.moved().or(b.moved());
  }

  private Cell moved(int i, Cell from, boolean wide) {
    if (!wide) {
      return from.moved();
    }
    return switch (code.offset(i)) {
      case 0 -> from;
      case -1 -> from.onThisProcessor(); // since 6.10
      default -> from.moved();
    };
  }

  private boolean jump(int i, Cells cells) {
    return switch (code.opcode(i)) {
      case Code.CALL -> {
        if (code.source(i) == Code.PSEUDO_CALL) {
          callSubprogram(i, cells);
        } else {
          callKernel(i, cells);
        }
        yield true;
      }
      case Code.EXIT -> {
        result(code.functionOf(i), cells.get(0).abroad());
        yield false;
      }
      case Code.JUMP, Code.LONG_JUMP -> {
        enter(code.target(i), cells);
        yield false;
      }
      case 0x0d, 0x8d -> { // to an address in a register
        gaveUp = true;
        yield false;
      }
      default -> {
        enter(code.target(i), cells);
        yield true;
      }
    };
  }

  private void result(int function, Cell cell) {
    Cell known = results.getOrDefault(function, Cell.NOTHING);
    Cell all = known.or(cell);
    more |= !all.equals(known);
    results.put(function, all);
  }

  private void callSubprogram(int i, Cells cells) {
    Cells entry = Cells.entry();
    for (int register = 1; register <= 5; register++) {
      entry.set(register, cells.get(register).abroad());
    }
    memory.lend(cells);
    enter(code.called(i), entry);
    cells.forgetArguments();
    cells.set(0, results.getOrDefault(code.called(i), Cell.NOTHING));
  }

  private void callKernel(int i, Cells cells) {
    if (cells.arguments().is(Cell.CALLBACK)) {
      memory.lend(cells);
    }
    Cell given = calls.call(i, cells);
    cells.forgetArguments();
    cells.set(0, given);
  }
}
