package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Verification;
import dev.bpfaudit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is asked of an edited or damaged store is answered as before, or refused; never otherwise.
final class TamperedTest {
  private static final int PLACES = 60;
  private static final String HOST = Samples.HOST.id();

  @TempDir private Path directory;
  private final List<Capture> captures = new ArrayList<>();
  private List<SnapshotHeader> log = List.of();
  private Optional<Baseline> baseline = Optional.empty();
  private Verification verification = new Verification(0, 0, ChainEnd.NOTHING, List.of());

  @BeforeEach
  void fill() {
    try (Store store = Store.open(directory, said -> {})) {
      for (int i = 0; i < 12; i++) {
        List<FlatTable> tables = List.of(Samples.random(i, 300, 16), Samples.random(7, 50, 4));
        captures.add(Samples.capture(Samples.HOST, Samples.NOON.plusSeconds(i * 60L), tables));
        SnapshotHeader header = Samples.record(store, captures.getLast());
        if (i == 2 || i == 7) {
          store.setBaseline(header, Samples.NOON.plusSeconds(i));
        }
      }
      log = store.log(HOST);
      baseline = store.baseline(HOST);
      verification = store.verify(Optional.empty());
    }
    assertThat(baseline).isPresent();
    assertThat(verification.faults()).isEmpty();
  }

  private Path file() {
    return directory.resolve("store.mv.db");
  }

  private void sql(String statement) {
    try (Database database = Database.writing(file(), "edited")) {
      database.run("edit", c -> c.createStatement().execute(statement));
      database.commit("edit");
    }
  }

  private void refuses(Consumer<Store> question, String row) {
    try (Store store = Store.openExisting(directory, said -> {})) {
      assertThatThrownBy(() -> question.accept(store))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(row)
          .extracting("kind")
          .isEqualTo(Kind.DAMAGED);
      assertThat(store.verify(Optional.empty()).faults()).isNotEmpty();
    }
  }

  @Test
  void refusesABaselineThatWasMovedToAnotherSnapshot() {
    sql("UPDATE baseline SET number = 5");
    refuses(store -> store.baseline(HOST), "baseline of " + Samples.NOON.plusSeconds(7));
  }

  @Test
  void refusesABaselineWhoseSnapshotIsNotTheOneThatWasAccepted() {
    sql("UPDATE snapshot SET hash = X'%s' WHERE number = 8".formatted("00".repeat(32)));
    refuses(store -> store.baseline(HOST), "snapshot @8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM baseline",
        "DELETE FROM baseline WHERE number = 8",
        "DELETE FROM snapshot WHERE number = 6",
        "UPDATE baseline SET link = 2 WHERE number = 8",
        "UPDATE baseline SET link = -1 WHERE number = 8",
      })
  void refusesAChainInWhichALinkIsMissing(String edit) {
    sql(edit);
    String missing = "a link of the chain of host " + HOST + " is missing";
    refuses(store -> store.baseline(HOST), missing);
    refuses(store -> store.log(HOST), missing);
    refuses(store -> store.begin(Samples.HOST).close(), missing);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"taken_at = '2026-01-01 12:00:00+00'", "boot_id = 'b007-2'", "unread = 9"})
  void refusesALogWithAnEditedRow(String edit) {
    sql("UPDATE snapshot SET " + edit + " WHERE number = 6");
    refuses(store -> store.log(HOST), "snapshot @6");
    refuses(store -> store.load(log.get(12 - 6)), "snapshot @6");
  }

  @Test
  void refusesALogWithARowThatWasSealedAnew() {
    Link.SnapshotLink forged;
    try (Database database = Database.reading(file(), "read")) {
      Link.SnapshotLink link = new SnapshotTable(database).find(HOST, 6).orElseThrow();
      forged =
          new Link.SnapshotLink(
                  link.link(),
                  link.header(),
                  link.manifest(),
                  Bytes.EMPTY,
                  link.drain(),
                  link.surroundings(),
                  link.previous())
              .sealed();
    }
    sql(
        "UPDATE snapshot SET windows = X'', hash = X'%s' WHERE number = 6"
            .formatted(forged.hash()));
    refuses(store -> store.log(HOST), "snapshot @6");
  }

  @Test
  void refusesALogInWhichABaselineHidesThatASnapshotIsGone() {
    sql(
        """
        INSERT INTO baseline (host, link, number, snapshot_hash, set_at, previous, hash)
        SELECT host, link, number, hash, taken_at, previous, hash FROM snapshot WHERE number = 6
        """);
    sql("DELETE FROM snapshot WHERE number = 6");
    refuses(store -> store.log(HOST), "where snapshot @");
  }

  @Test
  void refusesTheFactsOfAHostWhoseNewestRowWasEdited() {
    sql("UPDATE snapshot SET host_name = 'db-1' WHERE number = 12");
    refuses(Store::hosts, "snapshot @12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kernel", "taken_at", "windows", "previous"})
  void refusesARowWithAValueMissing(String column) {
    sql("ALTER TABLE snapshot ALTER COLUMN " + column + " SET NULL");
    sql("UPDATE snapshot SET " + column + " = NULL WHERE number = 6");
    refuses(store -> store.log(HOST), "snapshot");
    refuses(store -> store.load(log.get(12 - 6)), "snapshot @6");
  }

  @Test
  void refusesContentsWithAValueMissing() {
    sql("ALTER TABLE content ALTER COLUMN data SET NULL");
    sql("UPDATE content SET data = NULL");
    refuses(store -> requireLoads(store, 0), "table");
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 256, 4096})
  void answersAsBeforeOrRefusesWhereverBytesAreZeroed(int length) throws IOException {
    byte[] whole = Files.readAllBytes(file());
    Random random = new Random(length);
    int refused = 0;
    for (int i = 0; i < PLACES; i++) {
      int at = random.nextInt(whole.length - length);
      byte[] edited = whole.clone();
      Arrays.fill(edited, at, at + length, (byte) 0);
      Files.write(file(), edited);
      refused += asksEverything(random, length + " bytes at " + at);
    }
    assertThat(refused).isPositive();
  }

  /// How many questions were refused; each may be the first that meets the damage.
  private int asksEverything(Random random, String where) {
    List<Consumer<Store>> questions = new ArrayList<>();
    questions.add(store -> assertThat(store.log(HOST)).as(where).isEqualTo(log));
    questions.add(store -> assertThat(store.baseline(HOST)).as(where).isEqualTo(baseline));
    questions.add(store -> assertThat(store.hosts()).as(where).containsExactly(Samples.HOST));
    questions.add(store -> {
      Verification now = store.verify(Optional.empty());
      assertThat(now.faults().isEmpty() ? now : verification).as(where).isEqualTo(verification);
    });
    for (int i = 0; i < log.size(); i++) {
      int index = i;
      questions.add(store -> requireLoads(store, index));
    }
    Collections.shuffle(questions, random);
    int refused = 0;
    try (Store store = Store.openExisting(directory, said -> {})) {
      for (Consumer<Store> question : questions) {
        try {
          question.accept(store);
        } catch (StoreException e) {
          refused++;
        }
      }
    } catch (StoreException e) {
      refused++;
    } catch (RuntimeException e) {
      throw new AssertionError(where, e);
    }
    return refused;
  }

  private void requireLoads(Store store, int index) {
    Capture capture = captures.get(captures.size() - 1 - index);
    assertThat(store.load(log.get(index))).matches(snapshot -> Samples.same(snapshot, capture));
  }
}
