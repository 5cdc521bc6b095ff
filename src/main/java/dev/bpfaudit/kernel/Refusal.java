package dev.bpfaudit.kernel;

/// Why a canary could not be written.
///
/// @param why the error's name
/// @param passes whether something had run out or was busy, which is nobody's intent
record Refusal(String why, boolean passes) {
  static Refusal of(KernelException refused) {
    int errno = refused.errno();
    return errno == 0
        ? new Refusal(refused.refusal(), false)
        : new Refusal(Errno.describe(errno), Errno.isPassing(errno) || Errno.isScarcity(errno));
  }
}
