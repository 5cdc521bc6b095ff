package dev.bpfaudit.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs the samples and compares what they print with what they say they print.
class SampleIT {
  @Test
  void allowListTamperPrintsWhatItSays() throws IOException {
    Path sample = Path.of("samples/allow-list-tamper");
    assertPrints(run(sample), sample.resolve("expected.txt"));
  }

  /// On a kernel that lets its functions be hooked, the BPF program is named too.
  @Test
  void mapwriterNamesWhomItSaysItNames() throws IOException {
    Path sample = Path.of("samples/mapwriter");
    String out = run(sample);
    boolean hooked = out.contains("(fentry)");
    assertPrints(out, sample.resolve(hooked ? "expected.txt" : "expected-calls-only.txt"));
  }

  private static String run(Path sample) {
    var result = Command.run(List.of(sample.resolve("run").toString()));
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private static void assertPrints(String out, Path expected) throws IOException {
    String masked = mask(out);
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(expected, masked);
    }
    assertThat(masked).isEqualTo(Files.readString(expected));
  }

  /// Ids, pids, tags, times and the machine's name differ from run to run.
  private static String mask(String out) {
    return out.replaceAll("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z?", "TIME")
        .replaceAll("(less than )?\\b\\d+s later", "N s later")
        .replaceAll("(last|first) \\d\\d:\\d\\d:\\d\\dZ", "$1 TIME")
        .replaceAll("\\b(id|pid) \\d+", "$1 N")
        .replaceAll("\\btag [0-9a-f]{16}", "tag TAG")
        .replaceAll("who wrote it: .*\\(fentry\\).*", "who wrote it: … (fentry)")
        .replaceAll("on top of \\S+( \\(pid N\\))?", "on top of TASK")
        .replaceAll("(?m)^host .*$", "host NAME")
        .replaceAll("\\b[0-9a-f]{64}\\b", "HASH")
        .replaceAll("\\d+ maps? kept", "N maps kept");
  }
}
