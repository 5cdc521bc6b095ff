package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.TracedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Who did what a scenario is about.
sealed interface Suspect {
  /// Fails unless `author` is this one, in all that is known of it.
  void mustBe(Author author);

  /// A process.
  ///
  /// @param startedTicks hundredths of a second after the boot; -1 if nobody could look
  /// @param args the command line, or as much as is known of its beginning
  /// @param cgroup the end of its path, as far as this process can see it
  record Caller(
      long pid,
      long startedTicks,
      String comm,
      String exe,
      List<String> args,
      String cgroup,
      String container,
      long parentPid,
      String parentComm)
      implements Suspect {
    private static final int KEPT_BYTES = 256;
    private static final long NANOS_PER_TICK = 10_000_000;

    public Caller {
      args = List.copyOf(args);
    }

    /// A process that lives, as `/proc` shows it.
    static Caller of(long pid) {
      try {
        Path process = Path.of("/proc/" + pid);
        List<String> stat = stat(pid);
        long parent = Long.parseLong(stat.get(1));
        String exe = Files.readSymbolicLink(process.resolve("exe")).toString();
        String line = Files.readString(process.resolve("cmdline"));
        return new Caller(
            pid,
            Long.parseLong(stat.get(19)),
            comm(pid),
            exe,
            List.of(line.split("\0")),
            cgroup(process),
            "",
            parent,
            comm(parent));
      } catch (IOException e) {
        throw new AssertionError("process " + pid + " is gone", e);
      }
    }

    /// A child of this process that wrote and is gone.
    static Caller gone(long pid, String comm, List<String> command) {
      long self = ProcessHandle.current().pid();
      try {
        String cgroup = cgroup(Path.of("/proc/self"));
        String exe = command.getFirst();
        return new Caller(pid, -1, comm, exe, command, cgroup, "", self, comm(self));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /// The same, run from another file.
    Caller at(String path) {
      return new Caller(
          pid, startedTicks, comm, path, args, cgroup, container, parentPid, parentComm);
    }

    Caller in(String id) {
      return new Caller(pid, startedTicks, comm, exe, args, cgroup, id, parentPid, parentComm);
    }

    Caller startedAt(long ticks, String name) {
      return new Caller(pid, ticks, name, exe, args, cgroup, container, parentPid, parentComm);
    }

    /// What follows the name in `/proc/PID/stat`, from the state on.
    private static List<String> stat(long pid) throws IOException {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    }

    private static String comm(long pid) throws IOException {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
    }

    private static String cgroup(Path process) throws IOException {
      String path =
          Files.readAllLines(process.resolve("cgroup")).stream()
              .filter(line -> line.startsWith("0::"))
              .map(line -> line.substring(3))
              .findFirst()
              .orElse("/");
      return path.equals("/") ? "" : path;
    }

    @Override
    public void mustBe(Author author) {
      assertThat(author).isInstanceOf(Author.Caller.class);
      TracedProcess told = ((Author.Caller) author).process();
      assertThat(told.pid()).as("pid").isEqualTo(pid);
      assertThat(told.comm()).as("comm").isEqualTo(comm);
      if (startedTicks >= 0) {
        assertThat(told.startedNanos() / NANOS_PER_TICK).as("start").isEqualTo(startedTicks);
      }
      assertThat(told.exe()).as("exe").isEqualTo(exe);
      assertThat(cut(told.args())).as("args").isEqualTo(cut(args));
      assertThat(told.uid()).as("uid").isZero();
      assertThat(told.cgroup()).as("cgroup").endsWith(cgroup);
      assertThat(told.container()).as("container").isEqualTo(container);
      assertThat(told.parentPid()).as("parent").isEqualTo(parentPid);
      assertThat(told.parentComm()).as("parent").isEqualTo(parentComm);
    }

    /// What fits into the room for it.
    private static String cut(List<String> args) {
      String all = String.join("\0", args);
      return all.substring(0, Math.min(KEPT_BYTES - 1, all.length()));
    }
  }

  /// A BPF program.
  ///
  /// @param subprogram which of its functions wrote
  /// @param onTopOf the process it ran on, -1 if that may be anybody
  record Program(long id, String tag, String name, String type, String subprogram, long onTopOf)
      implements Suspect {
    static Program of(ProgramWriter writer, long onTopOf) {
      return new Program(writer.id(), writer.tag(), writer.name(), writer.type(), "", onTopOf);
    }

    /// The same, of which nobody saw where it ran.
    Program unseen() {
      return new Program(id, tag, name, type, "", -1);
    }

    Program below(String function) {
      return new Program(id, tag, name, type, function, onTopOf);
    }

    @Override
    public void mustBe(Author author) {
      assertThat(author).isInstanceOf(Author.Program.class);
      Author.Program told = (Author.Program) author;
      assertThat(told.program().id()).as("id").isEqualTo(id);
      assertThat(told.program().tag()).as("tag").hasToString(tag);
      assertThat(told.program().name()).as("name").isEqualTo(name);
      assertThat(told.program().typeName()).as("type").isEqualTo(type);
      assertThat(told.program().subprogram()).as("subprogram").isEqualTo(subprogram);
      if (onTopOf >= 0) {
        assertThat(told.onTopOf().pid()).as("on top of").isEqualTo(onTopOf);
        assertThat(told.onTopOf().comm()).as("on top of").isEqualTo("innocent");
      }
    }
  }
}
