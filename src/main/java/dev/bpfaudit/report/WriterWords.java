package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Writer;
import dev.bpfaudit.model.Author;

/// By which way somebody wrote, or could have.
final class WriterWords {
  private WriterWords() {}

  /// As the JSON spells it.
  static String origin(Writer writer) {
    return writer.means().direct() ? "direct" : origin(writer.author());
  }

  /// The same of somebody who was seen.
  static String origin(Author author) {
    return switch (author) {
      case Author.Caller _ -> "syscall";
      case Author.Program _, Author.UnknownProgram _ -> "program";
      case Author.Unknown _ -> "unknown";
    };
  }

  /// Why somebody who was not seen could have written; empty of one who was.
  static String could(Writer writer) {
    return switch (writer.means()) {
      case SEEN -> "";
      case POINTER -> "its code can store into it";
      case MAPPING ->
          "mapped it for writing at " + Wording.moment(writer.clock().at(writer.lastNanos()));
      case MAPPED -> "has it in its memory, writable";
      case HELPER -> "its code can update it, and that was not watched all the time";
      case DESCRIPTOR -> "holds it open for writing, and that was not watched all the time";
    };
  }
}
