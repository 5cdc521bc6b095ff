package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Probe.Group;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// How this machine is set up, where it bears on what can be seen. Only files are read.
final class SettingProbes {
  private static final Path SYSCTL = Path.of("/proc/sys/kernel");

  private SettingProbes() {}

  static List<Probe> all() {
    return List.of(
        below(
            "securityfs",
            "lockdown",
            question("lockdown", "Is the kernel locked down?"),
            SettingProbes::chosen,
            "none"),
        sysctl("ftrace_enabled", "Is ftrace on? Without it fentry programs are not called."),
        below(
            "debugfs",
            "kprobes/enabled",
            question("kprobes_enabled", "Are kprobes on?"),
            UnaryOperator.identity(),
            "0"),
        sysctl("kptr_restrict", "Are kernel addresses hidden?"),
        sysctl(
            "unprivileged_bpf_disabled", "Are users without capabilities kept from making maps?"),
        bpffs(question("bpffs", "Is a bpffs mounted, where maps can be pinned?")),
        cgroup(question("cgroup", "Is cgroup version 2 mounted?")));
  }

  private static Question question(String name, String text) {
    return new Question(name, Group.SETTINGS, text, null);
  }

  private static Probe sysctl(String name, String text) {
    return file(question(name, text), SYSCTL.resolve(name), UnaryOperator.identity(), "0");
  }

  private static Probe below(
      String type, String file, Question question, UnaryOperator<String> value, String off) {
    Optional<Path> mount = KernelFile.wholeMount(type);
    return mount.isEmpty()
        ? question.unknown(type + " is not mounted")
        : file(question, mount.get().resolve(file), value, off);
  }

  /// @param value what of the file's text is the setting
  /// @param off the setting that means no
  private static Probe file(Question question, Path file, UnaryOperator<String> value, String off) {
    try {
      String setting = value.apply(KernelFile.read(file));
      return setting.equals(off) ? question.no(setting) : question.yes(setting);
    } catch (KernelException e) {
      return e.errno() == Errno.ENOENT
          ? question.no("not built into this kernel: no " + file, e.errno())
          : question.unknown(e.refusal(), e.errno());
    }
  }

  /// The word in brackets, `integrity` of `none [integrity] confidentiality`.
  private static String chosen(String words) {
    int start = words.indexOf('[');
    int end = words.indexOf(']', start + 1);
    return start < 0 || end < 0 ? words : words.substring(start + 1, end);
  }

  private static Probe bpffs(Question question) {
    return KernelFile.mount("bpf")
        .map(point -> question.yes(point.toString()))
        .orElseGet(() -> question.no("no mount of type bpf"));
  }

  private static Probe cgroup(Question question) {
    boolean first = KernelFile.mount("cgroup").isPresent();
    Optional<Path> second = KernelFile.mount("cgroup2");
    if (second.isEmpty()) {
      return question.no(first ? "version 1 only" : "no cgroup is mounted");
    }
    return question.yes(
        (first ? "versions 1 and 2 (hybrid), 2 at " : "version 2 at ") + second.get());
  }
}
