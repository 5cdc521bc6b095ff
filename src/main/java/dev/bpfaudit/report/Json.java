package dev.bpfaudit.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.bpfaudit.model.Bytes;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JSON, streamed to a writer in the words of our documents: hex bytes, UTC times with nine digits,
/// exact numbers, printable ASCII only.
final class Json implements AutoCloseable {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(9).toFormatter();

  private final JsonGenerator out;
  private final JsonLayout layout;
  private final Deque<Boolean> openRows = new ArrayDeque<>();
  private boolean empty = true;

  private Json(Writer writer, JsonLayout layout) throws IOException {
    this.layout = layout;
    out = factory().createGenerator(writer);
    out.setPrettyPrinter(layout);
  }

  private static JsonFactory factory() {
    return new JsonFactoryBuilder()
        .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
        .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
        .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
        .characterEscapes(new AsciiEscapes())
        .build();
  }

  /// For one document.
  static Json indented(Writer writer) throws IOException {
    return new Json(writer, new JsonLayout(0));
  }

  /// For many objects, each on a line.
  static Json lines(Writer writer) throws IOException {
    return new Json(writer, new JsonLayout(1));
  }

  /// Begins an object: the document, a line, or an element.
  Json object() throws IOException {
    empty = false;
    out.writeStartObject();
    openRows.push(false);
    return this;
  }

  Json object(String name) throws IOException {
    out.writeFieldName(name);
    return object();
  }

  /// Begins an object that stays on one line.
  Json row() throws IOException {
    out.writeStartObject();
    return markRow();
  }

  Json row(String name) throws IOException {
    out.writeFieldName(name);
    return row();
  }

  private Json markRow() {
    layout.beginRow();
    openRows.push(true);
    return this;
  }

  Json array(String name) throws IOException {
    out.writeArrayFieldStart(name);
    openRows.push(false);
    return this;
  }

  /// Ends the innermost object or array.
  Json end() throws IOException {
    if (out.getOutputContext().inArray()) {
      out.writeEndArray();
    } else {
      out.writeEndObject();
    }
    if (openRows.pop()) {
      layout.endRow();
    }
    return this;
  }

  Json put(String name, @Nullable String value) throws IOException {
    out.writeStringField(name, value);
    return this;
  }

  Json put(String name, long value) throws IOException {
    out.writeNumberField(name, value);
    return this;
  }

  Json put(String name, boolean value) throws IOException {
    out.writeBooleanField(name, value);
    return this;
  }

  Json put(String name, Instant value) throws IOException {
    return put(name, TIME.format(value));
  }

  Json put(String name, Bytes value) throws IOException {
    return put(name, value.hex());
  }

  /// A u64 that a `long` carries.
  Json putUnsigned(String name, long value) throws IOException {
    out.writeFieldName(name);
    out.writeNumber(Long.toUnsignedString(value));
    return this;
  }

  Json putNull(String name) throws IOException {
    out.writeNullField(name);
    return this;
  }

  /// An array on one line.
  Json put(String name, List<String> values) throws IOException {
    out.writeArrayFieldStart(name);
    markRow();
    for (String value : values) {
      out.writeString(value);
    }
    return end();
  }

  /// Numbers on one line.
  Json putNumbers(String name, List<Long> values) throws IOException {
    out.writeArrayFieldStart(name);
    markRow();
    for (long value : values) {
      out.writeNumber(value);
    }
    return end();
  }

  /// Ends the last line and flushes; the writer stays open.
  @Override
  public void close() throws IOException {
    if (!empty) {
      out.writeRaw('\n');
    }
    out.close();
  }
}
