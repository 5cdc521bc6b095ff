package dev.bpfaudit.packaged;

import static dev.bpfaudit.packaged.Command.BPFAUDIT;
import static dev.bpfaudit.packaged.Command.bpfaudit;
import static dev.bpfaudit.packaged.Command.shell;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bad input and hard times, each met by the packaged command as a user would meet it.
class HardTimesIT {
  @TempDir private Path directory;

  private Path store() {
    return directory.resolve("store");
  }

  @Test
  void withoutTheCapabilityItSaysWhichOne() throws IOException {
    Files.setPosixFilePermissions(
        directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    var result =
        shell(
            "exec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all "
                + BPFAUDIT
                + " maps --store "
                + store());
    assertThat(result.exitCode()).as(result.err()).isEqualTo(77);
    assertThat(result.err()).contains("CAP_SYS_ADMIN").hasLineCount(1);
  }

  @Test
  void withoutLibbpfItSaysWhatToInstall() {
    var result =
        shell(
            """
            exec unshare --mount --propagation private bash -c '
              for library in $(/sbin/ldconfig -p | sed -n "s/.*libbpf.so.* => //p"); do
                mount --bind /dev/null "$(readlink -f "$library")"
              done
              exec %s maps --store %s'
            """
                .formatted(BPFAUDIT, store()));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(69);
    assertThat(result.err()).contains("apt-get install libbpf1").hasLineCount(1);
  }

  @Test
  void withoutAJdkTheLauncherSaysWhatToInstall() {
    var result =
        shell(
            """
            exec unshare --mount --propagation private bash -c '
              mount -t tmpfs none /usr/lib/jvm
              exec env -u JAVA_HOME -u BPFAUDIT_JAVA_HOME PATH=/usr/bin:/bin %s maps'
            """
                .formatted(BPFAUDIT));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(69);
    assertThat(result.err()).contains("no JDK 25").hasLineCount(1);
  }

  @Test
  void anUnwritableStoreIsNamed() throws IOException {
    Files.writeString(store(), "a file, no directory");
    var result = bpfaudit(store(), "snapshot");
    assertThat(result.exitCode()).isEqualTo(74);
    assertThat(result.err()).contains(store().toString());
    assertThat(Files.readString(store())).isEqualTo("a file, no directory");
  }

  @Test
  void aFullDiskIsNamedAndLosesNothing() {
    var result =
        shell(
            """
            exec unshare --mount --propagation private bash -c '
              mount -t tmpfs -o size=2m none %1$s
              export BPFAUDIT_STORE=%1$s/store
              %2$s snapshot --quiet || exit 1
              dd if=/dev/zero of=%1$s/fill bs=4k status=none 2>/dev/null
              for i in 1 2 3; do %2$s snapshot --quiet; code=$?; [ $code = 74 ] && break; done
              echo "code $code"
              rm %1$s/fill
              %2$s log && %2$s verify && %2$s snapshot'
            """
                .formatted(directory, BPFAUDIT));
    assertThat(result.out()).as(result.err()).contains("code 74").contains("@1");
    assertThat(result.err()).contains("full");
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  @Test
  void aMapThatDoesNotFitIntoMemoryIsUnreadAndTheOthersAreRead() throws IOException {
    try (Bpffs bpffs = Bpffs.mount()) {
      create(bpffs, "giant", 16384, 4000);
      create(bpffs, "dwarf", 4, 2);
      var result =
          shell("JAVA_TOOL_OPTIONS=-Xmx100m %s snapshot --store %s".formatted(BPFAUDIT, store()));
      assertThat(result.exitCode()).as(result.err()).isEqualTo(8);
      assertThat(result.out()).contains("giant", "memory that Java may use");
      assertThat(bpfaudit(store(), "show", "dwarf", "--at", "@1").out()).contains("2 entries");
      assertThat(bpfaudit(store(), "check", "--map", "giant").exitCode() & 8).isEqualTo(8);
    }
  }

  private static void create(Bpffs bpffs, String name, int valueSize, int entries) {
    Command.bpftool(
        "map",
        "create",
        bpffs.pin(name),
        "type",
        "array",
        "key",
        "4",
        "value",
        Integer.toString(valueSize),
        "entries",
        Integer.toString(entries),
        "name",
        name);
  }

  @Test
  void aClosedPipeIsNoError() throws IOException {
    bpfaudit(store(), "snapshot");
    var result =
        shell(
            "set -o pipefail; BPFAUDIT_STORE=%s %s schema report | head -1"
                .formatted(store(), BPFAUDIT));
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).hasLineCount(1);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void aFullOrClosedStandardOutputIsAnError() {
    for (String target : List.of(">/dev/full", ">&-")) {
      var result = shell(BPFAUDIT + " schema report " + target);
      assertThat(result.exitCode()).as(target).isEqualTo(74);
      assertThat(result.err()).as(target).contains("standard output").hasLineCount(1);
    }
  }

  @Test
  void writesIntoDevicesAndThroughLinksInsteadOfReplacingThem() throws IOException {
    Path real = Files.writeString(directory.resolve("real"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    Path device = directory.resolve("null");
    shell("mknod " + device + " c 1 3");
    for (Path target : List.of(link, device)) {
      var result = bpfaudit(store(), "schema", "--output", target.toString());
      assertThat(result.exitCode()).as(result.err()).isZero();
    }
    assertThat(link).isSymbolicLink();
    assertThat(Files.readString(real)).contains("report");
    assertThat(Files.getAttribute(device, "unix:rdev")).isEqualTo(0x103L);
  }

  @Test
  void namesThatAreNotAsciiWorkInTheLocaleOfCron() {
    Path named = directory.resolve("ünï");
    var result = shell("LC_ALL=C " + BPFAUDIT + " snapshot --store " + named);
    assertThat(result.exitCode()).as(result.err()).isLessThan(64);
    assertThat(named.resolve("store.mv.db")).exists();
  }

  @Test
  void aChangedMachineIdIsNoFirstSnapshot() {
    bpfaudit(store(), "snapshot");
    var result =
        shell(
            """
            exec unshare --mount --propagation private bash -c '
              echo 00000000000000000000000000000bad > %1$s/machine-id
              mount --bind %1$s/machine-id /etc/machine-id
              exec env BPFAUDIT_STORE=%2$s %3$s check'
            """
                .formatted(directory, store(), BPFAUDIT));
    assertThat(result.exitCode()).isEqualTo(64);
    assertThat(result.err()).contains("/etc/machine-id was changed");
    assertThat(bpfaudit(store(), "log", "--format", "jsonl").out()).hasLineCount(1);
  }

  @Test
  void anotherBootIsToldFromThisOne() {
    bpfaudit(store(), "snapshot");
    var result =
        shell(
            """
            exec unshare --mount --propagation private bash -c '
              echo 12345678-1234-1234-1234-123456789abc > %1$s/boot_id
              mount --bind %1$s/boot_id /proc/sys/kernel/random/boot_id
              exec env BPFAUDIT_STORE=%2$s %3$s check'
            """
                .formatted(directory, store(), BPFAUDIT));
    assertThat(result.out()).contains("reboot");
  }

  @Test
  void survivesBeingKilledAtAnyMoment() throws IOException, InterruptedException {
    bpfaudit(store(), "snapshot");
    Random random = new Random(42);
    for (int i = 0; i < 20; i++) {
      Process process =
          Command.start(
              List.of(BPFAUDIT, "snapshot", "--store", store().toString()),
              directory.resolve("out"),
              directory.resolve("err"));
      process.waitFor(100 + random.nextInt(1100), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
    }
    var verify = bpfaudit(store(), "verify");
    assertThat(verify.exitCode()).as(verify.out() + verify.err()).isZero();
    assertThat(bpfaudit(store(), "check").exitCode()).isLessThan(64);
  }

  @Test
  void twoAtOnceTakeTurns() throws IOException, InterruptedException {
    bpfaudit(store(), "snapshot");
    Path err = directory.resolve("err");
    Process first =
        Command.start(
            List.of(BPFAUDIT, "snapshot", "--store", store().toString()),
            directory.resolve("out"),
            err);
    Process second =
        Command.start(
            List.of(BPFAUDIT, "snapshot", "--store", store().toString()),
            directory.resolve("out2"),
            directory.resolve("err2"));
    assertThat(first.waitFor()).isLessThan(64);
    assertThat(second.waitFor()).isLessThan(64);
    assertThat(bpfaudit(store(), "log", "--format", "jsonl").out()).hasLineCount(3);
  }
}
