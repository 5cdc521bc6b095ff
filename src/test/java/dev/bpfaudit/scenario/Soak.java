package dev.bpfaudit.scenario;

import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.scenario.SoakHost.Sample;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The soak command's inner part: mixed writers for minutes, a check every five seconds, and then a
/// row of the README's table, for `src/test/bench/soak`. Prints what was not right before it.
final class Soak {
  private static final int EVERY_SECONDS = 5;
  private static final long SPARE_KIB = 16 * 1024;

  private final SoakTruth truth = new SoakTruth();
  private final List<String> faults = new ArrayList<>();
  private final List<String> complained = SoakHost.complaints();
  private final Duration length;
  private final String store;
  private long settled; // checks before the clock began to run

  private Soak(Duration length, String store) {
    this.length = length;
    this.store = store;
  }

  /// @param args the length in minutes, and a directory for the store
  static void main(String[] args) throws Exception {
    Duration length = Duration.ofSeconds((long) (Double.parseDouble(args[0]) * 60));
    System.exit(new Soak(length, args[1]).run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    Set<String> before = SoakHost.objects();
    Actor.mustRun("bpfaudit", "tracer", "install", "--store", store).forEach(System.err::println);
    List<Sample> samples = new ArrayList<>();
    int loads;
    try {
      loads = soak(samples);
    } finally {
      Actor.mustRun("bpfaudit", "tracer", "remove");
    }
    Set<String> left = SoakHost.leftSince(before);
    expect(left.isEmpty(), "left behind: " + left);
    judge(samples);
    faults.forEach(fault -> System.out.println("NOT MET: " + fault));
    System.out.println(row(samples, loads, left.size()));
    return faults.isEmpty();
  }

  /// Gives how many programs came and went.
  private int soak(List<Sample> samples) throws Exception {
    try (SoakWriters writers = new SoakWriters(truth);
        SoakChecker checker = SoakChecker.start(EVERY_SECONDS, store, truth::hear)) {
      writers.start();
      awaitFirstCheck(checker);
      long end = System.nanoTime() + length.toNanos();
      while (System.nanoTime() < end) {
        Thread.sleep(EVERY_SECONDS * 1000L);
        writers.mustBeWell();
        samples.add(SoakHost.sample(checker.pid(), tables()));
        System.err.println(samples.getLast() + " " + truth.score());
      }
      return writers.loads();
    }
  }

  /// A JVM takes its time to start in a guest, and that is not what is measured.
  private void awaitFirstCheck(SoakChecker checker) throws InterruptedException {
    for (int looks = 0; looks < 300 && truth.score().checks() == 0; looks++) {
      checker.pid();
      Thread.sleep(1000);
    }
    settled = truth.score().checks();
  }

  private static long tables() {
    return new LiveKernel(Clock.systemUTC()).tracer().status().map(TracerStatus::memory).orElse(0L);
  }

  private void expect(boolean met, String fault) {
    if (!met) {
      faults.add(fault);
    }
  }

  /// Where all that is loaded and cached once has been: the second quarter of the time.
  private static Sample warm(List<Sample> samples) {
    return Sample.least(samples.subList(samples.size() / 4, samples.size() / 2 + 1));
  }

  private static Sample last(List<Sample> samples) {
    return Sample.least(samples.subList(samples.size() * 3 / 4, samples.size()));
  }

  private void judge(List<Sample> samples) throws IOException {
    Sample warm = warm(samples);
    Sample last = last(samples);
    List<String> complaints = new ArrayList<>(SoakHost.complaints());
    complaints.removeAll(complained);
    expect(complaints.isEmpty(), "the kernel complained: " + complaints);
    expect(last.rss() <= warm.rss() + SPARE_KIB, "memory grew: " + warm + " to " + last);
    expect(last.slab() <= warm.slab() + SPARE_KIB, "slab grew: " + warm + " to " + last);
    expect(last.perCpu() <= warm.perCpu() + 1024, "per-CPU memory grew: " + warm + " to " + last);
    expect(last.tables() == warm.tables(), "tables grew: " + warm + " to " + last);
    expect(last.descriptors() <= warm.descriptors() + 2, "descriptors: " + warm + " to " + last);
    SoakTruth.Score score = truth.score();
    expect(score.checks() > settled + 1, "hardly a check: " + score.checks());
    expect(score.failures() == 0, score.failures() + " checks failed");
    expect(score.named() > 0, "nobody was named");
    expect(score.wrong() == 0, score.wrong() + " writers who did not write");
    expect(score.unexplained() == 0, score.unexplained() + " writes said to be nobody's");
    truth.examples().forEach(example -> System.out.println("for example " + example));
  }

  private String row(List<Sample> samples, int loads, int left) throws IOException {
    SoakTruth.Score score = truth.score();
    Sample warm = warm(samples);
    Sample last = last(samples);
    long due = length.toSeconds() / EVERY_SECONDS;
    return String.format(
        Locale.ROOT,
        "| %s | %.1f | %d (%d) | %d | %d | %d | %d | %d | %d | %d | %.0f → %.0f | %d → %d | %.1f → %.1f | %.1f → %.1f | %d | %s |",
        Actor.mustRun("uname", "-r").getFirst(),
        length.toSeconds() / 60.0,
        score.checks() - settled,
        Math.max(0, due - score.checks() + settled),
        loads,
        score.changes(),
        score.named(),
        score.wrong(),
        score.unnamed(),
        score.direct(),
        score.lost(),
        warm.rss() / 1024.0,
        last.rss() / 1024.0,
        warm.descriptors(),
        last.descriptors(),
        warm.slab() / 1024.0,
        last.slab() / 1024.0,
        warm.perCpu() / 1024.0,
        last.perCpu() / 1024.0,
        left,
        faults.isEmpty() ? "met" : "NOT MET");
  }
}
