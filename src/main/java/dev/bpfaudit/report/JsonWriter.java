package dev.bpfaudit.report;

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
    json.put("operation", writer.operation().label).put("batch", writer.batch());
    switch (writer.author()) {
      case Author.Caller(TracedProcess process) -> {
        author("syscall", writer);
        process(process, writer);
        json.putNull("program").putNull("onTopOf").putNull("note");
      }
      case Author.Program(TracedProgram program, Task onTopOf) -> {
        author("program", writer);
        json.putNull("process");
        program(program);
        task("onTopOf", onTopOf);
        json.putNull("note");
      }
      case Author.UnknownProgram(String why, Task onTopOf) -> {
        author("program", writer);
        json.putNull("process").putNull("program");
        task("onTopOf", onTopOf);
        json.put("note", why);
      }
      case Author.Unknown(String why) -> {
        author("unknown", writer);
        json.putNull("process").putNull("program").putNull("onTopOf").put("note", why);
      }
    }
    json.put("firstAt", writer.clock().at(writer.firstNanos()))
        .put("lastAt", writer.clock().at(writer.lastNanos()))
        .put("count", writer.count());
    json.end();
  }

  private void author(String origin, Writer writer) throws IOException {
    json.put("origin", origin).put("confidence", writer.confidence().label);
  }

  private void process(TracedProcess process, Writer writer) throws IOException {
    json.row("process")
        .put("pid", process.pid())
        .put("startedAt", writer.clock().at(process.startedNanos()))
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
