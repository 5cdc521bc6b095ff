package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.kernel.TracerRequest;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.store.Announcements;
import dev.bpfaudit.store.Store;
import java.util.EnumSet;
import java.util.function.Consumer;

/// The tracer for the length of the demo. One that is installed already is somebody else's and is
/// left alone. Gone afterwards, also when the process is told to end.
final class DemoTracer implements AutoCloseable {
  private final Tracer tracer;
  private final Consumer<String> talk;
  private final Thread atShutdown = new Thread(this::end);
  private boolean ours;
  private boolean ending;
  private String why = "the demo could not install a tracer";

  private DemoTracer(Tracer tracer, Consumer<String> talk) {
    this.tracer = tracer;
    this.talk = talk;
  }

  static DemoTracer install(Tracer tracer, Store store, Consumer<String> talk) {
    DemoTracer demo = new DemoTracer(tracer, talk);
    Runtime.getRuntime().addShutdownHook(demo.atShutdown);
    demo.install(store);
    return demo;
  }

  private synchronized void install(Store store) {
    if (ending) {
      return;
    }
    try {
      if (tracer.status().isPresent()) {
        why = "a tracer is installed that records for another store";
        talk.accept("a tracer is installed already; the demo leaves it alone and names nobody");
        return;
      }
      ours = true;
      TracerStatus status =
          tracer.install(
              new TracerRequest(
                  store.directory(), EnumSet.allOf(HookKind.class), TracerRequest.Sizes.USUAL));
      new Announcements(store.directory()).begin(status.installation());
      talk.accept("installed the tracer, to see who writes");
    } catch (KernelException e) {
      why = String.valueOf(e.getMessage()).strip();
      talk.accept("the tracer cannot be installed: " + why);
    }
  }

  /// What was written since the last call.
  Tracing drain(Store store, String host) {
    return ours
        ? tracer.drain(store.directory(), new StoredDrains(() -> store, host))
        : new Tracing.NotTraced(why);
  }

  void retire(Tracing drained) {
    tracer.retire(drained);
  }

  private synchronized void end() {
    ending = true;
    if (ours) {
      ours = false;
      tracer.remove();
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atShutdown);
    } catch (IllegalStateException _) {
      // the process is ending, and the hook finds nothing left to do
    }
  }
}
