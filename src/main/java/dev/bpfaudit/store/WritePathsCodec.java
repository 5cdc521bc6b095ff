package dev.bpfaudit.store;

import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.WritePath;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The paths an observation speaks of as bytes. Constants are written by name, because a later
/// release may put others between them.
final class WritePathsCodec {
  private static final int FORM = 1;
  private static final int WATCHED = 0;
  private static final int BLIND = 1;

  private WritePathsCodec() {}

  static byte[] encode(List<WritePath> paths) {
    FactWriter out = new FactWriter().number(FORM).number(paths.size());
    for (WritePath path : paths) {
      out.text(path.name()).text(path.kind().name());
      write(out, path.types());
      write(out, path.operations());
      write(out, path.state());
    }
    return out.written();
  }

  private static void write(FactWriter out, WritePath.State state) {
    switch (state) {
      case WritePath.Watched(long sinceNanos) -> out.number(WATCHED).number(sinceNanos);
      case WritePath.Blind(String why) -> out.number(BLIND).text(why);
    }
  }

  /// In their own order, so that one set has one spelling.
  static <E extends Enum<E>> void write(FactWriter out, Set<E> constants) {
    out.number(constants.size());
    constants.stream().sorted().map(Enum::name).forEach(out::text);
  }

  /// @throws IllegalArgumentException if these are not such bytes
  static List<WritePath> decode(byte[] bytes) {
    FactReader in = new FactReader(bytes);
    in.form(FORM, "write paths");
    List<WritePath> paths = in.list(WritePathsCodec::readPath);
    in.end();
    return paths;
  }

  private static WritePath readPath(FactReader in) {
    return new WritePath(
        in.text(),
        HookKind.valueOf(in.text()),
        readSet(in, MapType.class),
        readSet(in, Operation.class),
        readState(in));
  }

  private static WritePath.State readState(FactReader in) {
    int state = in.kind();
    return switch (state) {
      case WATCHED -> new WritePath.Watched(in.number());
      case BLIND -> new WritePath.Blind(in.text());
      default -> throw new IllegalArgumentException("path in unknown state " + state);
    };
  }

  static <E extends Enum<E>> Set<E> readSet(FactReader in, Class<E> type) {
    Collection<E> constants = in.list(i -> Enum.valueOf(type, i.text()));
    return constants.isEmpty() ? Set.of() : EnumSet.copyOf(constants);
  }
}
