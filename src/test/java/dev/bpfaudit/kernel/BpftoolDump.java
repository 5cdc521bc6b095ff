package dev.bpfaudit.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bpfaudit.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The entries of a map by `bpftool -j map dump`.
final class BpftoolDump {
  private BpftoolDump() {}

  /// Empty where bpftool knows the type better than its bytes (`struct_ops`) or not at all.
  ///
  /// @param valueSize of one row; slots of CPUs are joined
  static Optional<Map<Bytes, Bytes>> read(long id, int valueSize) {
    JsonNode dump = parse(Command.run(List.of("bpftool", "-j", "map", "dump", "id", "" + id)));
    Map<Bytes, Bytes> entries = new TreeMap<>();
    for (JsonNode entry : dump) {
      if (!entry.path("key").isArray()) {
        return Optional.empty();
      }
      Bytes value = entry.has("values") ? slots(entry.get("values")) : bytes(entry.get("value"));
      if (value.length() == valueSize) {
        entries.put(bytes(entry.get("key")), value);
      } else if (!entry.path("value").has("error")) {
        throw new AssertionError("bpftool says " + entry);
      }
    }
    return Optional.of(entries);
  }

  private static Bytes slots(JsonNode slots) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    slots.forEach(slot -> joined.writeBytes(bytes(slot.get("value")).toArray()));
    return Bytes.of(joined.toByteArray());
  }

  private static Bytes bytes(JsonNode hex) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (hex.isArray()) {
      hex.forEach(number -> bytes.write(Integer.decode(number.asText())));
    }
    return Bytes.of(bytes.toByteArray());
  }

  private static JsonNode parse(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
