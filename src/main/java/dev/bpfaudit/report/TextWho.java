package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Attributed;
import dev.bpfaudit.attribution.Level;
import dev.bpfaudit.attribution.Writer;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Who made a change: a line for each writer, the last first.
final class TextWho {
  private static final int SHOWN = 3;
  private static final int LONGEST_NAME = 32;
  private static final int LEAST_COMMAND = 44;
  private static final int SHOWN_CONTAINER = 12;
  private static final Pattern PLAIN = Pattern.compile("[\\w./:=@%+,-]+");

  private final Page page;
  private final Instant now;

  /// @param now times of this day are told without the date
  TextWho(Page page, Instant now) {
    this.page = page;
    this.now = now;
  }

  /// Whether there is anything to say.
  static boolean says(Attributed who) {
    return !who.writers().isEmpty() || who.level() == Level.UNEXPLAINED;
  }

  /// Who wrote an entry.
  void entry(String indent, Attributed who) throws IOException {
    write(
        indent,
        who,
        "nobody seen writing it, although every path was watched: a direct or hidden write");
  }

  /// Who did something to a map as a whole.
  void map(String indent, Attributed who) throws IOException {
    write(indent, who, "nobody seen doing it, although every path was watched");
  }

  private void write(String indent, Attributed who, String nobody) throws IOException {
    List<Writer> writers = who.writers();
    int shown = page.verbose() ? writers.size() : Math.min(SHOWN, writers.size());
    for (Writer writer : writers.subList(0, shown)) {
      page.line(paint(writer.confidence()), line(indent, writer));
    }
    if (shown < writers.size()) {
      String more = Wording.count(writers.size() - shown, "more writer");
      page.line(Paint.DIM, indent + "… and " + more + ": --verbose");
    }
    if (who.level() == Level.UNEXPLAINED) {
      page.line(Paint.RED, indent + nobody);
    }
  }

  private static Paint paint(Level confidence) {
    return confidence == Level.CONFIRMED ? Paint.BOLD : Paint.PLAIN;
  }

  private String line(String indent, Writer writer) {
    String done = "  " + writer.confidence().label + " · " + done(writer);
    int room = page.verbose() ? Integer.MAX_VALUE : page.width() - indent.length() - done.length();
    return indent + by(writer.author(), room) + done;
  }

  /// Who it was, in at most `room` columns if that can be.
  static String by(Author author, int room) {
    return switch (author) {
      case Author.Caller(TracedProcess process) -> process(process, room);
      case Author.Program(TracedProgram program, Task onTopOf) ->
          program(program) + onTopOf(onTopOf);
      case Author.UnknownProgram(String why, Task onTopOf) ->
          fitted("by an unknown program (", why, ")" + onTopOf(onTopOf), room);
      case Author.Unknown(String why) -> fitted("by an unknown writer (", why, ")", room);
    };
  }

  private static String process(TracedProcess process, int room) {
    String head = "by " + name(process.comm()) + " (pid " + process.pid();
    String tail = ", uid " + process.uid() + container(process) + ")";
    String command = command(process);
    return command.isEmpty() ? head + tail : fitted(head + ", ", command, tail, room);
  }

  /// The file and what it was given; the name it gave itself counts only where the file is unknown.
  private static String command(TracedProcess process) {
    List<String> words = new ArrayList<>(process.args());
    if (!process.exe().isEmpty()) {
      if (!words.isEmpty()) {
        words.removeFirst();
      }
      words.addFirst(process.exe());
    }
    return words.stream().map(TextWho::quoted).collect(Collectors.joining(" "));
  }

  /// As the container tools shorten it.
  private static String container(TracedProcess process) {
    String id = KernelText.printable(process.container());
    return id.isEmpty()
        ? ""
        : ", container " + id.substring(0, Math.min(SHOWN_CONTAINER, id.length()));
  }

  private static String program(TracedProgram program) {
    String name = program.name().isEmpty() ? "(unnamed)" : name(program.name());
    String function =
        program.subprogram().isEmpty() ? "" : ", function " + name(program.subprogram());
    return "by program "
        + name
        + function
        + " (id "
        + program.id()
        + ", tag "
        + program.tag()
        + ", "
        + program.typeName()
        + ")";
  }

  private static String onTopOf(Task task) {
    String pid = task.pid() == 0 ? "" : " (pid " + task.pid() + ")";
    return ", on top of " + name(task.comm()) + pid;
  }

  private String done(Writer writer) {
    String what = Wording.count(writer.count(), noun(writer.operation(), writer.batch()));
    String last = writer.count() == 1 ? ", " : ", last ";
    return what + last + moment(writer.clock().at(writer.lastNanos()));
  }

  private String moment(Instant at) {
    String moment = Wording.moment(at);
    String day = Wording.moment(now).substring(0, moment.indexOf(' ') + 1);
    return moment.startsWith(day) ? moment.substring(day.length()) : moment;
  }

  static String noun(Operation operation, boolean batch) {
    String noun =
        switch (operation) {
          case UPDATE -> "update";
          case DELETE -> "deletion";
          case LOOKUP_AND_DELETE -> "lookup-and-delete";
          case PUSH -> "pushed value";
          case POP -> "popped value";
          case FREEZE -> "freeze";
          case CREATE -> "creation";
          case RELEASE -> "release";
          case OPEN -> "opening";
          case MMAP -> "mapping";
          case STORE -> "store";
        };
    return batch ? "batch " + noun : noun;
  }

  private static String name(String name) {
    return clipped(quoted(name), LONGEST_NAME);
  }

  /// A word that cannot be taken for ours.
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches()
        ? word
        : '"' + KernelText.printable(word).replace("\"", "\\\"") + '"';
  }

  private static String fitted(String head, String text, String tail, int room) {
    int most = Math.max(LEAST_COMMAND, room - head.length() - tail.length());
    return head + clipped(KernelText.printable(text), most) + tail;
  }

  private static String clipped(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
    return text.substring(0, end) + "…";
  }
}
