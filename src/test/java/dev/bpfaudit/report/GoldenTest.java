package dev.bpfaudit.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every document in every format against its golden file; `-Dgolden.write=true` writes them anew.
class GoldenTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  @TestFactory
  List<DynamicTest> isWrittenAsInItsGoldenFile() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, Document> each : Documents.all().entrySet()) {
      String name = each.getKey();
      Document document = each.getValue();
      tests.add(golden(name + ".txt", Rendered.text(document, false, false)));
      tests.add(golden(name + ".json", Rendered.of(document, Format.JSON)));
      tests.add(golden(name + ".jsonl", Rendered.of(document, Format.JSONL)));
    }
    return tests;
  }

  private static DynamicTest golden(String file, String actual) {
    return DynamicTest.dynamicTest(file, () -> compare(DIRECTORY.resolve(file), actual));
  }

  private static void compare(Path file, String actual) throws IOException {
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(DIRECTORY);
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file));
  }
}
