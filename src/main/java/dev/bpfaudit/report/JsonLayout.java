package dev.bpfaudit.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.PrettyPrinter;
import java.io.IOException;

/// White space of the JSON: a line for every field and element, except inside rows, which are
/// objects and arrays kept on one line.
final class JsonLayout implements PrettyPrinter {
  private static final String INDENT = "  ";

  private int depth;
  private int rowDepth;

  /// @param rowDepth 0 for documents, 1 if every root value is a row
  JsonLayout(int rowDepth) {
    this.rowDepth = rowDepth;
  }

  /// The object or array just begun, and all inside, stays on one line.
  void beginRow() {
    rowDepth++;
  }

  void endRow() {
    rowDepth--;
  }

  private boolean inRow() {
    return rowDepth > 0;
  }

  private void breakLine(JsonGenerator out) throws IOException {
    out.writeRaw('\n');
    for (int i = 0; i < depth; i++) {
      out.writeRaw(INDENT);
    }
  }

  private void separate(JsonGenerator out) throws IOException {
    out.writeRaw(',');
    if (inRow()) {
      out.writeRaw(' ');
    } else {
      breakLine(out);
    }
  }

  private void begin(JsonGenerator out) throws IOException {
    if (!inRow()) {
      breakLine(out);
    }
  }

  private void end(JsonGenerator out, int members, char bracket) throws IOException {
    depth--;
    if (members > 0 && !inRow()) {
      breakLine(out);
    }
    out.writeRaw(bracket);
  }

  @Override
  public void writeRootValueSeparator(JsonGenerator out) throws IOException {
    out.writeRaw('\n');
  }

  @Override
  public void writeStartObject(JsonGenerator out) throws IOException {
    out.writeRaw('{');
    depth++;
  }

  @Override
  public void writeEndObject(JsonGenerator out, int members) throws IOException {
    end(out, members, '}');
  }

  @Override
  public void writeObjectEntrySeparator(JsonGenerator out) throws IOException {
    separate(out);
  }

  @Override
  public void writeObjectFieldValueSeparator(JsonGenerator out) throws IOException {
    out.writeRaw(": ");
  }

  @Override
  public void writeStartArray(JsonGenerator out) throws IOException {
    out.writeRaw('[');
    depth++;
  }

  @Override
  public void writeEndArray(JsonGenerator out, int members) throws IOException {
    end(out, members, ']');
  }

  @Override
  public void writeArrayValueSeparator(JsonGenerator out) throws IOException {
    separate(out);
  }

  @Override
  public void beforeArrayValues(JsonGenerator out) throws IOException {
    begin(out);
  }

  @Override
  public void beforeObjectEntries(JsonGenerator out) throws IOException {
    begin(out);
  }
}
