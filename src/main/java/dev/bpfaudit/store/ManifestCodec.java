package dev.bpfaudit.store;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.TableRef;
import java.util.List;
import java.util.function.Function;

/// The facts of all maps and programs of a snapshot as bytes. What moves although nothing changed,
/// such as the reading windows, is not among them, so an unchanged host has the same bytes again.
final class ManifestCodec {
  private static final int FORM = 1;
  private static final int COMPLETE = 0;
  private static final int PARTIAL = 1;
  private static final int UNREADABLE = 2;
  private static final int NOT_ENUMERABLE = 3;

  private ManifestCodec() {}

  static byte[] encode(Manifest manifest) {
    FactWriter out = new FactWriter().number(FORM).number(manifest.maps().size());
    for (Manifest.Entry entry : manifest.maps()) {
      write(out, entry.map());
      write(out, entry.contents());
    }
    out.number(manifest.programs().size());
    manifest.programs().forEach(program -> write(out, program));
    return out.written();
  }

  private static void write(FactWriter out, BpfMap map) {
    out.number(map.id()).number(map.typeNumber()).text(map.name());
    out.number(map.keySize()).number(map.valueSize()).number(map.maxEntries());
    out.number(map.mapFlags()).number(map.mapExtra());
    out.number(map.ifindex()).number(map.netnsDev()).number(map.netnsIno());
    out.flag(map.frozen()).number(map.memlock());
    out.number(map.btfId()).number(map.btfKeyTypeId()).number(map.btfValueTypeId());
    out.number(map.btfVmlinuxValueTypeId()).bytes(map.btfDigest()).number(map.ownerProgType());
    out.number(map.pins().size());
    map.pins().forEach(out::text);
  }

  private static void write(FactWriter out, Contents contents) {
    switch (contents) {
      case Contents.Complete(TableRef table) -> out.number(COMPLETE).bytes(table.digest());
      case Contents.Partial(TableRef table, String reason) ->
          out.number(PARTIAL).bytes(table.digest()).text(reason);
      case Contents.Unreadable(String reason) -> out.number(UNREADABLE).text(reason);
      case Contents.NotEnumerable(String why, TableRef seen) ->
          out.number(NOT_ENUMERABLE).text(why).bytes(seen.digest());
    }
  }

  private static void write(FactWriter out, BpfProgram program) {
    out.number(program.id()).number(program.typeNumber()).text(program.name());
    out.bytes(program.tag()).number(program.uid()).number(program.mapIds().size());
    program.mapIds().forEach(out::number);
  }

  /// @param tables where the table with a digest is to be had when somebody looks inside
  /// @throws IllegalArgumentException if these are not such bytes
  static Manifest decode(byte[] bytes, Function<Bytes, FlatTable> tables) {
    FactReader in = new FactReader(bytes);
    in.form(FORM, "manifest");
    List<Manifest.Entry> maps =
        in.list(i -> new Manifest.Entry(readMap(i), readContents(i, tables)));
    List<BpfProgram> programs = in.list(ManifestCodec::readProgram);
    in.end();
    return new Manifest(maps, programs);
  }

  private static BpfMap readMap(FactReader in) {
    return new BpfMap(
        in.number(),
        in.number(),
        in.text(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.flag(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.bytes(),
        in.number(),
        in.list(FactReader::text));
  }

  private static Contents readContents(FactReader in, Function<Bytes, FlatTable> tables) {
    int kind = in.kind();
    return switch (kind) {
      case COMPLETE -> new Contents.Complete(table(in, tables));
      case PARTIAL -> new Contents.Partial(table(in, tables), in.text());
      case UNREADABLE -> new Contents.Unreadable(in.text());
      case NOT_ENUMERABLE -> new Contents.NotEnumerable(in.text(), table(in, tables));
      default -> throw new IllegalArgumentException("contents of unknown kind " + kind);
    };
  }

  private static TableRef table(FactReader in, Function<Bytes, FlatTable> tables) {
    Bytes digest = in.bytes();
    return TableRef.stored(digest, () -> tables.apply(digest));
  }

  private static BpfProgram readProgram(FactReader in) {
    return new BpfProgram(
        in.number(), in.number(), in.text(), in.bytes(), in.number(), in.list(FactReader::number));
  }
}
