package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.WrittenValue;
import java.util.List;
import java.util.Optional;

/// What the ledger tells of canaries.
///
/// @param value hash of what was written
/// @param program the program that wrote, if one did
record CanaryRows(List<ObservedWrite> writes, long value, Optional<Long> program) {
  CanaryRows {
    writes = List.copyOf(writes);
  }

  /// Whether a canary in the map `id` is there, with who wrote it and what.
  boolean tell(Canary canary, long id) {
    return writes.stream()
        .anyMatch(write ->
            write.mapId() == id
                && write.operation() == canary.operation()
                && isEntered(canary, write)
                && isBy(canary.from(), write.author())
                && isValue(canary.type(), write.value()));
  }

  /// What the entry of a call did not show is doubtful.
  private static boolean isEntered(Canary canary, ObservedWrite write) {
    return !write.doubtful() || !canary.hook().equals("entered");
  }

  private boolean isBy(Canary.By from, Author author) {
    return switch (author) {
      case Author.Caller(var process) -> from == Canary.By.CALL && ProcessTable.isThis(process);
      case Author.Program(var written, _) ->
          from == Canary.By.PROGRAM && program.filter(id -> id == written.id()).isPresent();
      case Author.UnknownProgram _ -> from == Canary.By.PROGRAM;
      case Author.Unknown _ -> true;
    };
  }

  /// A snapshot shows other bytes of the other types than were given.
  private boolean isValue(MapType type, WrittenValue shown) {
    return switch (type) {
      case ARRAY, HASH, LRU_HASH, LPM_TRIE, QUEUE, STACK, BLOOM_FILTER, RHASH ->
          !(shown instanceof WrittenValue.Hashed(long hash, _, _)) || hash == value;
      default -> true;
    };
  }
}
