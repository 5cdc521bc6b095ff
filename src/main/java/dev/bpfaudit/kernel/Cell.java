package dev.bpfaudit.kernel;

/// What a register, or eight bytes of the stack, may hold: maps are bits, in the order in which the
/// program lists them. Two ways that meet are told together, so that nothing is missed.
///
/// @param maps of which it may be the map itself
/// @param values of which it may be a pointer to a value, or into one
/// @param behind per-CPU maps of which it may be what leads to the values of all processors
/// @param kind what else it may be, see [#FRAME]
/// @param offset from the frame pointer, if it is a [#FRAME] and not [#LOST]
record Cell(long maps, long values, long behind, int kind, int offset) {
  /// A pointer into the stack of the function that has it.
  static final int FRAME = 1;

  /// To wherever in it.
  static final int LOST = 2;

  /// A pointer into the stack of another function.
  static final int FOREIGN = 4;

  /// A function.
  static final int CALLBACK = 8;

  static final Cell NOTHING = new Cell(0, 0, 0, 0, 0);
  static final Cell FRAME_POINTER = new Cell(0, 0, 0, FRAME, 0);

  static Cell map(long bit) {
    return new Cell(bit, 0, 0, 0, 0);
  }

  static Cell value(long bits) {
    return new Cell(0, bits, 0, 0, 0);
  }

  boolean is(int kinds) {
    return (kind & kinds) != 0;
  }

  /// Every map to which it may lead.
  long reaches() {
    return maps | values;
  }

  Cell or(Cell other) {
    if (other.equals(NOTHING) || equals(other)) {
      return this;
    }
    if (equals(NOTHING)) {
      return other;
    }
    boolean here = is(FRAME);
    boolean lost = here && other.is(FRAME) && offset != other.offset;
    return new Cell(
        maps | other.maps,
        values | other.values,
        behind | other.behind,
        kind | other.kind | (lost ? LOST : 0),
        lost ? 0 : here ? offset : other.offset);
  }

  /// After arithmetic with what nobody knows: of a map that is a pointer into it.
  Cell moved() {
    return equals(NOTHING)
        ? this
        : new Cell(0, reaches(), behind, is(FRAME) ? kind | LOST : kind, 0);
  }

  Cell plus(int bytes) {
    return is(FRAME) && !is(LOST) ? new Cell(0, reaches(), behind, kind, offset + bytes) : moved();
  }

  /// As another function sees it.
  Cell abroad() {
    return is(FRAME) ? new Cell(maps, values, behind, (kind & ~(FRAME | LOST)) | FOREIGN, 0) : this;
  }

  /// Where a per-CPU value lies, of what led there.
  Cell onThisProcessor() {
    return new Cell(0, reaches() | behind, 0, is(FRAME) ? kind | LOST : kind, 0);
  }
}
