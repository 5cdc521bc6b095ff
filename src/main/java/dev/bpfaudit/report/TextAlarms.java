package dev.bpfaudit.report;

import dev.bpfaudit.attribution.RaisedAlarm;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.KernelText;
import java.io.IOException;
import java.util.List;

/// What was found about the host or the tool, before anything else.
final class TextAlarms {
  private final Page page;

  TextAlarms(Page page) {
    this.page = page;
  }

  /// @param number of the later snapshot, which goes without saying
  void write(List<RaisedAlarm> alarms, long number) throws IOException {
    for (RaisedAlarm raised : alarms) {
      Alarm alarm = raised.alarm();
      String since =
          raised.snapshot().number() == number ? "" : " (@" + raised.snapshot().number() + ")";
      String what = alarm.severity().label + ": " + KernelText.printable(alarm.what()) + since;
      write(alarm, what);
    }
  }

  private void write(Alarm alarm, String what) throws IOException {
    page.line(paint(alarm.severity()), "!! " + what);
    page.line(Paint.PLAIN, "   " + KernelText.printable(alarm.why()));
  }

  /// Of now.
  void write(List<Alarm> alarms) throws IOException {
    for (Alarm alarm : alarms) {
      write(alarm, alarm.severity().label + ": " + KernelText.printable(alarm.what()));
    }
  }

  /// In what way hidden maps could not be looked for, for who wants to know all.
  void unchecked(List<String> reasons) throws IOException {
    if (page.verbose()) {
      for (String why : reasons) {
        page.line(Paint.DIM, "looking for hidden maps: " + KernelText.printable(why));
      }
    }
  }

  private static Paint paint(Alarm.Severity severity) {
    return switch (severity) {
      case CRITICAL, HIGH -> Paint.RED;
      case MEDIUM, LOW -> Paint.YELLOW;
    };
  }
}
