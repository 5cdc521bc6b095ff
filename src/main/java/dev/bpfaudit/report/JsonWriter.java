package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Means;
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
    json.put("origin", WriterWords.origin(writer)).put("confidence", writer.confidence().label);
    switch (writer.author()) {
      case Author.Caller(TracedProcess process) -> {
        process(process, writer);
        json.putNull("program").putNull("onTopOf");
      }
      case Author.Program(TracedProgram program, Task onTopOf) -> {
        json.putNull("process");
        program(program);
        if (writer.means() == Means.SEEN) {
          task("onTopOf", onTopOf);
        } else {
          json.putNull("onTopOf");
        }
      }
      case Author.UnknownProgram(String _, Task onTopOf) -> {
        json.putNull("process").putNull("program");
        task("onTopOf", onTopOf);
      }
      case Author.Unknown _ -> json.putNull("process").putNull("program").putNull("onTopOf");
    }
    json.put("note", note(writer));
    times(writer);
    json.end();
  }

  private static @Nullable String note(Writer writer) {
    return writer.means() == Means.SEEN
        ? switch (writer.author()) {
          case Author.Caller _, Author.Program _ -> null;
          case Author.UnknownProgram(String why, Task _) -> why;
          case Author.Unknown(String why) -> why;
        }
        : WriterWords.could(writer);
  }

  /// Nobody knows when a candidate wrote, or whether it did.
  private void times(Writer writer) throws IOException {
    if (writer.means() == Means.SEEN) {
      json.put("firstAt", writer.clock().at(writer.firstNanos()))
          .put("lastAt", writer.clock().at(writer.lastNanos()));
    } else {
      json.putNull("firstAt").putNull("lastAt");
    }
    json.put("count", writer.count());
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
