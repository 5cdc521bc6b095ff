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

  /// The greatest number in `enum bpf_map_type` that stands for a type.
  int highestMapType() {
    int members = find("] ENUM 'bpf_map_type' ").end();
    int end = text.indexOf("\n[", members);
    return Pattern.compile("'BPF_MAP_TYPE_\\w+' val=(\\d+)")
        .matcher(text.substring(members, end))
        .results()
        .mapToInt(member -> Integer.parseInt(member.group(1)))
        .max()
        .orElseThrow(() -> new AssertionError("the kernel's BTF has no bpf_map_type"));
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
