package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Holder;
import dev.bpfaudit.model.ProgramReach;
import dev.bpfaudit.model.Reach;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;
import dev.bpfaudit.model.Tracing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What was found besides the maps, kept with the snapshots.
final class SurroundingsTest {
  private static final String HOST = Samples.HOST.id();
  private static final Reach REACH =
      new Reach(
          List.of(
              new ProgramReach(
                  new TracedProgram(7, Bytes.fromHex("0011223344556677"), "fw\u202e", 6, ""),
                  List.of(3L, 4_000_000_000L),
                  List.of())),
          List.of(
              new Holder(
                  new TracedProcess(9, 10, "agent", "/a", List.of("a", ""), 0, "/c", "", 1, "init"),
                  List.of(3L),
                  List.of(5L, 6L))),
          List.of("mappings: this kernel has no task_vma iterator"));

  @TempDir private Path directory;

  private static SnapshotHeader record(Store store, Surroundings found) {
    try (Recording recording = store.begin(Samples.HOST)) {
      Capture capture =
          Samples.capture(Samples.HOST, Samples.NOON, List.of(Samples.random(1, 3, 4)));
      return recording.commit(capture, new Tracing.NotTraced("none"), found);
    }
  }

  private static Surroundings found(int number) {
    List<Alarm> alarms = new ArrayList<>();
    for (Alarm.Kind kind : Alarm.Kind.values()) {
      for (Alarm.Severity severity : Alarm.Severity.values()) {
        alarms.add(new Alarm(kind, severity, "map " + number + " \u001b[2J", "why"));
      }
    }
    return new Surroundings(alarms, REACH, List.of("the kernel's own list: EPERM " + number));
  }

  @Test
  void restoresWhatWasFound() {
    List<Surroundings> all = List.of(found(1), Surroundings.NONE, found(1), found(2));
    List<SnapshotHeader> headers = new ArrayList<>();
    try (Store store = Store.open(directory, said -> {})) {
      all.forEach(found -> headers.add(record(store, found)));
    }
    try (Store store = Store.open(directory, said -> {})) {
      assertThat(headers.stream().map(store::surroundings)).isEqualTo(all);
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
    }
  }

  @Test
  void readsWhatWasStoredBeforeItWasSaidWhatWasUnchecked() {
    byte[] old =
        new FactWriter()
            .number(1)
            .number(1)
            .text("HIDDEN_MAP")
            .text("CRITICAL")
            .text("what")
            .text("why")
            .bytes(Bytes.EMPTY)
            .written();
    assertThat(SurroundingsCodec.decode(old, _ -> REACH))
        .isEqualTo(
            new Surroundings(
                List.of(new Alarm(Alarm.Kind.HIDDEN_MAP, Alarm.Severity.CRITICAL, "what", "why")),
                REACH));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE snapshot SET surroundings = NULL WHERE number = 2",
        "UPDATE snapshot SET surroundings = (SELECT surroundings FROM snapshot WHERE number = 3) WHERE number = 2",
        "DELETE FROM surroundings WHERE digest = (SELECT surroundings FROM snapshot WHERE number = 2)",
      })
  void namesTheSnapshotWhoseSurroundingsWereEdited(String edit) {
    try (Store store = Store.open(directory, said -> {})) {
      record(store, found(1));
      record(store, found(2));
      record(store, found(3));
    }
    try (Database database = Database.writing(directory.resolve("store.mv.db"), "edited")) {
      database.run("edit", c -> c.createStatement().execute(edit));
      database.commit("edit");
    }
    try (Store store = Store.open(directory, said -> {})) {
      assertThat(store.verify(Optional.empty()).faults())
          .extracting(fault -> fault.row())
          .containsExactly("snapshot @2");
      assertThat(store.hosts()).extracting(host -> host.id()).containsExactly(HOST);
    }
  }
}
