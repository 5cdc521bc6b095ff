package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the files of a store look like from outside.
final class StoreFilesTest {
  @TempDir private Path parent;

  private Store open() {
    return Store.open(parent.resolve("store"), said -> {});
  }

  @Test
  void letsNobodyElseRead() throws IOException {
    try (Store store = open()) {
      Samples.record(
          store, Samples.capture(Samples.HOST, Samples.NOON, List.of(Samples.random(1, 900, 30))));
      assertThat(mode(parent.resolve("store"))).isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(parent.resolve("store"))) {
        assertThat(files.toList()).hasSize(3).allMatch(file -> mode(file).equals("rw-------"));
      }
    }
  }

  private static String mode(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void leavesNoFileOpen() throws IOException {
    try (Store store = open()) {
      Samples.record(
          store, Samples.capture(Samples.HOST, Samples.NOON, List.of(Samples.random(1, 900, 30))));
    }
    assertThatThrownBy(() -> Store.openExisting(parent, said -> {}))
        .isInstanceOf(StoreException.class);
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(descriptors.map(StoreFilesTest::target))
          .noneMatch(target -> target.startsWith(parent.toString()));
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "closed meanwhile";
    }
  }

  @Test
  void readingLeavesEveryByteOfTheFile() throws IOException {
    try (Store store = open()) {
      Samples.record(
          store, Samples.capture(Samples.HOST, Samples.NOON, List.of(Samples.random(1, 900, 30))));
    }
    Path file = parent.resolve("store/store.mv.db");
    byte[] before = Files.readAllBytes(file);
    try (Store store = Store.openExisting(parent.resolve("store"), said -> {})) {
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }
}
