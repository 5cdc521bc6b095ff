package dev.bpfaudit.attribution;

import static dev.bpfaudit.attribution.Scene.watched;
import static dev.bpfaudit.attribution.Writes.NONE;
import static dev.bpfaudit.attribution.Writes.WHOLE;
import static dev.bpfaudit.attribution.Writes.update;
import static dev.bpfaudit.attribution.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Holder;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.ProgramReach;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;
import dev.bpfaudit.model.WritePath;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who could have written an entry that nobody was seen writing. The map is 7.
class CandidatesTest {
  private static final TracedProgram STORING = program(5, "storing");
  private static final TracedProcess MAPPER = process(50, "mapper");
  private static final TracedProcess HOLDER = process(51, "holder");

  private static TracedProgram program(long id, String name) {
    return new TracedProgram(id, Bytes.fromHex("0102030405060708"), name, 6, "");
  }

  private static TracedProcess process(long pid, String comm) {
    return new TracedProcess(pid, 7, comm, "/bin/" + comm, List.of(comm), 0, "/", "", 1, "init");
  }

  private static ProgramReach storing(long... maps) {
    return new ProgramReach(STORING, Arrays.stream(maps).boxed().toList(), List.of());
  }

  private static ProgramReach calling(long map) {
    return new ProgramReach(program(6, "calling"), List.of(), List.of(map));
  }

  private static Holder holding(TracedProcess process, List<Long> writable, List<Long> mapped) {
    return new Holder(process, writable, mapped);
  }

  private static ObservedWrite mapping(TracedProcess process, long at) {
    return write(7, Operation.MMAP, new Author.Caller(process), WHOLE, NONE, at);
  }

  private static List<Means> means(Attributed who) {
    return who.writers().stream().map(Writer::means).toList();
  }

  @Test
  void whoCanStoreIsACandidateIfNobodyWasSeen() {
    Scene scene = watched().reach(storing(7), holding(MAPPER, List.of(7L), List.of(7L)));
    Attributed who = scene.hash("01 0a", "01 0b").entry();
    assertThat(who.level()).isEqualTo(Level.CANDIDATE);
    assertThat(means(who)).containsExactly(Means.POINTER, Means.MAPPED);
    assertThat(who.writers())
        .allSatisfy(writer -> {
          assertThat(writer.operation()).isEqualTo(Operation.STORE);
          assertThat(writer.confidence()).isEqualTo(Level.CANDIDATE);
          assertThat(writer.count()).isZero();
        });
  }

  @Test
  void nobodyIsACandidateForWhatSomebodyWasSeenWriting() {
    Attributed who =
        watched(update("01", "0b", 1_500)).reach(storing(7)).hash("01 0a", "01 0b").entry();
    assertThat(who.level()).isEqualTo(Level.CONFIRMED);
    assertThat(means(who)).containsExactly(Means.SEEN);
    Attributed probable =
        watched(update("01", "0c", 1_500)).reach(storing(7)).hash("01 0a", "01 0b").entry();
    assertThat(means(probable)).containsExactly(Means.SEEN);
  }

  @Test
  void noEntryComesOrGoesByADirectWrite() {
    assertThat(watched().reach(storing(7)).hash("", "01 0a").level()).isEqualTo(Level.UNEXPLAINED);
    assertThat(watched().reach(storing(7)).hash("01 0a", "").level()).isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void otherMapsCandidatesAreNone() {
    Scene scene = watched().reach(storing(8), holding(MAPPER, List.of(7L), List.of(8L)));
    assertThat(scene.hash("01 0a", "01 0b").level()).isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void whoMappedItAndIsGoneIsACandidate() {
    Attributed who = watched(mapping(MAPPER, 1_400)).hash("01 0a", "01 0b").entry();
    assertThat(who.level()).isEqualTo(Level.CANDIDATE);
    assertThat(means(who)).containsExactly(Means.MAPPING);
    assertThat(who.writers().getFirst().lastNanos()).isEqualTo(1_400);
    assertThat(watched(mapping(MAPPER, 2_250)).hash("01 0a", "01 0b").level())
        .as("mapped after the reading")
        .isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void whoIsFoundTwiceIsNamedOnce() {
    Scene scene =
        new Scene()
            .drained(1, 1)
            .reach(storing(7), holding(MAPPER, List.of(), List.of(7L)))
            .drained(2, 2, mapping(MAPPER, 1_400))
            .reach(storing(7), holding(MAPPER, List.of(), List.of(7L)));
    assertThat(means(scene.hash("01 0a", "01 0b").entry()))
        .containsExactly(Means.POINTER, Means.MAPPING);
  }

  @Test
  void functionsOfTheKernelExplainOnlyWhatWasNotWatched() {
    Holder holder = holding(HOLDER, List.of(7L), List.of());
    Scene all = watched().reach(calling(7), holder);
    assertThat(all.hash("01 0a", "01 0b").level()).isEqualTo(Level.UNEXPLAINED);

    Scene none = Scene.of().unwatched(1, "no").unwatched(2, "no").reach(calling(7), holder);
    Attributed who = none.hash("01 0a", "").entry();
    assertThat(who.level()).isEqualTo(Level.CANDIDATE);
    assertThat(means(who)).containsExactly(Means.HELPER, Means.DESCRIPTOR);
  }

  @Test
  void systemCallsThatWereWatchedMakeNoHolderACandidate() {
    WritePath blind =
        Scene.path(
            "writes by BPF programs", Set.of(MapType.HASH), new WritePath.Blind("no fentry"));
    WritePath calls = Scene.path("sys_enter", Set.of(MapType.HASH), new WritePath.Watched(0));
    Scene scene =
        new Scene()
            .and(1, Scene.observation(1, 1, List.of(calls, blind), List.of()))
            .and(2, Scene.observation(2, 2, List.of(calls, blind), List.of()))
            .reach(calling(7), holding(HOLDER, List.of(7L), List.of()));
    assertThat(means(scene.hash("01 0a", "01 0b").entry())).containsExactly(Means.HELPER);
  }

  @Test
  void aMapIsAsWeakAsItsWeakestChangeAndNamesAll() {
    Scene scene = watched(update("01", "0b", 1_500)).reach(storing(7));
    Attributed map = scene.hash("01 0a 02 0a", "01 0b 02 0b").of().map();
    assertThat(map.level()).isEqualTo(Level.CANDIDATE);
    assertThat(means(map)).containsExactly(Means.SEEN, Means.POINTER);
  }

  @Test
  void tellsWhatIsNotKnown() {
    assertThat(watched().reach(storing(8)).hash("01 0a", "01 0b").attribution().unknownReach())
        .containsExactly("something");
  }
}
