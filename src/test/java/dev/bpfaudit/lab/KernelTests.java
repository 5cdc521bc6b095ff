package dev.bpfaudit.lab;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/// The tests that are marked with [KernelTest], as the compiled classes say, whatever ran.
final class KernelTests {
  private static final List<String> PACKAGES =
      List.of("dev.bpfaudit.kernel", "dev.bpfaudit.packaged", "dev.bpfaudit.scenario");

  private KernelTests() {}

  /// Simple class names and methods, as in [TestResult#test()].
  static Set<String> marked() {
    Set<String> tests = new TreeSet<>();
    for (String name : PACKAGES) {
      for (Class<?> type :
          ReflectionSupport.findAllClassesInPackage(
              name, found -> true, found -> found.matches(".*(Test|IT)"))) {
        boolean all = AnnotationSupport.isAnnotated(type, KernelTest.class);
        for (Method method :
            AnnotationSupport.findAnnotatedMethods(
                type, Testable.class, HierarchyTraversalMode.TOP_DOWN)) {
          if (all || AnnotationSupport.isAnnotated(method, KernelTest.class)) {
            tests.add(type.getSimpleName() + "." + method.getName());
          }
        }
      }
    }
    return tests;
  }
}
