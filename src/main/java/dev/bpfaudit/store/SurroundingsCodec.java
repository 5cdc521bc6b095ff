package dev.bpfaudit.store;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Holder;
import dev.bpfaudit.model.ProgramReach;
import dev.bpfaudit.model.Reach;
import dev.bpfaudit.model.Surroundings;
import java.util.List;
import java.util.function.Function;

/// What was found about a host as bytes. Who could write unseen, which mostly stays the same from
/// snapshot to snapshot, is not among them, only its digest.
final class SurroundingsCodec {
  /// Form 1 did not say what was unchecked.
  private static final int FORM = 2;

  private static final int REACH_FORM = 1;

  private SurroundingsCodec() {}

  static byte[] encode(Surroundings found, Bytes reach) {
    FactWriter out = new FactWriter().number(FORM).number(found.alarms().size());
    for (Alarm alarm : found.alarms()) {
      out.text(alarm.kind().name()).text(alarm.severity().name());
      out.text(alarm.what()).text(alarm.why());
    }
    out.bytes(reach).number(found.unchecked().size());
    found.unchecked().forEach(out::text);
    return out.written();
  }

  /// @param reaches where what has a digest is to be had
  /// @throws IllegalArgumentException if these are not such bytes
  static Surroundings decode(byte[] bytes, Function<Bytes, Reach> reaches) {
    FactReader in = new FactReader(bytes);
    int form = in.form(List.of(1, FORM), "surroundings");
    List<Alarm> alarms = in.list(SurroundingsCodec::readAlarm);
    Reach reach = reaches.apply(in.bytes());
    List<String> unchecked = form == 1 ? List.of() : in.list(FactReader::text);
    in.end();
    return new Surroundings(alarms, reach, unchecked);
  }

  private static Alarm readAlarm(FactReader in) {
    return new Alarm(
        Alarm.Kind.valueOf(in.text()), Alarm.Severity.valueOf(in.text()), in.text(), in.text());
  }

  static byte[] encode(Reach reach) {
    FactWriter out = new FactWriter().number(REACH_FORM).number(reach.programs().size());
    for (ProgramReach one : reach.programs()) {
      AuthorCodec.write(out, one.program());
      write(out, one.stores());
      write(out, one.calls());
    }
    out.number(reach.holders().size());
    for (Holder one : reach.holders()) {
      AuthorCodec.write(out, one.process());
      write(out, one.writable());
      write(out, one.mapped());
    }
    out.number(reach.unknown().size());
    reach.unknown().forEach(out::text);
    return out.written();
  }

  /// @throws IllegalArgumentException if these are not such bytes
  static Reach decodeReach(byte[] bytes) {
    FactReader in = new FactReader(bytes);
    in.form(REACH_FORM, "reach");
    List<ProgramReach> programs = in.list(SurroundingsCodec::readProgram);
    List<Holder> holders = in.list(SurroundingsCodec::readHolder);
    List<String> unknown = in.list(FactReader::text);
    in.end();
    return new Reach(programs, holders, unknown);
  }

  private static ProgramReach readProgram(FactReader in) {
    return new ProgramReach(AuthorCodec.readProgram(in), readIds(in), readIds(in));
  }

  private static Holder readHolder(FactReader in) {
    return new Holder(AuthorCodec.readProcess(in), readIds(in), readIds(in));
  }

  private static void write(FactWriter out, List<Long> ids) {
    out.number(ids.size());
    ids.forEach(out::number);
  }

  private static List<Long> readIds(FactReader in) {
    return in.list(FactReader::number);
  }
}
