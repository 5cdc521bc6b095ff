package dev.bpfaudit.model;

/// What was done to a map. [#STORE] is a direct write through a pointer or a mapping, which no hook
/// sees.
public enum Operation {
  UPDATE("update"),
  DELETE("delete"),
  LOOKUP_AND_DELETE("lookupAndDelete"),
  PUSH("push"),
  POP("pop"),
  FREEZE("freeze"),
  CREATE("create"),
  RELEASE("release"),
  OPEN("open"),
  MMAP("mmap"),
  STORE("store");

  /// As reports spell it.
  public final String label;

  Operation(String label) {
    this.label = label;
  }

  /// Whether it can change the entries of a map.
  public boolean writesEntries() {
    return switch (this) {
      case UPDATE, DELETE, LOOKUP_AND_DELETE, PUSH, POP, STORE -> true;
      case FREEZE, CREATE, RELEASE, OPEN, MMAP -> false;
    };
  }

  /// Whether it takes an entry away.
  public boolean removesEntries() {
    return switch (this) {
      case DELETE, LOOKUP_AND_DELETE, POP -> true;
      case UPDATE, PUSH, FREEZE, CREATE, RELEASE, OPEN, MMAP, STORE -> false;
    };
  }
}
