package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Lapse;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WritePath;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// Whether writes were watched, and what was seen, as bytes. The paths are not among them, only the
/// digest of theirs: [WritePathsCodec].
final class TracingCodec {
  /// Without lapses.
  private static final int FIRST_FORM = 1;

  private static final int FORM = 2;

  private static final int NOT_TRACED = 0;
  private static final int TRACED = 1;

  private static final int ONE_MAP = 0;
  private static final int TYPES = 1;
  private static final int ALL_MAPS = 2;
  private static final int AUTHORS_ONLY = 3;

  private TracingCodec() {}

  /// @param why nobody watched
  static byte[] encode(String why) {
    return new FactWriter().number(FORM).number(NOT_TRACED).text(why).written();
  }

  static byte[] encode(Observation seen, Bytes paths) {
    FactWriter out = new FactWriter().number(FORM).number(TRACED);
    out.bytes(seen.installation()).number(seen.generation());
    out.text(seen.kind().name()).number(seen.seed());
    out.number(seen.beganNanos()).number(seen.endedNanos());
    out.bytes(paths);
    out.number(seen.losses().size());
    seen.losses().forEach(loss -> write(out, loss));
    out.number(seen.lapses().size());
    seen.lapses().forEach(lapse -> write(out, lapse));
    out.number(seen.writes().size());
    ObservedWritesCodec writes = new ObservedWritesCodec(seen.seed(), seen.beganNanos());
    seen.writes().forEach(write -> writes.write(out, write));
    return out.written();
  }

  private static void write(FactWriter out, Loss loss) {
    out.text(loss.what()).number(loss.count());
    switch (loss.scope()) {
      case Loss.OneMap(long mapId) -> out.number(ONE_MAP).number(mapId);
      case Loss.Types(var types) -> WritePathsCodec.write(out.number(TYPES), types);
      case Loss.AllMaps _ -> out.number(ALL_MAPS);
      case Loss.AuthorsOnly _ -> out.number(AUTHORS_ONLY);
    }
  }

  private static void write(FactWriter out, Lapse lapse) {
    out.number(lapse.fromNanos()).number(lapse.toNanos() - lapse.fromNanos());
    out.text(lapse.path()).text(lapse.why());
    WritePathsCodec.write(out, lapse.types());
    WritePathsCodec.write(out, lapse.operations());
  }

  /// @param paths where the paths with a digest are to be had
  /// @throws IllegalArgumentException if these are not such bytes
  static Tracing decode(byte[] bytes, Function<Bytes, List<WritePath>> paths) {
    FactReader in = new FactReader(bytes);
    int form = in.form(List.of(FIRST_FORM, FORM), "tracing");
    int kind = in.kind();
    Tracing tracing =
        switch (kind) {
          case NOT_TRACED -> new Tracing.NotTraced(in.text());
          case TRACED -> new Tracing.Traced(readObservation(in, form, paths));
          default -> throw new IllegalArgumentException("tracing of unknown kind " + kind);
        };
    in.end();
    return tracing;
  }

  private static Observation readObservation(
      FactReader in, int form, Function<Bytes, List<WritePath>> paths) {
    Bytes installation = in.bytes();
    long generation = in.number();
    HookKind kind = HookKind.valueOf(in.text());
    long seed = in.number();
    long began = in.number();
    long ended = in.number();
    List<WritePath> watched = paths.apply(in.bytes());
    List<Loss> losses = in.list(TracingCodec::readLoss);
    List<Lapse> lapses = form == FIRST_FORM ? List.of() : in.list(TracingCodec::readLapse);
    List<ObservedWrite> writes = in.list(new ObservedWritesCodec(seed, began)::read);
    return new Observation(
        installation, generation, kind, seed, began, ended, watched, losses, lapses, writes);
  }

  private static Lapse readLapse(FactReader in) {
    long from = in.number();
    long to = from + in.number();
    String path = in.text();
    String why = in.text();
    Set<MapType> types = WritePathsCodec.readSet(in, MapType.class);
    return new Lapse(from, to, path, types, WritePathsCodec.readSet(in, Operation.class), why);
  }

  private static Loss readLoss(FactReader in) {
    return new Loss(in.text(), in.number(), readScope(in));
  }

  private static Loss.Scope readScope(FactReader in) {
    int scope = in.kind();
    return switch (scope) {
      case ONE_MAP -> new Loss.OneMap(in.number());
      case TYPES -> new Loss.Types(WritePathsCodec.readSet(in, MapType.class));
      case ALL_MAPS -> new Loss.AllMaps();
      case AUTHORS_ONLY -> new Loss.AuthorsOnly();
      default -> throw new IllegalArgumentException("loss of unknown scope " + scope);
    };
  }
}
