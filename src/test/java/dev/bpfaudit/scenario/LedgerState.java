package dev.bpfaudit.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The one row of the tracer's `state`, which begins with the generation that hooks write in.
final class LedgerState {
  private static final String STATE = "/sys/fs/bpf/bpfaudit/state";

  private LedgerState() {}

  /// Adds `by` to the generation, which is less than 200.
  static void turn(int by) throws IOException {
    String json = String.join("", Actor.mustRun("bpftool", "-j", "map", "dump", "pinned", STATE));
    JsonNode value = new ObjectMapper().readTree(json).get(0).get("value");
    List<String> command =
        new ArrayList<>(List.of("bpftool", "map", "update", "pinned", STATE, "key", "hex"));
    command.addAll(List.of("00", "00", "00", "00", "value", "hex"));
    for (int i = 0; i < value.size(); i++) {
      int now = Integer.decode(value.get(i).asText());
      command.add("%02x".formatted(i == 0 ? now + by : now));
    }
    Actor.mustRun(command.toArray(String[]::new));
  }
}
