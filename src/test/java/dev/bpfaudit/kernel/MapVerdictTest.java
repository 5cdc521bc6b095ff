package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.MapVerdict.Evidence;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What follows from where a map was seen.
final class MapVerdictTest {
  private static final long ID = 57;
  private static final Set<Long> YES = Set.of(3L, ID, 99L);
  private static final Set<Long> NO = Set.of(3L, 99L);

  private static MapVerdict of(
      Set<Long> before, Set<Long> after, Set<Long> there, Set<Long> held, Set<Long> shut) {
    return MapVerdict.of(ID, new Evidence(before, after, there, held, shut));
  }

  @Test
  void whatBothListsHaveAndWhatCouldBeOpenedIsFine() {
    assertThat(of(YES, YES, YES, NO, NO)).isEqualTo(MapVerdict.LISTED);
    assertThat(of(YES, YES, NO, NO, NO)).as("no iterator").isEqualTo(MapVerdict.LISTED);
  }

  @Test
  void whatNeitherListHasAndIsThereAfterwardsIsHidden() {
    assertThat(of(NO, NO, YES, NO, NO)).isEqualTo(MapVerdict.HIDDEN);
    assertThat(of(NO, NO, YES, YES, YES)).as("and refused").isEqualTo(MapVerdict.HIDDEN);
  }

  @Test
  void whatCameMeanwhileIsNotHidden() {
    assertThat(of(NO, YES, YES, NO, NO)).isEqualTo(MapVerdict.LISTED);
    assertThat(of(NO, NO, NO, NO, NO)).as("and went").isEqualTo(MapVerdict.RACED);
  }

  @Test
  void whatWentMeanwhileIsNotDenied() {
    assertThat(of(YES, NO, NO, NO, YES)).isEqualTo(MapVerdict.RACED);
  }

  @Test
  void whatIsThereAndCannotBeOpenedIsDenied() {
    assertThat(of(YES, YES, YES, NO, YES)).isEqualTo(MapVerdict.DENIED);
    assertThat(of(YES, YES, NO, NO, YES)).as("no iterator").isEqualTo(MapVerdict.DENIED);
    assertThat(of(NO, YES, NO, NO, YES)).as("listed late").isEqualTo(MapVerdict.DENIED);
    assertThat(of(YES, NO, YES, NO, YES)).as("listed first").isEqualTo(MapVerdict.DENIED);
  }

  @Test
  void whatIsHeldAndLedToByNothingIsOrphaned() {
    assertThat(of(NO, NO, NO, YES, YES)).isEqualTo(MapVerdict.ORPHANED);
    assertThat(of(YES, NO, NO, YES, YES)).as("listed first").isEqualTo(MapVerdict.ORPHANED);
  }
}
