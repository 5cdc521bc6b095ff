package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Probe.Answer;
import org.jspecify.annotations.Nullable;

/// A question to the kernel, still without an answer. The components are those of [Probe].
record Question(String name, Probe.Group group, String text, @Nullable String since) {
  Probe yes(String seen) {
    return answered(Answer.YES, seen, 0);
  }

  Probe no(String why) {
    return no(why, 0);
  }

  Probe no(String why, int errno) {
    return answered(Answer.NO, why, errno);
  }

  Probe unknown(String why) {
    return unknown(why, 0);
  }

  Probe unknown(String why, int errno) {
    return answered(Answer.UNKNOWN, why, errno);
  }

  private Probe answered(Answer answer, String detail, int errno) {
    String name = errno == 0 ? null : Errno.name(errno);
    return new Probe(this.name, group, text, answer, detail, name, since);
  }
}
