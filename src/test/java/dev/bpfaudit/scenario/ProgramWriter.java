package dev.bpfaudit.scenario;

import dev.bpfaudit.model.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A BPF program that writes a map whenever it is triggered, loaded and attached until it is
/// closed.
///
/// @param loader the process that holds it
/// @param name at most 15 characters
/// @param type as libbpf spells it
record ProgramWriter(Actor loader, long id, String tag, String name, String type)
    implements AutoCloseable {
  private static final Pattern INTRODUCED =
      Pattern.compile("program (\\d+) ([0-9a-f]{16}) (\\w+) (\\w+)");
  private static final Pattern TRIGGERED = Pattern.compile("triggered \\d+ pid (\\d+).*");

  /// What the program hangs on, and so what triggers it.
  enum Kind {
    /// The system call getpgid, by an innocent process.
    RAW_TP("raw_tp"),
    TRACEPOINT("tracepoint"),
    KPROBE("kprobe"),
    FENTRY("fentry"),
    /// UDP packets over a loopback, on top of an innocent process, in softirq.
    XDP("xdp"),
    SOCKET("socket"),
    /// `BPF_PROG_TEST_RUN` by the loader.
    XDP_TEST_RUN("xdp-run"),
    /// A clock that interrupts whoever runs, a thousand times a second, until it is closed.
    TIMER("timer"),
    /// UDP packets out of a cgroup with an innocent process.
    CGROUP_SKB("cgroup_skb"),
    /// New sockets in a cgroup with an innocent process.
    SOCK_CREATE("sock_create");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  enum Operation {
    UPDATE,
    DELETE,
    PUSH,
    /// An update by a subprogram of the program.
    BELOW,
    /// An update, and then what was there before is put back.
    PASS,
    /// To a value, through a pointer.
    STORE,
    /// Writes nothing.
    READ,
    /// To a variable; the map is its section.
    GLOBAL,
    /// Updates of 1,000 keys of 4 bytes, with values of 8.
    FLOOD
  }

  /// Loads and attaches it, to be triggered later.
  ///
  /// @param key empty for a queue
  /// @throws AssertionError if the kernel refuses, with what it said
  static ProgramWriter load(Kind kind, Operation operation, long map, Bytes key, Bytes value) {
    Actor loader = Actor.start(command(kind, operation, map, key, value));
    try {
      Matcher introduced = match(INTRODUCED, loader.line());
      match(TRIGGERED, loader.line()); // no times
      return new ProgramWriter(
          loader,
          Long.parseLong(introduced.group(1)),
          introduced.group(2),
          introduced.group(3),
          introduced.group(4));
    } catch (AssertionError e) {
      loader.close();
      throw e;
    }
  }

  /// Loads it or fails to, and is gone.
  static Actor.Ended attempt(Kind kind, Operation operation, long map, Bytes key, Bytes value) {
    return Actor.run(command(kind, operation, map, key, value));
  }

  /// Makes it write `times` times; gives the process on top of which it ran.
  long trigger(int times) {
    begin(times);
    return Long.parseLong(match(TRIGGERED, loader.line()).group(1));
  }

  /// Makes it write and does not wait.
  void begin(int times) {
    loader.tell("trigger " + times);
  }

  /// Waits for what was begun.
  void await(Duration patience) {
    match(TRIGGERED, loader.line(patience));
  }

  private static List<String> command(
      Kind kind, Operation operation, long map, Bytes key, Bytes value) {
    return List.of(
        Writer.binary("programs").toString(),
        "--comm",
        "loader",
        "--times",
        "0",
        kind.word,
        operation.name().toLowerCase(Locale.ROOT),
        Long.toString(map),
        key.hex(),
        value.hex());
  }

  private static Matcher match(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    if (!matcher.matches()) {
      throw new AssertionError("not what the loader of programs says: " + line);
    }
    return matcher;
  }

  /// Detaches and unloads it.
  @Override
  public void close() {
    loader.close();
  }
}
