package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.model.SnapshotHeader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ProcessesTest {
  @TempDir private Path directory;

  @Test
  void showsNoHalfSnapshotAfterTwentyKills() throws Exception {
    Random random = new Random();
    int committed = 0;
    for (int kill = 0; kill < 20; kill++) {
      int said = 0;
      try (OtherProcess other = OtherProcess.recording(directory)) {
        assertThat(other.heard()).isEqualTo("open");
        boolean last = kill == 19; // is let commit at least once, however slow the machine is
        CompletableFuture<?> killed =
            last ? CompletableFuture.completedFuture(said) : killLater(other, random.nextInt(250));
        for (String line = other.heard(); !line.isEmpty(); line = other.heard()) {
          said = Integer.parseInt(line);
          if (last) {
            other.kill();
            break;
          }
        }
        killed.join();
      }
      committed = Math.max(said, requireWhole(Math.max(said, committed)));
    }
    assertThat(committed).isPositive();
  }

  private static CompletableFuture<Void> killLater(OtherProcess other, long millis) {
    return CompletableFuture.runAsync(() -> {
      try {
        Thread.sleep(millis);
        other.kill();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  /// How many snapshots there are, none of them half.
  private int requireWhole(int atLeast) {
    try (Store store = Store.openExisting(directory, said -> {})) {
      List<SnapshotHeader> log = store.log(Samples.HOST.id());
      assertThat(log.size()).isBetween(atLeast, atLeast + 1);
      log.forEach(header -> assertThat(store.load(header).capture().maps()).hasSize(3));
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
      return log.size();
    }
  }

  @Test
  void waitsForTheProcessThatHasTheStoreAndSaysItsPid() throws Exception {
    try (OtherProcess other = OtherProcess.holding(directory)) {
      assertThat(other.heard()).isEqualTo("open");
      List<String> said = new ArrayList<>();
      assertThatThrownBy(() -> openWithin(Duration.ofMillis(300), said))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("pid " + other.pid())
          .extracting("kind")
          .isEqualTo(StoreException.Kind.LOCKED);
      assertThat(said)
          .containsExactly(
              "waiting for bpfaudit pid " + other.pid() + ", which has the store " + directory);
      CompletableFuture<Void> killed = killLater(other, 400);
      openWithin(Duration.ofMinutes(1), said).close();
      killed.join();
      assertThat(said).hasSize(2);
    }
  }

  private Store openWithin(Duration patience, List<String> said) {
    return Store.open(directory, said::add, patience, Migrations.SHIPPED);
  }

  @Test
  void aSecondOpeningInOneProcessWaitsToo() throws Exception {
    List<String> said = new ArrayList<>();
    try (Store first = openWithin(Duration.ZERO, said)) {
      assertThatThrownBy(() -> openWithin(Duration.ofMillis(200), said))
          .isInstanceOf(StoreException.class);
      assertThat(first.hosts()).isEmpty();
      try (OtherProcess other = OtherProcess.holding(directory)) {
        assertThat(other.heard())
            .contains("waiting for bpfaudit pid " + ProcessHandle.current().pid());
      }
    }
    openWithin(Duration.ZERO, said).close();
  }
}
