package dev.bpfaudit.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/// The demonstration's report without what differs from run to run: ids, times, the host, hashes,
/// and the tags of programs, which kernels compute differently (SHA-1, later SHA-256). And without
/// what kernels let the tracer see: the coverage, whether nobody was seen or nobody could be, and
/// the maps that loading a program makes to try out older kernels.
final class DemoReport {
  private static final Set<String> VARYING =
      Set.of(
          "id",
          "previousId",
          "host",
          "takenAt",
          "startedAt",
          "finishedAt",
          "firstAt",
          "lastAt",
          "hash",
          "tag",
          "pid",
          "args",
          "exe",
          "cgroup",
          "parent",
          "note",
          "shortLivedMaps",
          "coverage");
  private static final Set<String> NOBODY = Set.of("unobserved", "unexplained");

  private DemoReport() {}

  static String comparable(JsonNode report) {
    JsonNode copy = report.deepCopy();
    mask(copy);
    return copy.toPrettyString();
  }

  private static void mask(JsonNode node) {
    if (node instanceof ObjectNode object) {
      if (object.path("value").has("program")) {
        object.put("hex", "…"); // a slot holds the program's id
      }
      for (String name : object.propertyStream().map(Map.Entry::getKey).toList()) {
        boolean time = object.get(name).isTextual() && (name.equals("from") || name.equals("to"));
        boolean nobody = name.equals("attribution") && NOBODY.contains(object.get(name).asText());
        if (time || nobody || VARYING.contains(name)) {
          object.put(name, "…");
        } else {
          mask(object.get(name));
        }
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(DemoReport::mask);
    }
  }
}
