package dev.bpfaudit.report;

import dev.bpfaudit.attribution.WallClock;
import dev.bpfaudit.attribution.Writer;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Somebody who did something to a map.
final class JsonWriter {
  private final Json json;

  JsonWriter(Json json) {
    this.json = json;
  }

  void write(Writer writer) throws IOException {
    json.row();
    json.put("operation", writer.operation().label)
        .put("batch", writer.batch())
        .put("origin", origin(writer.author()))
        .put("confidence", writer.confidence().label);
    author(writer.author(), writer.clock());
    json.put("firstAt", writer.clock().at(writer.firstNanos()))
        .put("lastAt", writer.clock().at(writer.lastNanos()))
        .put("count", writer.count());
    json.end();
  }

  /// By which way a write came.
  static String origin(Author author) {
    return switch (author) {
      case Author.Caller _ -> "syscall";
      case Author.Program _, Author.UnknownProgram _ -> "program";
      case Author.Unknown _ -> "unknown";
    };
  }

  /// Who wrote: `process`, `program`, `onTopOf`, `note`.
  ///
  /// @param clock of when the process was started
  void author(Author author, WallClock clock) throws IOException {
    switch (author) {
      case Author.Caller(TracedProcess process) -> {
        process(process, clock);
        json.putNull("program").putNull("onTopOf").putNull("note");
      }
      case Author.Program(TracedProgram program, Task onTopOf) -> {
        json.putNull("process");
        program(program);
        task("onTopOf", onTopOf);
        json.putNull("note");
      }
      case Author.UnknownProgram(String why, Task onTopOf) -> {
        json.putNull("process").putNull("program");
        task("onTopOf", onTopOf);
        json.put("note", why);
      }
      case Author.Unknown(String why) ->
          json.putNull("process").putNull("program").putNull("onTopOf").put("note", why);
    }
  }

  private void process(TracedProcess process, WallClock clock) throws IOException {
    json.row("process")
        .put("pid", process.pid())
        .put("startedAt", clock.at(process.startedNanos()))
        .put("comm", process.comm())
        .put("exe", orNull(process.exe()))
        .put("args", process.args())
        .put("uid", process.uid())
        .put("cgroup", orNull(process.cgroup()))
        .put("container", orNull(process.container()));
    if (process.parentPid() == 0) {
      json.putNull("parent");
    } else {
      task("parent", new Task(process.parentPid(), process.parentComm()));
    }
    json.end();
  }

  private void program(TracedProgram program) throws IOException {
    json.row("program")
        .put("id", program.id())
        .put("tag", program.tag())
        .put("name", program.name())
        .put("type", program.typeName())
        .put("subprogram", orNull(program.subprogram()))
        .end();
  }

  private void task(String name, Task task) throws IOException {
    json.row(name).put("pid", task.pid()).put("comm", task.comm()).end();
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
