/// Who made the changes of a diff, and how sure that is; pure. From a `SnapshotDiff` and what the
/// tracer observed up to each stored snapshot. To `report` and `cli`.
@NullMarked
package dev.bpfaudit.attribution;

import org.jspecify.annotations.NullMarked;
