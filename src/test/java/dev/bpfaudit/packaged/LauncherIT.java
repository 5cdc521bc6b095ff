package dev.bpfaudit.packaged;

import static dev.bpfaudit.packaged.Command.BPFAUDIT;
import static dev.bpfaudit.packaged.Command.shell;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the launcher does before Java runs, in every shell, with programs in the place of Java that
/// print what they were given.
class LauncherIT {
  @TempDir private Path directory;

  /// A directory that looks like a JDK of that version.
  private Path jdk(String version, String script) throws IOException {
    Path home = directory.resolve("jdk-" + version);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
    Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  @ParameterizedTest
  @MethodSource("dev.bpfaudit.packaged.Shells#installed")
  void takesTheFirstJavaThatIsNewEnough(String shell) throws IOException {
    Path old = jdk("24.0.2", "");
    Path wanted = jdk("25", "");
    Path newer = jdk("26-ea", "");
    String print = shell + " " + BPFAUDIT + " --print-java-home";
    assertThat(home("BPFAUDIT_JAVA_HOME=%s JAVA_HOME=%s".formatted(newer, wanted), print))
        .isEqualTo(newer);
    assertThat(home("BPFAUDIT_JAVA_HOME=%s JAVA_HOME=%s".formatted(old, wanted), print))
        .isEqualTo(wanted);
    assertThat(home("JAVA_HOME=/nowhere PATH=%s/bin:$PATH".formatted(newer), print))
        .isEqualTo(newer);
  }

  private static Path home(String variables, String print) {
    var result = shell("env -u BPFAUDIT_JAVA_HOME -u JAVA_HOME " + variables + " " + print);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return Path.of(result.out().strip());
  }

  @ParameterizedTest
  @MethodSource("dev.bpfaudit.packaged.Shells#installed")
  void passesArgumentsAsTheyAre(String shell) throws IOException {
    Path home = jdk("25", "printf '<%s>' \"$@\"");
    var result =
        shell(
            "BPFAUDIT_JAVA_HOME=%s %s %s show '' 'a  b' '*' '$x\\n\"' -h"
                .formatted(home, shell, BPFAUDIT));
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("<-XX:AOTCache=" + Path.of("target/bpfaudit.aot").toAbsolutePath() + ">")
        .endsWith(
            "<-jar><%s><show><><a  b><*><$x\\n\"><-h>"
                .formatted(Path.of("target/bpfaudit.jar").toAbsolutePath()))
        .doesNotContain("terminal", "columns");
  }

  @ParameterizedTest
  @MethodSource("dev.bpfaudit.packaged.Shells#installed")
  void noFileIsOpenedUnderTheNumberOfAClosedStream(String shell) throws IOException {
    Path home = jdk("25", "readlink /proc/$$/fd/0 /proc/$$/fd/2; echo $LC_ALL");
    var result =
        shell("BPFAUDIT_JAVA_HOME=%s %s %s maps <&- 2>&-".formatted(home, shell, BPFAUDIT));
    assertThat(result.out()).isEqualTo("/dev/null\n/dev/null\nC.UTF-8\n");
  }

  @ParameterizedTest
  @MethodSource("dev.bpfaudit.packaged.Shells#installed")
  void saysThatStandardOutputIsClosed(String shell) {
    var result = shell(shell + " " + BPFAUDIT + " maps >&-");
    assertThat(result.exitCode()).isEqualTo(74);
    assertThat(result.err()).isEqualTo("bpfaudit: standard output is closed\n");
  }

  @Test
  void findsItselfThroughLinksAndFromEverywhere() throws IOException {
    Path home = jdk("25", "for jar; do case $jar in *.jar) cd / && ls \"$jar\";; esac; done");
    Files.createSymbolicLink(directory.resolve("first"), Path.of(BPFAUDIT));
    Files.createSymbolicLink(directory.resolve("second"), Path.of("first"));
    for (String start :
        new String[] {
          "./bpfaudit",
          "sh bpfaudit",
          "cd src; ../bpfaudit",
          directory + "/second",
          "PATH=.:$PATH bpfaudit"
        }) {
      var result = shell("export BPFAUDIT_JAVA_HOME=" + home + "; " + start + " maps");
      assertThat(result.out()).as(start + ": " + result.err()).endsWith("/target/bpfaudit.jar\n");
    }
  }
}
