/// Findings and lists as text for people and JSON for programs. From `model` and `diff`. To `cli`,
/// which says where it is written.
@NullMarked
package dev.bpfaudit.report;

import org.jspecify.annotations.NullMarked;
