package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.kernel.ScratchProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The maps of the demonstration and what others do to them.
final class DemoMaps implements AutoCloseable {
  private static final Bytes FIRST_SLOT = Bytes.fromHex("00000000");
  private static final String OWN_WRITER = "dev.bpfaudit.cli.DemoWriter";

  private final ScratchMaps scratch;
  private final ScratchMap allowList;
  private final ScratchMap routes;
  private final ScratchMap tailCalls;
  private final ScratchMap settings;
  private final ScratchProgram permissive;

  private DemoMaps(ScratchMaps scratch) {
    this.scratch = scratch;
    allowList = scratch.create(MapType.HASH, "allow_list", 4, 4, 64, 0);
    allowList.update(Bytes.fromHex("0a000005"), Bytes.fromHex("01000000"));
    allowList.update(Bytes.fromHex("0a000007"), Bytes.fromHex("01000000"));
    routes = scratch.create(MapType.LPM_TRIE, "routes", 8, 4, 64, ScratchMaps.NO_PREALLOC);
    routes.update(Bytes.fromHex("080000000a000000"), Bytes.fromHex("02000000"));
    routes.update(Bytes.fromHex("10000000c0a80000"), Bytes.fromHex("03000000"));
    tailCalls = scratch.create(MapType.PROG_ARRAY, "tail_calls", 4, 4, 4, 0);
    tailCalls.put(FIRST_SLOT, scratch.load("check_policy", 0));
    permissive = scratch.load("allow_all", -1);
    settings = scratch.create(MapType.ARRAY, "settings", 4, 32, 1, ScratchMaps.MMAPABLE);
    settings.update(FIRST_SLOT, text("enforce=yes log=yes"));
  }

  /// @throws KernelException if the kernel refuses
  static DemoMaps create() {
    ScratchMaps scratch = new ScratchMaps();
    try {
      return new DemoMaps(scratch);
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  private static Bytes text(String text) {
    return Bytes.of(Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), 32));
  }

  String describe() {
    return "allow_list (hash), routes (lpm_trie), tail_calls (prog_array, two programs), settings"
        + " (mmapable array)";
  }

  MapSelector selector() {
    return MapSelector.of(
        Stream.of(allowList, routes, tailCalls, settings)
            .map(map -> Long.toString(map.id()))
            .toList());
  }

  /// The commands that other processes run: each is a process of its own.
  List<List<String>> tampering() {
    return List.of(
        bpftool("update id %d key 10 66 6 6 value 1 0 0 0".formatted(allowList.id())),
        bpftool("delete id %d key 10 0 0 7".formatted(allowList.id())),
        bpftool("update id %d key 8 0 0 0 10 0 0 0 value 9 0 0 0".formatted(routes.id())),
        bpftool("update id %d key 0 0 0 0 value id %d".formatted(tailCalls.id(), permissive.id())),
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            OWN_WRITER,
            Long.toString(settings.id()),
            "enforce=no "));
  }

  private static List<String> bpftool(String arguments) {
    String found =
        Stream.of("/usr/sbin/bpftool", "/usr/bin/bpftool", "/sbin/bpftool")
            .filter(path -> Files.isExecutable(Path.of(path)))
            .findFirst()
            .orElse("bpftool");
    return Stream.concat(Stream.of(found, "map"), Arrays.stream(arguments.split(" "))).toList();
  }

  /// A command as a person would write it.
  static String shown(List<String> command) {
    if (command.contains(OWN_WRITER)) {
      return "(a process that maps map %s and stores \"%s\" into it)"
          .formatted(command.get(command.size() - 2), command.getLast().strip());
    }
    return "bpftool " + command.stream().skip(1).collect(Collectors.joining(" "));
  }

  /// Runs it and waits for its end.
  static void execute(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      Thread atShutdown = new Thread(() -> end(process));
      addHook(atShutdown);
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw failed(command, "exit code " + process.exitValue() + ": " + said.strip());
      }
      removeHook(atShutdown);
    } catch (IOException e) {
      throw failed(command, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(command, "interrupted");
    }
  }

  private static void addHook(Thread hook) {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException _) {
      hook.start(); // the process is ending already
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // the process is ending: the hook finds nothing left to do
    }
  }

  /// It would hold a map open after the demonstration has ended.
  private static void end(Process process) {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static KernelException failed(List<String> command, String why) {
    return new KernelException(
        KernelException.Kind.UNSUPPORTED,
        "run " + shown(command),
        why,
        "The demo needs bpftool: apt-get install bpftool.");
  }

  @Override
  public void close() {
    scratch.close();
  }
}
