package dev.bpfaudit.scenario;

import dev.bpfaudit.attribution.Transient;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Operation;
import java.util.List;

/// What must be told of one change that a scenario made.
///
/// @param map its id
/// @param what which change
/// @param hands who did it, the last first
record Told(long map, What what, List<Hand> hands) {
  Told {
    hands = List.copyOf(hands);
  }

  /// A part of a map.
  sealed interface What {}

  /// The entry under a key.
  record Entry(Bytes key) implements What {}

  /// The entry under a key, which is as it was, and that it was something else.
  record Passing(Bytes key, Transient.Last last) implements What {}

  /// That it was frozen.
  record Frozen() implements What {}

  /// Who did what.
  ///
  /// @param count how often, where each key is counted by itself
  /// @param together how often, where the writes of one batch or one program are counted together
  record Hand(Suspect who, Operation operation, long count, long together) {
    boolean byProgram() {
      return who instanceof Suspect.Program;
    }
  }

  /// One write of one key by one.
  static Told once(long map, String key, Suspect who, Operation operation) {
    return times(map, key, who, operation, 1, 1);
  }

  /// A direct write of one key, which nobody sees: this one could have made it.
  static Told unseen(long map, String key, Suspect who) {
    return times(map, key, who, Operation.STORE, 0, 0);
  }

  static Told times(
      long map, String key, Suspect who, Operation operation, long count, long together) {
    return new Told(
        map, new Entry(Bytes.fromHex(key)), List.of(new Hand(who, operation, count, together)));
  }
}
