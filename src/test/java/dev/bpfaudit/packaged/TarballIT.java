package dev.bpfaudit.packaged;

import static dev.bpfaudit.packaged.Command.shell;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The tarball, unpacked on a host that has no JDK.
class TarballIT {
  @TempDir private static Path unpacked;
  private static Path root;

  @TempDir private Path work;

  @BeforeAll
  static void unpack() throws IOException {
    Path tarball = only(Path.of("target"), "bpfaudit-*-linux-*.tar.gz");
    var result = shell("tar -xzf %s -C %s".formatted(tarball, unpacked));
    assertThat(result.exitCode()).as(result.err()).isZero();
    root = only(unpacked, "*");
    assertThat(tarball.getFileName().toString()).startsWith(root.getFileName() + "-linux-");
  }

  private static Path only(Path directory, String glob) throws IOException {
    List<Path> found = new ArrayList<>();
    try (var paths = Files.newDirectoryStream(directory, glob)) {
      paths.forEach(found::add);
    }
    assertThat(found).as("%s/%s; -Dquick makes no tarball", directory, glob).hasSize(1);
    return found.getFirst();
  }

  /// Runs a command line where no JDK can be seen.
  private Command.Result withoutJdk(String line) {
    return shell(
        """
        exec unshare --mount --propagation private sh -c '
          mount -t tmpfs none /usr/lib/jvm
          exec env -i PATH=/usr/bin:/bin BPFAUDIT_STORE=%s %s'
        """
            .formatted(work.resolve("store"), line));
  }

  @ParameterizedTest
  @MethodSource("dev.bpfaudit.packaged.Shells#installed")
  void auditsAHostThatHasNoJdk(String shell) {
    String launcher = shell + " " + root.resolve("bpfaudit");
    assertThat(withoutJdk(launcher + " --print-java-home").out())
        .isEqualTo(root.resolve("runtime") + "\n");
    assertThat(withoutJdk(launcher + " --version").out())
        .isEqualTo(root.getFileName().toString().replace('-', ' ') + "\n");
    assertThat(withoutJdk(launcher + " doctor").out()).contains("libbpf");
    for (String command : List.of("snapshot", "check", "check --format json", "verify")) {
      var result = withoutJdk(launcher + " " + command);
      assertThat(result.exitCode()).as(command + result.err()).isLessThan(16);
      assertThat(result.err()).as(command).isEmpty();
      assertThat(result.out()).as(command).isNotEmpty();
    }
  }

  @Test
  void startsFromItsAheadOfTimeCache() {
    String line = "JAVA_TOOL_OPTIONS=-XX:AOTMode=on " + root.resolve("bpfaudit") + " --version";
    var result = withoutJdk(line);
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    String traced = "sh -x %s --version".formatted(root.resolve("bpfaudit"));
    assertThat(withoutJdk(traced).err()).contains("-XX:AOTCache=" + root);
    shell("cp -a %1$s/. %2$s; touch %2$s/bpfaudit.jar".formatted(root, work));
    assertThat(withoutJdk("sh -x %s --version".formatted(work.resolve("bpfaudit"))).err())
        .as("a jar that was replaced starts without it")
        .contains("-jar " + work)
        .doesNotContain("-XX:AOTCache=");
  }

  @Test
  void theDemoNeitherInstallsNorBuilds() throws IOException {
    Path programs = Files.createDirectory(work.resolve("programs"));
    Files.createSymbolicLink(programs.resolve("id"), Path.of("/usr/bin/id"));
    Path pom = Files.createFile(root.resolve("pom.xml"));
    var result = withoutJdk("PATH=%s %s demo".formatted(programs, root.resolve("bpfaudit")));
    Files.delete(pom);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("removed").doesNotContain("installing", "building");
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
                .formatted(root.resolve("bpfaudit"), work.resolve("store")));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(69);
    assertThat(result.err()).contains("apt-get install libbpf1").hasLineCount(1);
  }

  @Test
  void holdsWhatTheReadmeListsAndNothingForDevelopers() {
    assertThat(shell("ls " + root).out().lines())
        .containsExactlyInAnyOrder(
            "LICENSE",
            "README.md",
            "bpfaudit",
            "bpfaudit.aot",
            "bpfaudit.jar",
            "lib",
            "runtime",
            "samples");
    assertThat(shell("ls %s/samples %s/runtime/bin".formatted(root, root)).out())
        .contains("bpfaudit.cron", "bpfaudit-watch.service", "java")
        .doesNotContain("javac");
    assertThat(
            shell("cd %s; find . -name '*.h' -o -name '*src.zip' -o -name '*.jmod'".formatted(root))
                .out())
        .isEmpty();
    assertThat(root.resolve("runtime/man")).doesNotExist();
  }

  /// As the guests do in which the kernel tests run on other kernels.
  @Test
  void itsRuntimeRunsKernelTests() {
    var result =
        withoutJdk(
            root.resolve("runtime/bin/java")
                + " --enable-native-access=ALL-UNNAMED -cp "
                + System.getProperty("java.class.path")
                + " org.junit.platform.console.ConsoleLauncher execute --disable-banner"
                + " --disable-ansi-colors --select-class dev.bpfaudit.kernel.ReadersTest");
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).containsPattern("[1-9][0-9]* tests successful");
  }
}
