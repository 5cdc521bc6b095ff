package dev.bpfaudit.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bpfaudit.model.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Compares whom reports name with who really wrote: values begin with the pid of their writer, or
/// with the number of a BPF program, and the keys of hashes and tries with whose they are.
final class SoakTruth {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEYS_OF_ONE = 16;
  private static final int MOST_EXAMPLES = 10;

  private final Set<Long> processes = ConcurrentHashMap.newKeySet();
  private final Map<Long, Long> programs = new ConcurrentHashMap<>();
  private final List<String> examples = new ArrayList<>();

  private long checks;
  private long failures;
  private long lost;
  private long alarms;
  private long changes;
  private long named;
  private long wrong;
  private long loose;
  private long unnamed;
  private long direct;
  private long unexplained;

  /// What became of it so far.
  ///
  /// @param failures checks that failed
  /// @param named writers that were compared
  /// @param wrong those of them that had not written
  /// @param unnamed changes of which no writer was named, and it was said that not all was watched
  /// @param direct stores through a mapping
  /// @param unexplained changes somebody made by a call, of which it was said that nobody had
  record Score(
      long checks,
      long failures,
      long lost,
      long alarms,
      long changes,
      long named,
      long wrong,
      long unnamed,
      long direct,
      long unexplained) {}

  synchronized Score score() {
    return new Score(
        checks, failures, lost, alarms, changes, named, wrong, unnamed, direct, unexplained);
  }

  /// Lines that were not right, the first of them.
  synchronized List<String> examples() {
    return List.copyOf(examples);
  }

  /// A process that writes by system calls, and whose children do.
  void writes(long pid) {
    processes.add(pid);
  }

  /// The BPF program whose values begin with `number`.
  void writes(long number, long programId) {
    programs.put(number, programId);
  }

  /// Takes in a line of a report; what else there is passes.
  synchronized void hear(String line) {
    if (!line.startsWith("{")) {
      return;
    }
    try {
      JsonNode item = JSON.readTree(line);
      switch (item.path("kind").asText()) {
        case "summary" -> {
          checks++;
          long lostNow = item.path("coverage").path("lost").asLong();
          lost += lostNow;
          wrong += lostNow == 0 ? loose : 0; // else the table was full, and keys were not kept
          loose = 0;
          alarms += item.path("alarms").size();
        }
        case "entry" -> entry(item);
        case "map" -> map(item);
        case "failed" -> failures++;
        default -> {}
      }
      if (item.path("schema").asText().equals("bpfaudit.write/1")) {
        live(item);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + line, e);
    }
  }

  private void entry(JsonNode item) {
    String map = item.path("map").path("name").asText();
    String change = item.path("change").asText();
    long key = word(item.path("key").path("hex").asText(), 0);
    if (!map.equals("mix") && !map.equals("progs") && !map.startsWith("churn")) {
      return;
    }
    changes++;
    boolean stored = map.startsWith("churn") && key == 1;
    if (stored) {
      direct++;
    } else if (item.path("writers").isEmpty()) {
      boolean watched = item.path("attribution").asText().equals("unexplained");
      unexplained += watched ? 1 : 0;
      unnamed += watched ? 0 : 1;
      if (watched) {
        example(item);
      }
    }
    boolean newValue = change.equals("added") || change.equals("changed");
    long by = word(item.path(newValue ? "new" : "old").path("hex").asText(), 0);
    if (item.path("attribution").asText().equals("candidate")) {
      couldHave(item, map, newValue ? by : 0);
      return;
    }
    for (JsonNode writer : item.path("writers")) {
      boolean last = newValue && writer.path("confidence").asText().equals("confirmed");
      compare(
          item,
          switch (map) {
            case "mix" -> last ? isWriter(writer, by) : isOneOfThem(item, writer);
            case "progs" -> last ? isProgram(writer, by) : isAnyProgram(writer);
            default -> isWriter(writer, maker(map));
          });
    }
  }

  /// Candidates are not said to have written; but who did must be one of them.
  private void couldHave(JsonNode item, String map, long by) {
    boolean any = false;
    for (JsonNode writer : item.path("writers")) {
      any =
          any
              || switch (map) {
                case "mix" -> isFamily(writer, 0);
                case "progs" -> by == 0 ? isAnyProgram(writer) : isProgram(writer, by);
                default -> isWriter(writer, maker(map));
              };
    }
    compare(item, any);
  }

  private static long maker(String map) {
    return Long.parseLong(map.substring("churn".length()));
  }

  /// A write that was told as it was made; its value is the last one of just this writer.
  private void live(JsonNode item) {
    String map = item.path("map").path("name").asText();
    String value = item.path("value").path("hex").asText();
    if (value.isEmpty() || item.path("doubtful").asBoolean()) {
      return;
    }
    if (map.equals("mix") || map.startsWith("churn")) {
      compare(item, isWriter(item, word(value, 0)));
    } else if (map.equals("progs")) {
      compare(item, isProgram(item, word(value, 0)));
    }
  }

  /// Who made, froze or released a map.
  private void map(JsonNode item) {
    String map = item.path("map").path("name").asText();
    if (!map.startsWith("churn")) {
      return;
    }
    long maker = maker(map);
    changes++;
    List<JsonNode> writers = new ArrayList<>();
    item.path("writers").forEach(writers::add);
    item.path("attributes").forEach(attribute -> attribute.path("writers").forEach(writers::add));
    writers.forEach(writer -> compare(item, isWriter(writer, maker)));
  }

  private void compare(JsonNode item, boolean right) {
    named++;
    if (!right) {
      wrong++;
      example(item);
    }
  }

  private void example(JsonNode item) {
    if (examples.size() < MOST_EXAMPLES) {
      examples.add(item.toString());
    }
  }

  /// Whose the key is; 0 if it is everybody's, or if it is not said that just this key was written.
  private static long owner(JsonNode item, JsonNode writer) {
    String key = item.path("key").path("hex").asText();
    if (writer.path("batch").asBoolean()) {
      return 0;
    }
    return switch (item.path("map").path("type").asText()) {
      case "hash", "lru_hash", "percpu_hash" -> word(key, 0);
      case "lpm_trie" -> word(key, 4) / KEYS_OF_ONE;
      default -> 0;
    };
  }

  /// That it was of another key of the map counts when it is known whether keys were kept, and that
  /// nothing but a pid is known when no record was lost.
  private boolean isOneOfThem(JsonNode item, JsonNode writer) {
    boolean ofThisKey = isFamily(writer, owner(item, writer));
    boolean ofTheMap = ofThisKey || isFamily(writer, 0) || isBare(writer);
    loose += ofTheMap && !ofThisKey ? 1 : 0;
    return ofTheMap;
  }

  private boolean isFamily(JsonNode writer, long owner) {
    long pid = writer.path("process").path("pid").asLong();
    long parent = writer.path("process").path("parent").path("pid").asLong();
    return owner == 0
        ? processes.contains(pid) || processes.contains(parent)
        : pid == owner || parent == owner;
  }

  /// Whose record was lost, which the coverage says: a pid alone.
  private static boolean isBare(JsonNode writer) {
    return writer.path("process").path("comm").asText().isEmpty()
        && writer.path("process").path("parent").isNull();
  }

  private static boolean isWriter(JsonNode writer, long pid) {
    return writer.path("process").path("pid").asLong() == pid;
  }

  private boolean isProgram(JsonNode writer, long number) {
    return isUnknownProgram(writer)
        || programs.getOrDefault(number, -1L) == writer.path("program").path("id").asLong();
  }

  private boolean isAnyProgram(JsonNode writer) {
    return isUnknownProgram(writer)
        || programs.containsValue(writer.path("program").path("id").asLong());
  }

  private static boolean isUnknownProgram(JsonNode writer) {
    return writer.path("origin").asText().equals("program") && writer.path("program").isNull();
  }

  /// Four bytes, little endian; 0 if there are none.
  private static long word(String hex, int at) {
    return hex.length() < 2 * (at + 4)
        ? 0
        : Integer.toUnsignedLong(
            ByteBuffer.wrap(Bytes.fromHex(hex.substring(2 * at, 2 * at + 8)).toArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt());
  }
}
