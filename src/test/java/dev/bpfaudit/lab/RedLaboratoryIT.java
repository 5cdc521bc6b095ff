package dev.bpfaudit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/// The laboratory seen red: what goes wrong in a guest fails the build and names the kernel.
class RedLaboratoryIT {
  private static final String SERIES =
      LaboratoryIT.wanted().isEmpty() ? "" : LaboratoryIT.wanted().getLast();

  private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

  @TempDir private Path directory;

  @BeforeAll
  static void guestsAreWanted() {
    assumeFalse(Boolean.getBoolean("golden.write"), "what is red here is not to be written down");
    assumeFalse(SERIES.isEmpty(), "-Dkernels=none leaves the guests out");
  }

  private Guest.Run run(Guest guest, String script) throws IOException, InterruptedException {
    return guest.run(directory, "sh", "-c", script);
  }

  private static void assertDied(Guest.Run run, String how) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(Guest.DIED);
    assertThat(run.err()).contains("GUEST FAILED: kernel " + SERIES, how, "last 60 lines");
    assertThat(complaints(KernelNodes.of(KernelRun.of(run), Map.of(), NOTHING)))
        .singleElement()
        .asString()
        .startsWith("kernel " + SERIES)
        .contains(how);
  }

  @Test
  void aGuestThatPanicsIsNamedWithItsLastWords() throws IOException, InterruptedException {
    Guest.Run run = run(new Guest(SERIES), "echo c > /proc/sysrq-trigger; sleep 60");
    assertDied(run, "panicked");
    assertThat(run.err()).contains("Kernel panic - not syncing", "sysrq");
  }

  @Test
  void aGuestThatHangsIsEndedAndNamed() throws IOException, InterruptedException {
    assertDied(run(new Guest(SERIES).with("--timeout", "30"), "sleep 1000"), "hung");
  }

  @Test
  void aGuestWithoutAResultIsNamed() throws IOException, InterruptedException {
    assertDied(run(new Guest(SERIES), "poweroff -f; sleep 60"), "gave no result");
  }

  @Test
  void aCommandGivesItsOutputAndExitCode() throws IOException, InterruptedException {
    Guest.Run run = run(new Guest(SERIES), "uname -r; echo oops >&2; exit 7");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(7);
    assertThat(run.out()).startsWith(SERIES + ".");
    assertThat(run.err()).endsWith("oops\n");
  }

  @Test
  void aSeriesThatCannotBeHadIsNoTestFailure() throws IOException, InterruptedException {
    Guest.Run run = run(new Guest("4.9"), "true");
    assertThat(run.exitCode()).isEqualTo(75);
    assertThat(run.err())
        .contains("LABORATORY CANNOT START: no kernel of series 4.9", "This is not a test failure");
  }

  @Test
  void aFailingTestAndAnUnexpectedSkipFailTheRun() throws IOException, InterruptedException {
    KernelRun run =
        KernelRun.inGuest(SERIES, directory, "--select-class=dev.bpfaudit.lab.RedCases");
    assertThat(run.tests()).as(run.trouble()).hasSize(2);
    List<String> complaints = complaints(KernelNodes.of(run, Map.of(), NOTHING));
    assertThat(complaints)
        .anyMatch(said -> said.contains(SERIES) && said.contains("tests that did not run"))
        .anyMatch(said ->
            said.startsWith("kernel " + SERIES)
                && said.contains("RedCases.fails")
                && said.contains("a good one"))
        .anyMatch(said ->
            said.startsWith("kernel " + SERIES)
                && said.contains("skipped but not expected")
                && said.contains("RedCases.isSkippedThoughNobodyExpectsIt: for no good reason"));
  }

  /// Does what JUnit does with them; what each says that fails.
  private static List<String> complaints(List<DynamicTest> nodes) {
    List<String> said = new ArrayList<>();
    for (DynamicTest node : nodes) {
      try {
        node.getExecutable().execute();
      } catch (TestAbortedException _) {
        // a skip alone is no complaint
      } catch (Throwable failure) {
        said.add(String.valueOf(failure.getMessage()));
      }
    }
    return said;
  }
}
