package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.MapType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pins on bpffs mounts of this test's own. Needs root, `mount` and `unshare`.
@KernelTest
final class PinsTest {
  @TempDir Path temporary = Path.of("");

  private final LiveKernel kernel = new LiveKernel(Clock.systemUTC());
  private final ScratchMaps scratch = new ScratchMaps();
  private Path bpffs = Path.of("");

  @BeforeEach
  void mount() throws IOException {
    bpffs = Files.createDirectory(temporary.resolve("b p\tf"));
    Command.run(List.of("mount", "-t", "bpf", "bpf", bpffs.toString()));
  }

  @AfterEach
  void unmount() {
    scratch.close();
    Command.run(List.of("umount", bpffs.toString()));
  }

  @Test
  void findsPinsBelowDirectoriesAndEveryPinOfAMap() throws IOException {
    ScratchMap map = map("twice");
    Path below = Files.createDirectories(bpffs.resolve("a/b"));
    map.pin(below.resolve("one"));
    map.pin(bpffs.resolve("two"));
    assertThat(find(map).pins()).containsExactly(below + "/one", bpffs + "/two");
    assertThat(find(map("unpinned")).pins()).isEmpty();
  }

  @Test
  void passesOverProgramsAndLinksToPins() throws IOException {
    ScratchMap map = map("pinned");
    map.pin(bpffs.resolve("map"));
    ScratchProgram program = scratch.load("pinned_prog", 0);
    String id = Long.toString(program.id());
    Command.run(List.of("bpftool", "prog", "pin", "id", id, bpffs.resolve("prog").toString()));
    Files.createSymbolicLink(bpffs.resolve("link"), bpffs.resolve("map"));
    Descriptors before = Descriptors.open();
    assertThat(find(map).pins()).containsExactly(bpffs + "/map");
    assertThat(Descriptors.open()).isEqualTo(before);
    Files.delete(bpffs.resolve("prog"));
  }

  @Test
  void keepsHostileBytesOfAPathApart() throws IOException {
    ScratchMap map = map("hostile");
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    path.writeBytes(bpffs.toString().getBytes(StandardCharsets.UTF_8));
    path.writeBytes("/\u001b[31mred\nline\\ ä".getBytes(StandardCharsets.UTF_8));
    path.writeBytes(new byte[] {(byte) 0xff, (byte) 0xc3});
    map.pin(NativePath.of(path.toByteArray()));
    assertThat(find(map).pins()).containsExactly(bpffs + "/\u001b[31mred\nline\\\\ ä\\xff\\xc3");
  }

  @Test
  void listsAFileSystemThatIsMountedTwiceOnce() throws IOException {
    ScratchMap map = map("once");
    map.pin(bpffs.resolve("map"));
    Path again = Files.createDirectory(temporary.resolve("z"));
    Command.run(List.of("mount", "--bind", bpffs.toString(), again.toString()));
    try {
      assertThat(find(map).pins()).containsExactly(bpffs + "/map");
    } finally {
      Command.run(List.of("umount", again.toString()));
    }
  }

  @Test
  void namesAPinByTheOldestMountOfItsFileSystem() throws IOException {
    Path recycled = Files.createDirectory(temporary.resolve("recycled"));
    Path oldest = Files.createDirectory(temporary.resolve("oldest"));
    Path later = Files.createDirectory(temporary.resolve("a"));
    Command.run(List.of("mount", "-t", "tmpfs", "tmpfs", recycled.toString()));
    Command.run(List.of("mount", "-t", "bpf", "bpf", oldest.toString()));
    Command.run(List.of("umount", recycled.toString())); // its mount id is free again
    try {
      ScratchMap map = map("stays");
      map.pin(oldest.resolve("map"));
      assertThat(find(map).pins()).containsExactly(oldest + "/map");
      Command.run(List.of("mount", "--bind", oldest.toString(), later.toString()));
      assertThat(find(map).pins()).containsExactly(oldest + "/map");
    } finally {
      scratch.close();
      Command.attempt(List.of("umount", later.toString()));
      Command.run(List.of("umount", oldest.toString()));
    }
  }

  @Test
  void prefersTheUsualPlaceAmongMountsOfTheSameDirectory() throws IOException {
    Files.writeString(
        temporary.resolve("mountinfo"),
        """
        30 1 0:40 /part /a rw - bpf bpf rw
        31 1 0:40 / /aa rw - bpf bpf rw
        90 1 0:40 / /sys/fs/bpf rw - bpf bpf rw
        20 1 0:40 / /b rw - bpf bpf rw
        21 1 0:41 / /c rw - tmpfs tmpfs rw
        """);
    assertThat(BpffsMount.of(temporary))
        .extracting(BpffsMount::point)
        .containsExactly("/sys/fs/bpf", "/aa", "/b", "/a");
  }

  @Test
  void looksThroughAnotherProcessOfTheNamespaceIfTheFirstIsGoneOrLockedUp()
      throws IOException, InterruptedException {
    ScratchMap map = map("elsewhere");
    Path hidden = Files.createDirectory(temporary.resolve("hidden"));
    Path jail = Files.createDirectory(temporary.resolve("jail"));
    String script =
        "mount --bind / \"$1\" && mount -t bpf bpf \"$0\" && exec 3<&0 && { cat <&3 & } &&"
            + " exec chroot \"$1\" sh -c 'echo ready && cat'";
    Process other =
        new ProcessBuilder("unshare", "-m", "sh", "-c", script, hidden.toString(), jail.toString())
            .start();
    try (var output = other.inputReader()) {
      assertThat(output.readLine()).isEqualTo("ready");
      String pid = Long.toString(other.pid());
      String id = Long.toString(map.id());
      Command.run(
          List.of("nsenter", "-t", pid, "-m", "bpftool", "map", "pin", "id", id, hidden + "/pin"));
      String namespace = Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt")).toString();
      long inode = Long.parseLong(namespace.replaceAll("\\D", ""));
      assertThat(find(map).pins()).containsExactly("mnt:" + inode + ":" + hidden + "/pin");

      Path gone = Path.of("/proc/0");
      Path sibling = Path.of("/proc/" + other.children().findFirst().orElseThrow().pid());
      var namespaces = List.of(new MountNamespace(inode, List.of(gone, sibling)));
      assertThat(Pins.find(namespaces).of(map.id()))
          .containsExactly("mnt:" + inode + ":" + hidden + "/pin");
    } finally {
      other.getOutputStream().close();
      other.waitFor();
    }
  }

  @Test
  void findsPinsInAnotherMountNamespace() throws IOException, InterruptedException {
    ScratchMap map = map("elsewhere");
    Path hidden = Files.createDirectory(temporary.resolve("hidden"));
    Process other =
        new ProcessBuilder(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t bpf bpf \"$0\" && echo ready && cat",
                hidden.toString())
            .start();
    try (var output = other.inputReader()) {
      assertThat(output.readLine()).isEqualTo("ready");
      String pid = Long.toString(other.pid());
      Command.run(
          List.of(
              "nsenter",
              "-t",
              pid,
              "-m",
              "bpftool",
              "map",
              "pin",
              "id",
              Long.toString(map.id()),
              hidden + "/pin"));
      String namespace = Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt")).toString();
      String inode = namespace.replaceAll("\\D", "");
      assertThat(find(map).pins()).containsExactly("mnt:" + inode + ":" + hidden + "/pin");
    } finally {
      other.getOutputStream().close();
      other.waitFor();
    }
    assertThat(find(map).pins()).isEmpty();
  }

  private ScratchMap map(String name) {
    return scratch.create(MapType.ARRAY, name, 4, 4, 1, 0);
  }

  private BpfMap find(ScratchMap map) {
    return kernel.maps().stream().filter(m -> m.id() == map.id()).findFirst().orElseThrow();
  }
}
