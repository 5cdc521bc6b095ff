package dev.bpfaudit.store;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.TableRef;
import java.util.List;
import java.util.Optional;

/// What a snapshot says of its host, without when: the part that stays the same while nothing
/// changes.
record Manifest(List<Entry> maps, List<BpfProgram> programs) {
  static final Manifest EMPTY = new Manifest(List.of(), List.of());

  Manifest {
    maps = List.copyOf(maps);
    programs = List.copyOf(programs);
  }

  record Entry(BpfMap map, Contents contents) {
    /// The table these contents refer to, if any.
    Optional<TableRef> table() {
      return switch (contents) {
        case Contents.Complete(TableRef table) -> Optional.of(table);
        case Contents.Partial(TableRef table, _) -> Optional.of(table);
        case Contents.Unreadable _ -> Optional.empty();
        case Contents.NotEnumerable(_, TableRef seen) -> Optional.of(seen);
      };
    }

    /// Whether the map should have been read and was not, or not to its end.
    boolean unread() {
      return switch (contents) {
        case Contents.Complete _, Contents.NotEnumerable _ -> false;
        case Contents.Partial _, Contents.Unreadable _ -> true;
      };
    }
  }

  static Manifest of(Capture capture) {
    return new Manifest(
        capture.maps().stream().map(m -> new Entry(m.map(), m.contents())).toList(),
        capture.programs());
  }

  long unread() {
    return maps.stream().filter(Entry::unread).count();
  }
}
