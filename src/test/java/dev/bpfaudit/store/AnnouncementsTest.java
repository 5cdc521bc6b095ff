package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.model.Announced;
import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who said that it would write to the tracer's tables is known to the next process.
class AnnouncementsTest {
  private static final Bytes TRACER = Bytes.fromHex("11".repeat(16));
  private static final Bytes OTHER = Bytes.fromHex("22".repeat(16));
  private static final Announcement FIRST = new Announcement(10, 100, 1_000);
  private static final Announcement SECOND = new Announcement(0, 200, 2_000);

  @TempDir private Path directory;

  @Test
  void knowsWhoAnnouncedItself() throws IOException {
    Announcements announcements = new Announcements(directory);
    assertThat(announcements.of(TRACER)).isEmpty();
    announcements.begin(TRACER);
    assertThat(announcements.of(TRACER)).contains(new Announced(0, List.of()));
    announcements.add(TRACER, FIRST, 5_000);
    announcements.add(TRACER, SECOND, 6_000);
    announcements.begin(TRACER);
    assertThat(announcements.of(TRACER)).contains(new Announced(0, List.of(FIRST, SECOND)));
    assertThat(announcements.of(OTHER)).isEmpty();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("announced"))))
        .isEqualTo("rw-------");
  }

  /// What it did between the two was announced too.
  @Test
  void aProcessThatAnnouncesItselfAgainDidSoTheFirstTime() {
    Announcements announcements = new Announcements(directory);
    announcements.begin(TRACER);
    announcements.add(TRACER, FIRST, 5_000);
    announcements.add(TRACER, SECOND, 6_000);
    announcements.add(TRACER, new Announcement(10, 100, 3_000), 7_000);
    assertThat(announcements.of(TRACER)).contains(new Announced(0, List.of(SECOND, FIRST)));
  }

  @Test
  void isToldOnlyOfThoseWhoComeAfterIt() {
    Announcements announcements = new Announcements(directory);
    announcements.add(TRACER, FIRST, 5_000);
    announcements.add(TRACER, SECOND, 6_000);
    assertThat(announcements.of(TRACER)).contains(new Announced(5_000, List.of(FIRST, SECOND)));
  }

  @Test
  void severalHostsMayShareIt() {
    Announcements announcements = new Announcements(directory);
    announcements.begin(TRACER);
    announcements.add(TRACER, FIRST, 5_000);
    announcements.add(OTHER, SECOND, 6_000);
    assertThat(announcements.of(TRACER)).contains(new Announced(0, List.of(FIRST)));
    assertThat(announcements.of(OTHER)).contains(new Announced(6_000, List.of(SECOND)));
  }

  @Test
  void keepsTheLastOnes() throws IOException {
    Announcements announcements = new Announcements(directory);
    announcements.begin(TRACER);
    for (int i = 0; i < 300; i++) {
      announcements.add(TRACER, new Announcement(i, i, i), i);
    }
    assertThat(announcements.of(TRACER).orElseThrow().processes())
        .hasSize(256)
        .endsWith(new Announcement(299, 299, 299));
    for (int i = 0; i < 20; i++) {
      announcements.begin(Bytes.fromHex("%032x".formatted(i)));
    }
    assertThat(announcements.of(TRACER)).isEmpty();
    assertThat(Files.readAllLines(directory.resolve("announced"))).hasSize(16);
  }

  @Test
  void aLineThatSaysNothingAnnouncesNobody() throws IOException {
    Announcements announcements = new Announcements(directory);
    Files.writeString(
        directory.resolve("announced"),
        """
        process 1 2 3
        tracer %s 0
        process 10 100 1000

        nonsense
        process 7
        process 5 x 1
        tracer zz 1
        """
            .formatted(TRACER.hex()));
    assertThat(announcements.of(TRACER)).contains(new Announced(0, List.of(FIRST)));
  }

  @Test
  void saysWhereItCannotWrite() {
    Announcements announcements = new Announcements(directory.resolve("gone"));
    assertThatThrownBy(() -> announcements.add(TRACER, FIRST, 5_000))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("announced");
  }
}
