package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.io.IOException;
import java.util.List;

/// A line of live writes.
final class JsonWritten {
  private final Json json;

  JsonWritten(Json json) {
    this.json = json;
  }

  /// All fields after `schema`.
  void write(Written written) throws IOException {
    ObservedWrite write = written.write().recorded();
    json.put("at", written.at()).put("host", written.host().id());
    map(written);
    json.put("operation", write.operation().label)
        .put("batch", write.batch())
        .put("doubtful", write.doubtful());
    key(write.key());
    value(write.value());
    json.put("count", written.write().count());
    json.put("origin", JsonWriter.origin(write.author()));
    new JsonWriter(json).author(write.author(), written.clock());
    json.row("recorded")
        .put("count", write.count())
        .put("firstAt", written.clock().at(write.firstNanos()))
        .end();
    if (written.snapshot() == null) {
      json.putNull("snapshot");
    } else {
      json.put("snapshot", written.snapshot().number());
    }
  }

  private void map(Written written) throws IOException {
    BpfMap map = written.map();
    json.row("map").put("id", written.write().recorded().mapId());
    if (map == null) {
      json.putNull("name").putNull("type").put("pins", List.of());
    } else {
      json.put("name", map.name()).put("type", map.typeName()).put("pins", map.pins());
    }
    json.end();
  }

  private void key(WrittenKey key) throws IOException {
    switch (key) {
      case WrittenKey.Exact(Bytes bytes) -> key("one", bytes, bytes.length());
      case WrittenKey.Prefix(Bytes start, int size, long _) -> key("one", start, size);
      case WrittenKey.Unknown() -> json.put("keys", "unknown").putNull("key");
      case WrittenKey.Whole() -> json.put("keys", "whole").putNull("key");
    }
  }

  private void key(String keys, Bytes start, int size) throws IOException {
    json.put("keys", keys);
    bytes("key", start, size);
  }

  private void value(WrittenValue value) throws IOException {
    switch (value) {
      case WrittenValue.Hashed(long _, Bytes start, int size) -> bytes("value", start, size);
      case WrittenValue.Unknown(), WrittenValue.None() -> json.putNull("value");
    }
  }

  private void bytes(String name, Bytes start, int size) throws IOException {
    json.row(name)
        .put("hex", start)
        .put("size", size)
        .put("truncated", start.length() < size)
        .end();
  }
}
