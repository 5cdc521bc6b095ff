package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HardTimesTest {
  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("store.mv.db");
  }

  private static List<SnapshotHeader> fill(Path directory, int snapshots) {
    try (Store store = Store.open(directory, said -> {})) {
      for (int i = 0; i < snapshots; i++) {
        List<FlatTable> tables = List.of(Samples.random(i, 300, 16), Samples.random(7, 50, 4));
        Samples.record(store, Samples.capture(Samples.HOST, Samples.NOON.plusSeconds(i), tables));
      }
      return store.log(Samples.HOST.id());
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> openingFails(
      Path directory, Kind... kinds) {
    return assertThatThrownBy(() -> Store.open(directory, said -> {}).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(directory.toString())
        .matches(e -> Arrays.asList(kinds).contains(((StoreException) e).kind()));
  }

  @Test
  void saysThatThereIsNoStoreYet() throws IOException {
    assertThatThrownBy(() -> Store.openExisting(directory, said -> {}).close())
        .isInstanceOf(StoreException.class)
        .extracting("kind")
        .isEqualTo(Kind.MISSING);
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 4096, 100_000})
  void leavesAFileThatIsNotAStoreAsItIs(int length) throws IOException {
    byte[] bytes = Samples.bytes(new Random(length), length).toArray();
    Files.write(file(), bytes);
    openingFails(directory, Kind.NOT_A_STORE);
    assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
  }

  @Test
  void leavesAForeignH2DatabaseAsItIs() throws IOException {
    Files.createFile(file());
    try (Database foreign = Database.writing(file(), "foreign")) {
      foreign.run("make a table", c -> c.createStatement().execute("CREATE TABLE t (a INT)"));
      foreign.commit("make a table");
    }
    byte[] bytes = Files.readAllBytes(file());
    openingFails(directory, Kind.NOT_A_STORE);
    assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
  }

  /// What H2 saves while somebody is in the middle of a statement can be half of it.
  @Test
  void savesNothingThatItWasNotToldToSave() throws IOException, InterruptedException {
    fill(directory, 1);
    try (Store store = Store.open(directory, said -> {});
        Recording recording = store.begin(Samples.HOST)) {
      byte[] before = Files.readAllBytes(file());
      recording.keep(Samples.map(1, "kept", 4, 16), Samples.random(8, 300, 16));
      Thread.sleep(2000); // H2 saves after half a second, if it does
      assertThat(Arrays.mismatch(Files.readAllBytes(file()), before)).isEqualTo(-1);
    }
  }

  @Test
  void leavesTheStoreOfANewerReleaseAsItIs() throws IOException {
    fill(directory, 1);
    try (Database newer = Database.writing(file(), "newer")) {
      newer.run(
          "raise the version",
          c -> c.createStatement().execute("UPDATE store_format SET version = 99"));
      newer.commit("raise the version");
    }
    byte[] bytes = Files.readAllBytes(file());
    openingFails(directory, Kind.NEWER).hasMessageContaining("99");
    assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
  }

  @Test
  void namesAFileThatWasCutShort() throws IOException {
    fill(directory, 12);
    byte[] whole = Files.readAllBytes(file());
    Random random = new Random(3);
    for (int i = 0; i < 40; i++) {
      int length = i < 4 ? i * 4096 : random.nextInt(whole.length);
      byte[] cut = Arrays.copyOf(whole, length);
      Files.write(file(), cut);
      try (Store store = Store.open(directory, said -> {})) {
        assertThat(store.log(Samples.HOST.id())).as("cut to %d bytes", length).hasSize(12);
        assertThat(store.verify(Optional.empty()).faults())
            .as("cut to %d of %d bytes", length, whole.length)
            .isEmpty();
      } catch (StoreException e) {
        assertThat(e.kind()).isIn(Kind.DAMAGED, Kind.NOT_A_STORE);
        assertThat(Arrays.equals(Files.readAllBytes(file()), cut)).as("cut to %d", length).isTrue();
      }
    }
  }

  @Test
  void namesAStoreThatFellBackToAnOlderState() throws IOException {
    fill(directory, 2);
    byte[] older = Files.readAllBytes(file());
    fill(directory, 1);
    Files.write(file(), older);
    openingFails(directory, Kind.DAMAGED).hasMessageContaining("snapshot @2");
  }

  @Test
  void namesAStoreWhoseFileIsGone() throws IOException {
    fill(directory, 2);
    Files.delete(file());
    openingFails(directory, Kind.DAMAGED);
    assertThat(file()).doesNotExist();
  }

  @Test
  void acceptsAHeadThatACrashLeftBehind() throws IOException {
    fill(directory, 2);
    byte[] older = Files.readAllBytes(directory.resolve("head"));
    fill(directory, 1);
    Files.write(directory.resolve("head"), older);
    assertThat(fill(directory, 1)).hasSize(4);
  }

  @Test
  void opensWhatACrashInTheMiddleOfARecordingLeft() throws Exception {
    fill(directory, 2);
    Path image = directory.resolve("image");
    Files.createDirectory(image);
    try (Store store = Store.open(directory, said -> {});
        Recording recording = store.begin(Samples.HOST)) {
      recording.keep(Samples.map(1, "map0", 4, 4000), Samples.random(1, 15_000, 4000));
      awaitWritten();
      for (Path part : List.of(file(), directory.resolve("head"))) {
        Files.copy(part, image.resolve(part.getFileName()));
      }
    }
    assertThat(Files.size(image.resolve("store.mv.db"))).isGreaterThan(1_000_000);
    try (Store store = Store.openExisting(image, said -> {})) {
      assertThat(store.log(Samples.HOST.id())).hasSize(2);
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
    }
    assertThat(fill(image, 1)).hasSize(3);
  }

  /// Until H2 has written what is not committed and rests.
  private void awaitWritten() throws IOException, InterruptedException {
    long size = -1;
    for (int i = 0; i < 50 && (size < 1_000_000 || size != Files.size(file())); i++) {
      size = Files.size(file());
      Thread.sleep(300);
    }
  }

  @Test
  void saysThatADirectoryCannotBeWritten() throws IOException {
    Files.createFile(directory.resolve("file"));
    openingFails(directory.resolve("file"), Kind.UNWRITABLE);
    openingFails(directory.resolve("file/below"), Kind.UNWRITABLE);
    try (Tmpfs tmpfs = Tmpfs.mount(directory.resolve("mnt"), "size=4m")) {
      tmpfs.remount("ro");
      openingFails(tmpfs.path(), Kind.UNWRITABLE);
    }
  }

  @Test
  void readsAStoreOnAReadOnlyMedium() throws IOException {
    try (Tmpfs tmpfs = Tmpfs.mount(directory.resolve("mnt"), "size=4m")) {
      fill(tmpfs.path(), 2);
      tmpfs.remount("ro");
      try (Store store = Store.openExisting(tmpfs.path(), said -> {})) {
        List<SnapshotHeader> log = store.log(Samples.HOST.id());
        assertThat(log).hasSize(2);
        assertThat(store.verify(Optional.empty()).faults()).isEmpty();
        assertThatThrownBy(() -> store.setBaseline(log.getFirst(), Samples.NOON))
            .isInstanceOf(StoreException.class)
            .extracting("kind")
            .isEqualTo(Kind.UNWRITABLE);
      }
    }
  }

  @Test
  void keepsTheOldSnapshotsWhenTheDiskIsFull() throws IOException {
    try (Tmpfs tmpfs = Tmpfs.mount(directory.resolve("mnt"), "size=16m")) {
      fill(tmpfs.path(), 3);
      FlatTable large = Samples.random(1, 20_000, 1000);
      assertThatThrownBy(() -> record(tmpfs.path(), large))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(tmpfs.path().toString())
          .extracting("kind")
          .isEqualTo(Kind.FULL);
      try (Store store = Store.openExisting(tmpfs.path(), said -> {})) {
        assertThat(store.log(Samples.HOST.id())).hasSize(3);
        assertThat(store.verify(Optional.empty()).faults()).isEmpty();
      }
      assertThat(fill(tmpfs.path(), 1)).hasSize(4);
    }
  }

  /// As `watch` does, in one process.
  @Test
  void opensAgainAfterAWriteThatFailedHalfWay() throws IOException {
    try (Tmpfs tmpfs = Tmpfs.mount(directory.resolve("mnt"), "size=32m")) {
      fill(tmpfs.path(), 2);
      FlatTable large = Samples.random(1, 40_000, 1000); // H2 writes the first 20 MB at once
      assertThatThrownBy(() -> record(tmpfs.path(), large))
          .isInstanceOf(StoreException.class)
          .extracting("kind")
          .isEqualTo(Kind.FULL);
      try (Store store = Store.openExisting(tmpfs.path(), said -> {})) {
        assertThat(store.log(Samples.HOST.id())).hasSize(2);
        assertThat(store.verify(Optional.empty()).faults()).isEmpty();
      }
    }
  }

  private static void record(Path directory, FlatTable table) {
    try (Store store = Store.open(directory, said -> {})) {
      Samples.record(store, Samples.capture(Samples.HOST, Samples.NOON, List.of(table)));
    }
  }

  /// A small file system of its own; mounting takes root.
  record Tmpfs(Path path) implements AutoCloseable {
    static Tmpfs mount(Path path, String options) throws IOException {
      assumeThat(System.getProperty("user.name")).isEqualTo("root");
      Files.createDirectories(path);
      run("mount", "-t", "tmpfs", "-o", options, "bpfaudit-test", path.toString());
      return new Tmpfs(path);
    }

    void remount(String option) throws IOException {
      run("mount", "-o", "remount," + option, path.toString());
    }

    private static void run(String... command) throws IOException {
      assertThat(new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue())
          .isZero();
    }

    @Override
    public void close() throws IOException {
      run("umount", path.toString());
    }
  }
}
