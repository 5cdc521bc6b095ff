package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.SnapshotHeader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Facts of the model as they stand in every document.
final class JsonFacts {
  private final Json json;

  JsonFacts(Json json) {
    this.json = json;
  }

  void tool(Tool tool) throws IOException {
    json.row("tool").put("name", tool.name()).put("version", tool.version()).end();
  }

  void run(Run run) throws IOException {
    json.row("run")
        .put("id", run.id())
        .put("command", run.command())
        .put("startedAt", run.startedAt())
        .put("finishedAt", run.finishedAt())
        .end();
  }

  void host(HostFacts host) throws IOException {
    json.row("host")
        .put("id", host.id())
        .put("name", host.name())
        .put("kernel", host.kernel())
        .put("bootId", host.bootId())
        .end();
  }

  /// A snapshot where a document refers to it.
  void reference(String name, SnapshotHeader snapshot) throws IOException {
    json.row(name)
        .put("snapshot", snapshot.number())
        .put("takenAt", snapshot.takenAt())
        .put("hash", snapshot.hash())
        .end();
  }

  /// Where listed maps come from: the host, when, and the snapshot, which is null if it is live.
  void origin(Origin origin) throws IOException {
    host(origin.host());
    json.put("seenAt", origin.at());
    switch (origin) {
      case Origin.Live _ -> json.putNull("snapshot");
      case Origin.Stored(SnapshotHeader snapshot) -> reference("snapshot", snapshot);
    }
  }

  /// The fields of a whole snapshot header.
  void header(SnapshotHeader snapshot) throws IOException {
    json.put("snapshot", snapshot.number())
        .put("takenAt", snapshot.takenAt())
        .put("hash", snapshot.hash())
        .put("boottimeNanos", snapshot.boottimeNanos())
        .put("maps", snapshot.maps())
        .put("unread", snapshot.unread());
    host(snapshot.host());
  }

  /// A map that was not read, and why.
  void unread(MapState state, String reasonField, @Nullable String reason) throws IOException {
    BpfMap map = state.map();
    json.row()
        .put("id", map.id())
        .put("name", map.name())
        .put("type", map.typeName())
        .put(reasonField, reason)
        .end();
  }

  /// The fields of a map.
  void map(BpfMap map) throws IOException {
    json.put("id", map.id())
        .put("name", map.name())
        .put("type", map.typeName())
        .put("keySize", map.keySize())
        .put("valueSize", map.valueSize())
        .put("maxEntries", map.maxEntries())
        .put("pins", map.pins())
        .put("flags", map.mapFlags())
        .putUnsigned("extra", map.mapExtra())
        .put("ifindex", map.ifindex())
        .putUnsigned("netnsDev", map.netnsDev())
        .putUnsigned("netnsIno", map.netnsIno())
        .put("frozen", map.frozen())
        .put("memlock", map.memlock())
        .put("ownerProgType", map.ownerProgType());
    json.row("btf")
        .put("id", map.btfId())
        .put("keyTypeId", map.btfKeyTypeId())
        .put("valueTypeId", map.btfValueTypeId())
        .put("vmlinuxValueTypeId", map.btfVmlinuxValueTypeId())
        .put("digest", map.btfDigest())
        .end();
  }

  void key(Bytes key, boolean truncated) throws IOException {
    json.row("key").put("hex", key).putNull("value").put("truncated", truncated).end();
  }

  /// The value of an entry, with the program it points at, if it is known.
  void value(String name, Bytes value, @Nullable BpfProgram program) throws IOException {
    json.row(name).put("hex", value);
    program(program);
    json.end();
  }

  /// The same, of a value of `size` bytes of which perhaps only the first are known.
  void value(String name, Bytes start, @Nullable BpfProgram program, int size) throws IOException {
    json.row(name).put("hex", start);
    program(program);
    json.put("truncated", start.length() < size).end();
  }

  private void program(@Nullable BpfProgram program) throws IOException {
    if (program == null) {
      json.putNull("value");
    } else {
      json.object("value").object("program");
      json.put("id", program.id())
          .put("tag", program.tag())
          .put("name", program.name())
          .put("type", program.typeName());
      json.end().end();
    }
  }
}
