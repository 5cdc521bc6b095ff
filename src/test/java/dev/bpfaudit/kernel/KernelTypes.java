package dev.bpfaudit.kernel;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The running kernel's own types, as `bpftool btf dump` prints them.
final class KernelTypes {
  private final String text;

  private KernelTypes(String text) {
    this.text = text;
  }

  static KernelTypes read() {
    return new KernelTypes(
        Command.run(List.of("bpftool", "btf", "dump", "file", "/sys/kernel/btf/vmlinux")));
  }

  int highestMapType() {
    return Integer.parseInt(find("'__MAX_BPF_MAP_TYPE' val=(\\d+)").group(1)) - 1;
  }

  int structId(String name) {
    return Integer.parseInt(find("\\[(\\d+)] STRUCT '" + name + "' ").group(1));
  }

  int structSize(String name) {
    return Integer.parseInt(find("] STRUCT '" + name + "' size=(\\d+)").group(1));
  }

  int functionId(String name) {
    return Integer.parseInt(find("\\[(\\d+)] FUNC '" + name + "' ").group(1));
  }

  private Matcher find(String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    if (!found.find()) {
      throw new AssertionError("the kernel's BTF has no " + pattern);
    }
    return found;
  }
}
