package dev.bpfaudit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootUnitTest {
  private static final Path STORE = Path.of("/var/lib/bpfaudit");

  @TempDir private Path directory;

  @Test
  void isEnabledAndStartsThisCommand() throws IOException {
    BootUnit unit = new BootUnit(directory);
    Path written = unit.write(Path.of("/opt/bpfaudit/bpfaudit"), STORE);
    assertThat(written)
        .content()
        .contains(
            "ExecStart=\"/opt/bpfaudit/bpfaudit\" tracer install --quiet --store \"/var/lib/bpfaudit\"\n")
        .contains("WantedBy=multi-user.target\n");
    assertThat(
            Files.readSymbolicLink(directory.resolve("multi-user.target.wants/" + BootUnit.NAME)))
        .isEqualTo(written);
  }

  @Test
  void canBeWrittenAgain() {
    BootUnit unit = new BootUnit(directory);
    unit.write(Path.of("/old"), STORE);
    assertThat(unit.write(Path.of("/new"), STORE))
        .content()
        .contains("/new")
        .doesNotContain("/old");
  }

  @Test
  void quotesWhatSystemdWouldExpand() {
    Path written = new BootUnit(directory).write(Path.of("/a b/50%/\"x\"/$HOME"), STORE);
    assertThat(written).content().contains("ExecStart=\"/a b/50%%/\\\"x\\\"/$$HOME\" tracer");
  }

  @Test
  void leavesNothingWhenRemoved() {
    BootUnit unit = new BootUnit(directory);
    unit.write(Path.of("/x"), STORE);
    assertThat(unit.remove()).isTrue();
    assertThat(directory.resolve(BootUnit.NAME)).doesNotExist();
    assertThat(directory.resolve("multi-user.target.wants/" + BootUnit.NAME)).doesNotExist();
    assertThat(unit.remove()).isFalse();
  }

  @Test
  void saysSoWhereThereIsNoSystemd() {
    BootUnit unit = new BootUnit(directory.resolve("none"));
    assertThatThrownBy(() -> unit.write(Path.of("/x"), STORE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has no systemd");
  }
}
