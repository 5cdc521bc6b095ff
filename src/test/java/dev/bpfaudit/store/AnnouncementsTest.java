package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  private static final Announcement FIRST = new Announcement(10, 100);
  private static final Announcement SECOND = new Announcement(0, 200);

  @TempDir private Path directory;

  @Test
  void knowsWhoAnnouncedItself() throws IOException {
    Announcements announcements = new Announcements(directory);
    assertThat(announcements.of(TRACER)).isEmpty();
    announcements.begin(TRACER);
    assertThat(announcements.of(TRACER)).contains(List.of());
    announcements.add(TRACER, FIRST);
    announcements.add(TRACER, SECOND);
    announcements.add(TRACER, FIRST);
    announcements.begin(TRACER);
    assertThat(announcements.of(TRACER)).contains(List.of(FIRST, SECOND));
    assertThat(announcements.of(OTHER)).isEmpty();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("announced"))))
        .isEqualTo("rw-------");
  }

  @Test
  void forgetsATracerThatWasReplaced() {
    Announcements announcements = new Announcements(directory);
    announcements.add(TRACER, FIRST);
    announcements.add(OTHER, SECOND);
    assertThat(announcements.of(TRACER)).isEmpty();
    assertThat(announcements.of(OTHER)).contains(List.of(SECOND));
  }

  @Test
  void keepsTheLastOnes() {
    Announcements announcements = new Announcements(directory);
    for (int i = 0; i < 300; i++) {
      announcements.add(TRACER, new Announcement(i, i));
    }
    List<Announcement> kept = announcements.of(TRACER).orElseThrow();
    assertThat(kept).hasSize(256).endsWith(new Announcement(299, 299));
  }

  @Test
  void aLineThatSaysNothingAnnouncesNobody() throws IOException {
    Announcements announcements = new Announcements(directory);
    announcements.add(TRACER, FIRST);
    Files.writeString(
        directory.resolve("announced"), TRACER.hex() + "\n10 100\n\nnonsense\n7\n5 x\n");
    assertThat(announcements.of(TRACER)).contains(List.of(FIRST));
  }

  @Test
  void saysWhereItCannotWrite() {
    Announcements announcements = new Announcements(directory.resolve("gone"));
    assertThatThrownBy(() -> announcements.add(TRACER, FIRST))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("announced");
  }
}
