/// Snapshots, contents, observed writes, the baseline and the hash chain, kept in one H2 directory.
/// From `cli`, which hands over what `kernel` captured and drained. To `cli`, as facts of `model`.
@NullMarked
package dev.bpfaudit.store;

import org.jspecify.annotations.NullMarked;
