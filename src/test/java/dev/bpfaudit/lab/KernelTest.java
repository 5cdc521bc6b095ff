package dev.bpfaudit.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests of the running kernel: they run natively and in a guest of every kernel series.
///
/// A kernel that is older than `since`, or than the release `feature` came with, skips the test;
/// one that is new enough and lacks the feature all the same fails it, and so does one that cannot
/// tell.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@ExtendWith(KernelNeeds.class)
public @interface KernelTest {
  /// The first Linux release that can pass it, such as `5.14`; empty if all can.
  String since() default "";

  /// The name of a probe of `bpfaudit doctor` that must answer yes; empty if none need.
  String feature() default "";
}
