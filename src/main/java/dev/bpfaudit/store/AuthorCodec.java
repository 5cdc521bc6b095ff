package dev.bpfaudit.store;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;

/// The authors of one observation as bytes. A program is written once although it runs on top of
/// many tasks. A codec either writes or reads.
final class AuthorCodec {
  private static final int CALLER = 0;
  private static final int PROGRAM = 1;
  private static final int UNKNOWN_PROGRAM = 2;
  private static final int UNKNOWN = 3;

  private final Repeated<TracedProgram> programs = new Repeated<>();
  private final Repeated<String> reasons = new Repeated<>();

  void write(FactWriter out, Author author) {
    switch (author) {
      case Author.Caller(TracedProcess process) -> write(out.number(CALLER), process);
      case Author.Program(TracedProgram program, Task onTopOf) -> {
        programs.write(out.number(PROGRAM), program, AuthorCodec::write);
        write(out, onTopOf);
      }
      case Author.UnknownProgram(String why, Task onTopOf) -> {
        reasons.write(out.number(UNKNOWN_PROGRAM), why, FactWriter::text);
        write(out, onTopOf);
      }
      case Author.Unknown(String why) -> out.number(UNKNOWN).text(why);
    }
  }

  static void write(FactWriter out, TracedProcess process) {
    out.number(process.pid()).number(process.startedNanos());
    out.text(process.comm()).text(process.exe());
    out.number(process.args().size());
    process.args().forEach(out::text);
    out.number(process.uid()).text(process.cgroup()).text(process.container());
    out.number(process.parentPid()).text(process.parentComm());
  }

  static void write(FactWriter out, TracedProgram program) {
    out.number(program.id()).bytes(program.tag()).text(program.name());
    out.number(program.typeNumber()).text(program.subprogram());
  }

  private static void write(FactWriter out, Task task) {
    out.number(task.pid()).text(task.comm());
  }

  /// @throws IllegalArgumentException if these are not such bytes
  Author read(FactReader in) {
    int kind = in.kind();
    return switch (kind) {
      case CALLER -> new Author.Caller(readProcess(in));
      case PROGRAM -> new Author.Program(programs.read(in, AuthorCodec::readProgram), readTask(in));
      case UNKNOWN_PROGRAM ->
          new Author.UnknownProgram(reasons.read(in, FactReader::text), readTask(in));
      case UNKNOWN -> new Author.Unknown(in.text());
      default -> throw new IllegalArgumentException("author of unknown kind " + kind);
    };
  }

  static TracedProcess readProcess(FactReader in) {
    return new TracedProcess(
        in.number(),
        in.number(),
        in.text(),
        in.text(),
        in.list(FactReader::text),
        in.number(),
        in.text(),
        in.text(),
        in.number(),
        in.text());
  }

  static TracedProgram readProgram(FactReader in) {
    return new TracedProgram(in.number(), in.bytes(), in.text(), in.number(), in.text());
  }

  private static Task readTask(FactReader in) {
    return new Task(in.number(), in.text());
  }
}
