package dev.bpfaudit.report;

import static dev.bpfaudit.report.TracedDiff.at;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Holder;
import dev.bpfaudit.model.ProgramReach;
import dev.bpfaudit.model.Reach;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;
import java.util.List;

/// Who writes in a [TracedDiff].
final class Authors {
  static final Author CURL =
      new Author.Caller(
          new TracedProcess(
              4242,
              at(-600),
              "curl",
              "/usr/bin/curl",
              List.of("curl", "-s", "http://198.51.100.7/a b", "-o", "/tmp/" + "x".repeat(80)),
              1000,
              "/docker/" + "3f2a".repeat(16),
              "3f2a".repeat(16),
              4200,
              "bash"));
  static final Author BPFTOOL =
      new Author.Caller(
          new TracedProcess(
              77,
              at(40),
              "bpftool",
              "/usr/sbin/bpftool",
              List.of("bpftool", "map"),
              0,
              "/",
              "",
              0,
              ""));
  static final Author FIREWALL =
      new Author.Program(
          new TracedProgram(57, Bytes.fromHex("a04f5eef06a7f555"), "xdp_fw", 6, ""),
          new Task(0, "swapper/1"));
  static final Author GONE =
      new Author.UnknownProgram("it was unloaded before its name was kept", new Task(9, "sshd"));

  private static final TracedProcess AGENT =
      new TracedProcess(
          812,
          at(-700),
          "agent",
          "/opt/agent/agent",
          List.of("agent", "-d"),
          0,
          "/",
          "",
          1,
          "init");

  /// Who could write `limits`, which nobody is seen writing.
  static final Reach REACH =
      new Reach(
          List.of(
              new ProgramReach(
                  new TracedProgram(58, Bytes.fromHex("b15f5eef06a7f555"), "xdp_limits", 6, ""),
                  List.of(61L),
                  List.of())),
          List.of(new Holder(AGENT, List.of(61L), List.of(61L))),
          List.of(
              "program 9 \"odd\" may write every map it uses: its instructions are not understood"));

  private Authors() {}
}
