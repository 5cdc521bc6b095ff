package dev.bpfaudit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Holds the table of packages in `src/docs/architecture.md`.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.bpfaudit");

  private static final Map<String, List<String>> MAY_USE =
      Map.of(
          "model", List.of(),
          "kernel", List.of("model"),
          "store", List.of("model"),
          "diff", List.of("model"),
          "attribution", List.of("model", "diff"),
          "report", List.of("model", "diff", "attribution"),
          "cli", List.of("model", "kernel", "store", "diff", "attribution", "report"));

  private static final Map<String, String> SOLE_USER_OF =
      Map.of(
          "me.bechberger..", "kernel",
          "java.sql..", "store",
          "org.h2..", "store",
          "com.fasterxml.jackson..", "report",
          "picocli..", "cli");

  private static String in(String name) {
    return "dev.bpfaudit." + name + "..";
  }

  @Test
  void seesEveryPackage() {
    for (String name : MAY_USE.keySet()) {
      assertThat(CLASSES.that(resideInAnyPackage(in(name)))).as(name).hasSizeGreaterThan(3);
    }
    assertThat(
            CLASSES.stream()
                .map(type -> type.getPackageName().replace("dev.bpfaudit.", ""))
                .collect(Collectors.toSet()))
        .isEqualTo(MAY_USE.keySet());
  }

  @TestFactory
  List<DynamicTest> eachPackageUsesOnlyItsNeighbours() {
    List<DynamicTest> tests = new ArrayList<>();
    MAY_USE.forEach((name, allowed) -> {
      String[] others =
          MAY_USE.keySet().stream()
              .filter(other -> !other.equals(name) && !allowed.contains(other))
              .map(ArchitectureTest::in)
              .toArray(String[]::new);
      if (others.length > 0) {
        tests.add(
            DynamicTest.dynamicTest(
                name,
                () ->
                    noClasses()
                        .that()
                        .resideInAPackage(in(name))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(others)
                        .check(CLASSES)));
      }
    });
    return tests;
  }

  @TestFactory
  List<DynamicTest> eachLibraryHasOneUser() {
    List<DynamicTest> tests = new ArrayList<>();
    SOLE_USER_OF.forEach((library, user) ->
        tests.add(
            DynamicTest.dynamicTest(
                library,
                () ->
                    noClasses()
                        .that()
                        .resideOutsideOfPackage(in(user))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(library)
                        .check(CLASSES))));
    return tests;
  }

  @Test
  void onlyKernelCallsNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("kernel"))
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Linker.class, SymbolLookup.class)
        .check(CLASSES);
  }

  @Test
  void onlyMainEndsTheProcess() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.bpfaudit.cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CLASSES);
  }

  @Test
  void noClassIsAHeapOfThings() {
    classes()
        .should()
        .haveSimpleNameNotEndingWith("Util")
        .andShould()
        .haveSimpleNameNotEndingWith("Utils")
        .andShould()
        .haveSimpleNameNotEndingWith("Impl")
        .check(CLASSES);
  }

  @Test
  void hasNoCycles() {
    slices().matching("dev.bpfaudit.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
