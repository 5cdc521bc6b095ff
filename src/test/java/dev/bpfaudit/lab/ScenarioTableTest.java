package dev.bpfaudit.lab;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ScenarioTableTest {
  @Test
  void theReadmeShowsTheMatrix() throws IOException {
    ScenarioTable.check();
  }
}
