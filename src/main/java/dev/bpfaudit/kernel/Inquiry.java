package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Probe;
import java.util.function.Function;

/// Has a question tried out and makes a refusal an answer: no, if the kernel refused; unknown, if
/// something else may have.
///
/// @param running the version of this kernel
record Inquiry(KernelVersion running, Privileges privileges) {

  /// @param attempt answers yes, or what else it saw; what the kernel refuses it throws
  Probe ask(Question question, Function<Question, Probe> attempt) {
    try {
      return attempt.apply(question);
    } catch (KernelException e) {
      return refused(question, e);
    }
  }

  private Probe refused(Question question, KernelException e) {
    int errno = e.errno();
    if (errno == 0 || Errno.isScarcity(errno)) {
      return question.unknown(e.refusal(), errno);
    }
    if (Errno.isPermission(errno) && !privileges.doubt().isEmpty()) {
      return question.unknown(e.refusal() + privileges.doubt(), errno);
    }
    return question.no(e.refusal() + age(question), errno);
  }

  /// Says so if this kernel is older than what was asked for.
  private String age(Question question) {
    String since = question.since();
    return since != null && running.compareTo(KernelVersion.of(since)) < 0
        ? "; since Linux " + since
        : "";
  }
}
