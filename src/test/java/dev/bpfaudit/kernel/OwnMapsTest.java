package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which maps no capture tells of. Needs root, and that no tracer is installed.
@KernelTest
final class OwnMapsTest {
  private static final Bytes DIGEST = Bytes.fromHex("00".repeat(32));

  @Test
  void aMapIsNotHiddenBySayingThatItIsTheTracers() {
    try (ScratchMaps scratch = new ScratchMaps()) {
      ScratchMap hash = scratch.create(MapType.HASH, "evil", 4, 8, 16, 0);
      ScratchMap array = scratch.create(MapType.ARRAY, "evil", 4, 816, 1, 0);
      TracerFiles.make();
      try (OwnMap room = Installation.room()) {
        new Installation(
                Bytes.fromHex("00".repeat(16)),
                0,
                BootClock.nanos(),
                HookKind.TRACEPOINT,
                "",
                DIGEST,
                TracerRequest.Sizes.USUAL,
                List.of(hash.id(), array.id()),
                DIGEST,
                Path.of("/var/lib/bpfaudit"))
            .keep(room);
        assertThat(Installation.find().orElseThrow().ownMaps()).contains(hash.id(), array.id());
        assertThat(new LiveKernel(Clock.systemUTC()).maps())
            .extracting(BpfMap::id)
            .contains(hash.id(), array.id());
      } finally {
        TracerFiles.remove();
      }
    }
  }
}
