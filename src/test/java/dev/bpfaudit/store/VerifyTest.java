package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Verification;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `verify` says of a store that somebody edited.
final class VerifyTest {
  private static final int EDITED = 6;

  @TempDir private Path directory;
  private final List<Capture> captures = new ArrayList<>();
  private List<SnapshotHeader> log = List.of();

  @BeforeEach
  void fill() {
    try (Store store = Store.open(directory, said -> {})) {
      for (int i = 0; i < 12; i++) {
        List<FlatTable> tables = List.of(Samples.random(i, 300, 16), Samples.random(7, 50, 4));
        captures.add(Samples.capture(Samples.HOST, Samples.NOON.plusSeconds(i * 60L), tables));
        Samples.record(store, captures.getLast());
      }
      log = store.log(Samples.HOST.id()).reversed();
      store.setBaseline(log.get(2), Samples.NOON);
    }
  }

  private Path file() {
    return directory.resolve("store.mv.db");
  }

  private List<Verification.Fault> faults() {
    try (Store store = Store.openExisting(directory, said -> {})) {
      return store.verify(Optional.empty()).faults();
    }
  }

  /// Changes one byte in every place where `wanted` stands in the file; the file keeps old copies.
  private void edit(byte[] wanted) throws IOException {
    byte[] bytes = Files.readAllBytes(file());
    int found = 0;
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        bytes[at + wanted.length / 2] ^= 1;
        found++;
      }
    }
    assertThat(found).isPositive();
    Files.write(file(), bytes);
  }

  private void sql(String statement) {
    try (Database database = Database.writing(file(), "edited")) {
      database.run("edit", c -> c.createStatement().execute(statement));
      database.commit("edit");
    }
  }

  @Test
  void namesTheSnapshotWhoseContentsWereEdited() throws IOException {
    byte[] value =
        Samples.random(EDITED - 1, 300, 16).data().asSlice(4, 16).toArray(ValueLayout.JAVA_BYTE);
    edit(value);
    assertThat(faults())
        .singleElement()
        .matches(fault -> fault.row().equals("snapshot @" + EDITED))
        .matches(fault -> fault.what().startsWith("map 1 \"map0\""));
  }

  @Test
  void namesTheSnapshotWhoseRowWasEditedInTheFile() throws IOException {
    edit(log.get(EDITED - 1).hash().toArray());
    assertThat(faults()).first().matches(fault -> fault.row().equals("snapshot @" + EDITED));
  }

  @Test
  void namesTheSnapshotWhoseHeaderWasEditedInSql() {
    sql("UPDATE snapshot SET boot_id = 'b007-2' WHERE number = 6");
    assertThat(faults())
        .singleElement()
        .matches(fault -> fault.row().equals("snapshot @" + EDITED))
        .matches(fault -> fault.what().contains("does not fit its hash"));
  }

  @Test
  void namesTheManifestThatWasEdited() {
    sql(
        """
        UPDATE manifest SET data = X'00'
        WHERE digest = (SELECT manifest FROM snapshot WHERE number = 6)
        """);
    assertThat(faults())
        .singleElement()
        .matches(fault -> fault.row().equals("snapshot @" + EDITED))
        .matches(fault -> fault.what().contains("manifest"));
  }

  @Test
  void namesTheSnapshotAfterOneThatWasRemoved() {
    sql("DELETE FROM snapshot WHERE number = 6");
    assertThat(faults())
        .extracting(Verification.Fault::row)
        .containsOnly("snapshot @7")
        .isNotEmpty();
  }

  @Test
  void namesTheBaselineThatWasMovedToAnotherSnapshot() {
    sql("UPDATE baseline SET number = 5");
    assertThat(faults())
        .extracting(Verification.Fault::row)
        .contains("baseline of " + Samples.NOON.atOffset(ZoneOffset.UTC).toInstant());
  }

  @Test
  void namesAHeadFileThatIsGone() throws IOException {
    Files.delete(directory.resolve("head"));
    assertThat(faults()).singleElement().matches(fault -> fault.row().equals("head"));
  }

  @Test
  void namesDamageOrShowsEverythingAsItWasAfterAnyOneByteIsEdited() throws IOException {
    byte[] whole = Files.readAllBytes(file());
    Random random = new Random(11);
    int named = 0;
    for (int i = 0; i < 150; i++) {
      byte[] edited = whole.clone();
      int at = random.nextInt(edited.length);
      edited[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file(), edited);
      try (Store store = Store.openExisting(directory, said -> {})) {
        if (store.verify(Optional.empty()).faults().isEmpty()) {
          requireAllAsItWas(store, at);
        } else {
          named++;
        }
      } catch (StoreException e) {
        named++;
      }
    }
    assertThat(named).isPositive();
  }

  private void requireAllAsItWas(Store store, int at) {
    assertThat(store.log(Samples.HOST.id()).reversed()).as("byte %d", at).isEqualTo(log);
    for (int i = 0; i < log.size(); i++) {
      Capture capture = captures.get(i);
      assertThat(store.load(log.get(i)))
          .as("byte %d, snapshot @%d", at, i + 1)
          .matches(snapshot -> Samples.same(snapshot, capture));
    }
  }

  @Test
  void namesEverySnapshotWhoseKernelReleaseWasEdited() throws IOException {
    edit(Samples.HOST.kernel().getBytes(StandardCharsets.UTF_8));
    assertThat(faults()).hasSizeGreaterThanOrEqualTo(12);
  }

  @Test
  void goesOnPastARowThatCannotBeRead() {
    sql("ALTER TABLE snapshot ALTER COLUMN kernel SET NULL");
    sql("UPDATE snapshot SET kernel = NULL WHERE number = 6");
    sql("UPDATE snapshot SET boot_id = 'b007-2' WHERE number = 8");
    assertThat(faults())
        .extracting(Verification.Fault::row)
        .contains("snapshot @" + EDITED, "snapshot @8");
  }
}
