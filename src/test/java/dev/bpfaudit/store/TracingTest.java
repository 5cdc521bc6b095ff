package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.Verification;
import dev.bpfaudit.store.StoreException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the tracer saw, kept with the snapshots.
final class TracingTest {
  private static final String HOST = Samples.HOST.id();
  private static final Bytes FIRST = Bytes.fromHex("00112233445566778899aabbccddeeff");
  private static final Bytes SECOND = Bytes.fromHex("ff112233445566778899aabbccddee00");
  private static final int EDITED = 2;

  @TempDir private Path directory;

  private Store open() {
    return Store.open(directory, said -> {});
  }

  private static Capture capture(HostFacts host) {
    return Samples.capture(host, Samples.NOON, List.of(Samples.random(1, 3, 4)));
  }

  private static SnapshotHeader record(Store store, Tracing tracing) {
    return Samples.record(store, capture(Samples.HOST), tracing);
  }

  private static Tracing.Traced traced(Bytes installation, long generation) {
    return new RandomTracing(generation).traced(installation, generation, 20);
  }

  @Test
  void restoresWhateverATracerMaySay() {
    List<Tracing> tracings = new ArrayList<>();
    List<SnapshotHeader> headers = new ArrayList<>();
    try (Store store = open()) {
      for (int i = 1; i <= 150; i++) {
        tracings.add(new RandomTracing(i).traced(FIRST, i, i % 7 == 0 ? 0 : i));
        headers.add(record(store, tracings.getLast()));
      }
      tracings.add(new Tracing.NotTraced("\u001b[2J no tracer was installed \u202e"));
      headers.add(record(store, tracings.getLast()));
    }
    try (Store store = open()) {
      for (int i = 0; i < headers.size(); i++) {
        assertThat(store.tracing(headers.get(i))).as("seed %d", i + 1).isEqualTo(tracings.get(i));
      }
      assertThat(store.log(HOST).reversed()).isEqualTo(headers);
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
    }
  }

  @Test
  void knowsTheNewestDrainOfEachInstallation() {
    HostFacts other = Samples.host("0000000000000002", "b007-9");
    try (Store store = open()) {
      assertThat(store.generation(HOST, FIRST)).isZero();
      record(store, traced(FIRST, 1));
      record(store, traced(FIRST, 2));
      record(store, new Tracing.NotTraced("it records for another store"));
      assertThat(store.generation(HOST, FIRST)).isEqualTo(2);
      assertThat(store.generation(HOST, SECOND)).isZero();
      record(store, traced(SECOND, 1));
      Samples.record(store, capture(other), traced(FIRST, 9));
      assertThat(store.generation(HOST, FIRST)).isEqualTo(2);
      assertThat(store.generation(HOST, SECOND)).isEqualTo(1);
      assertThat(store.generation(other.id(), FIRST)).isEqualTo(9);
      assertThat(store.generation(other.id(), SECOND)).isZero();
    }
  }

  @Test
  void countsADrainOnlyOnceItsSnapshotIsCommitted() {
    try (Store store = open()) {
      record(store, traced(FIRST, 1));
      try (Recording recording = store.begin(Samples.HOST)) {
        Capture another = capture(Samples.host("0000000000000002", "b007-9"));
        assertThat(store.generation(HOST, FIRST)).isEqualTo(1);
        assertThatThrownBy(() -> recording.commit(another, traced(FIRST, 2), Surroundings.NONE))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(store.generation(HOST, FIRST)).isEqualTo(1);
      assertThat(store.log(HOST)).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE snapshot SET tracing = NULL, installation = NULL, generation = NULL",
        "UPDATE snapshot SET tracing = (SELECT tracing FROM snapshot WHERE number = 3)",
        "UPDATE snapshot SET generation = 1",
        "UPDATE snapshot SET installation = X'ff112233445566778899aabbccddee00'",
      })
  void namesTheSnapshotWhoseDrainWasEdited(String edit) {
    List<SnapshotHeader> headers = fillAndEdit(edit + " WHERE number = 2");
    try (Store store = open()) {
      assertThat(faulty(store)).containsOnly("snapshot @" + EDITED);
      refuses(() -> store.tracing(headers.get(EDITED - 1)));
      refuses(() -> store.log(HOST));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM tracing",
        "UPDATE tracing SET data = (SELECT data FROM tracing t JOIN snapshot s"
            + " ON s.tracing = t.digest WHERE s.number = 3)",
        "UPDATE tracing SET data = X'00000000010000000100'",
      })
  void namesTheSnapshotWhoseObservationWasEdited(String edit) {
    List<SnapshotHeader> headers =
        fillAndEdit(edit + " WHERE digest = (SELECT tracing FROM snapshot WHERE number = 2)");
    try (Store store = open()) {
      assertThat(faulty(store)).containsExactly("snapshot @" + EDITED);
      refuses(() -> store.tracing(headers.get(EDITED - 1)));
      assertThat(store.tracing(headers.getLast())).isEqualTo(traced(FIRST, 3));
    }
  }

  @Test
  void doesNotCountOnAGenerationThatWasEdited() {
    fillAndEdit("UPDATE snapshot SET generation = 99 WHERE number = 3");
    try (Store store = open()) {
      refuses(() -> store.generation(HOST, FIRST));
    }
  }

  private List<SnapshotHeader> fillAndEdit(String edit) {
    List<SnapshotHeader> headers = new ArrayList<>();
    try (Store store = open()) {
      for (int i = 1; i <= 3; i++) {
        headers.add(record(store, traced(FIRST, i)));
      }
      assertThat(faulty(store)).isEmpty();
    }
    try (Database database = Database.writing(directory.resolve("store.mv.db"), "edited")) {
      int edited = database.run("edit", c -> c.createStatement().executeUpdate(edit));
      assertThat(edited).isOne();
      database.commit("edit");
    }
    return headers;
  }

  private static List<String> faulty(Store store) {
    return store.verify(Optional.empty()).faults().stream().map(Verification.Fault::row).toList();
  }

  private static void refuses(Runnable question) {
    assertThatThrownBy(question::run)
        .isInstanceOf(StoreException.class)
        .extracting("kind")
        .isEqualTo(Kind.DAMAGED);
  }

  @Test
  void refusesBytesThatAreNoTracingWhateverTheyAre() {
    Random random = new Random(5);
    byte[] whole =
        TracingCodec.encode(traced(FIRST, 1).observation(), Bytes.EMPTY); // 20 writes, some KB
    for (int i = 0; i < 5_000; i++) {
      byte[] edited = whole.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        edited[random.nextInt(200)] = (byte) random.nextInt(256);
      }
      try {
        Tracing _ = TracingCodec.decode(edited, digest -> List.of());
      } catch (IllegalArgumentException | ArithmeticException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }
}
