package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.Announced;
import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Tracing;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A tracer that is half there: who installs it may be at it still. Needs root, and that no tracer
/// is installed.
@KernelTest
final class PinnedTracerTest {
  private static final Path STORE = Path.of("/var/lib/bpfaudit");

  private final PinnedTracer tracer = new PinnedTracer();

  private static final class NothingStored implements Tracer.Committed {
    @Override
    public long generation(Bytes installation) {
      return 0;
    }

    @Override
    public long endedNanos(Bytes installation) {
      return 0;
    }

    @Override
    public void announce(Bytes installation, Announcement self, long nowNanos) {
      throw new AssertionError("nothing is to be written");
    }

    @Override
    public Optional<Announced> announced(Bytes installation) {
      return Optional.empty();
    }
  }

  @Test
  void isAnAlarmUnlessSomebodyInstallsItNow() {
    TracerFiles.make();
    try {
      try (TracerLock _ = TracerLock.take()) {
        assertThat(tracer.drain(STORE, new NothingStored()))
            .isEqualTo(
                new Tracing.NotTraced("another bpfaudit was installing or removing the tracer"));
        assertThat(tracer.alarms()).isEmpty();
      }
      assertThat(TracerLock.isTaken()).isFalse();
      assertThat(tracer.drain(STORE, new NothingStored())).isInstanceOf(Tracing.NotTraced.class);
      assertThat(tracer.alarms())
          .singleElement()
          .satisfies(alarm -> assertThat(alarm.why()).contains("is not pinned any more"));
    } finally {
      TracerFiles.remove();
    }
  }
}
