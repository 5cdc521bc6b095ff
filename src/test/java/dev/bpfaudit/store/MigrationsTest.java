package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MigrationsTest {
  private static final String FIRST = "V001__snapshots.sql";

  @TempDir private Path directory;

  private Store open(String... scripts) {
    return Store.open(
        directory, said -> {}, Duration.ofSeconds(1), new Migrations(List.of(scripts)));
  }

  private void fill() {
    try (Store store = open(FIRST)) {
      Samples.record(
          store, Samples.capture(Samples.HOST, Samples.NOON, List.of(Samples.random(1, 900, 30))));
    }
  }

  @Test
  void shipsTheMigrationsThatLanded() throws IOException {
    assertThat(Migrations.SHIPPED.scripts()).containsExactly(FIRST);
    assertThat(LinkHash.sha256(Files.readAllBytes(Path.of("migrations", FIRST))).hex())
        .as("a landed migration is never edited; write another")
        .isEqualTo("3c28cef4680b3d21e75915ab7594bf1aec657545b7ee6f005561e5318b817a69");
  }

  @Test
  void migratesAnOlderStoreAndKeepsWhatIsInIt() throws IOException {
    fill();
    for (int i = 0; i < 2; i++) {
      try (Store store = open(FIRST, "V002__for_test.sql")) {
        assertThat(store.verify(Optional.empty()).faults()).isEmpty();
        assertThat(store.log(Samples.HOST.id())).hasSize(1);
      }
    }
    assertThatThrownBy(() -> open(FIRST).close()).hasMessageContaining("it has format 2");
    assertThat(directory.resolve("draft.mv.db")).doesNotExist();
  }

  @Test
  void leavesTheStoreAsItIsWhenAMigrationFails() throws IOException {
    fill();
    byte[] before = Files.readAllBytes(directory.resolve("store.mv.db"));
    assertThatThrownBy(() -> open(FIRST, "V002__for_test_broken.sql").close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("V002__for_test_broken.sql");
    assertThat(Files.readAllBytes(directory.resolve("store.mv.db"))).isEqualTo(before);
    open(FIRST).close();
  }
}
