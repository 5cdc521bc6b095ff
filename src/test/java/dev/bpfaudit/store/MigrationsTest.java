package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.Verification;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MigrationsTest {
  private static final String FIRST = "V001__snapshots.sql";
  private static final String SECOND = "V002__tracing.sql";
  private static final String THIRD = "V003__surroundings.sql";

  @TempDir private Path directory;

  private Store open(String... scripts) {
    return Store.open(
        directory, said -> {}, Duration.ofSeconds(1), new Migrations(List.of(scripts)));
  }

  private void fill() {
    try (Store store = open(FIRST, SECOND, THIRD)) {
      Samples.record(
          store, Samples.capture(Samples.HOST, Samples.NOON, List.of(Samples.random(1, 900, 30))));
    }
  }

  @Test
  void shipsTheMigrationsThatLanded() throws IOException {
    assertThat(Migrations.SHIPPED.scripts()).containsExactly(FIRST, SECOND, THIRD);
    requireAsLanded(FIRST, "3c28cef4680b3d21e75915ab7594bf1aec657545b7ee6f005561e5318b817a69");
    requireAsLanded(SECOND, "ca87aaf3dc26bb260ccd8bf98e18a02c0d070775b6980d15e1b135ad78c6d2ef");
    requireAsLanded(THIRD, "aa7ab70bfa3627b08169085b6660bda65380e288846a2bb1d1ac973e83ed75ef");
  }

  private static void requireAsLanded(String script, String digest) throws IOException {
    assertThat(LinkHash.sha256(Files.readAllBytes(Path.of("migrations", script))).hex())
        .as("%s has landed and is never edited; write another", script)
        .isEqualTo(digest);
  }

  /// A store of three snapshots and a baseline on the second, as the release with format 1 left it.
  private void fillWithFormat1() throws IOException {
    for (String file : List.of("store.mv.db", "head")) {
      try (InputStream in = MigrationsTest.class.getResourceAsStream("/stores/format-1/" + file)) {
        Files.copy(Objects.requireNonNull(in), directory.resolve(file));
      }
    }
  }

  @Test
  void goesOnWithAStoreOfFormat1() throws IOException {
    fillWithFormat1();
    Tracing.Traced seen = new RandomTracing(1).traced(Bytes.fromHex("01"), 1, 50);
    for (int old = 3; old < 5; old++) {
      try (Store store = Store.open(directory, said -> {})) {
        List<SnapshotHeader> log = store.log(Samples.HOST.id()).reversed();
        assertThat(log).hasSize(old);
        for (int i = 0; i < 3; i++) {
          Capture capture = capture(i);
          assertThat(store.load(log.get(i))).matches(s -> Samples.same(s, capture));
          assertThat(store.tracing(log.get(i)))
              .isEqualTo(new Tracing.NotTraced("it was recorded before bpfaudit watched writes"));
        }
        assertThat(store.baseline(Samples.HOST.id()))
            .map(baseline -> baseline.snapshot().number())
            .contains(2L);
        assertThat(store.generation(Samples.HOST.id(), Bytes.fromHex("01"))).isEqualTo(old - 3);
        Bytes newestThen =
            Bytes.fromHex("6bded697424cac47846cc6989ef6d4a75a84cefdab341b850c3726dee73d3fc7");
        assertThat(store.verify(Optional.of(newestThen)).faults()).isEmpty();
        SnapshotHeader header = Samples.record(store, capture(old), seen);
        assertThat(store.tracing(header)).isEqualTo(seen);
        assertThat(store.verify(Optional.of(newestThen)).faults()).isEmpty();
      }
    }
  }

  @Test
  void namesTheSnapshotThatWasEditedInAStoreOfFormat1() throws IOException {
    fillWithFormat1();
    try (Database database = Database.writing(directory.resolve("store.mv.db"), "edited")) {
      String edit = "UPDATE snapshot SET boottime = 1 WHERE number = 2";
      database.run("edit", c -> c.createStatement().execute(edit));
      database.commit("edit");
    }
    try (Store store = Store.open(directory, said -> {})) {
      assertThat(store.verify(Optional.empty()).faults())
          .extracting(Verification.Fault::row)
          .containsExactly("snapshot @2");
    }
  }

  private static Capture capture(int minute) {
    List<FlatTable> tables = List.of(Samples.random(minute, 30, 16), Samples.random(7, 5, 4));
    return Samples.capture(Samples.HOST, Samples.NOON.plusSeconds(minute * 60L), tables);
  }

  @Test
  void migratesAnOlderStoreAndKeepsWhatIsInIt() throws IOException {
    fill();
    for (int i = 0; i < 2; i++) {
      try (Store store = open(FIRST, SECOND, THIRD, "V004__for_test.sql")) {
        assertThat(store.verify(Optional.empty()).faults()).isEmpty();
        assertThat(store.log(Samples.HOST.id())).hasSize(1);
      }
    }
    assertThatThrownBy(() -> open(FIRST, SECOND, THIRD).close())
        .hasMessageContaining("it has format 4");
    assertThat(directory.resolve("draft.mv.db")).doesNotExist();
  }

  @Test
  void leavesTheStoreAsItIsWhenAMigrationFails() throws IOException {
    fill();
    byte[] before = Files.readAllBytes(directory.resolve("store.mv.db"));
    assertThatThrownBy(() -> open(FIRST, SECOND, THIRD, "V004__for_test_broken.sql").close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("V004__for_test_broken.sql");
    assertThat(Files.readAllBytes(directory.resolve("store.mv.db"))).isEqualTo(before);
    open(FIRST, SECOND, THIRD).close();
  }
}
