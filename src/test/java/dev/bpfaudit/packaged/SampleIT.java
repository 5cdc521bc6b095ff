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
    var result = Command.run(List.of(sample.resolve("run").toString()));
    assertThat(result.exitCode()).as(result.err()).isZero();
    Path expected = sample.resolve("expected.txt");
    String masked = mask(result.out());
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(expected, masked);
    }
    assertThat(masked).isEqualTo(Files.readString(expected));
  }

  /// Ids, times and the machine's name differ from run to run.
  private static String mask(String out) {
    return out.replaceAll("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z?", "TIME")
        .replaceAll("(less than )?\\b\\d+s later", "N s later")
        .replaceAll("\\bid \\d+", "id N")
        .replaceAll("(?m)^host .*$", "host NAME")
        .replaceAll("\\b[0-9a-f]{64}\\b", "HASH")
        .replaceAll("\\d+ maps? kept", "N maps kept");
  }
}
