/// What differs between two snapshots; pure. From two snapshots of `model`. To `report` and `cli`.
@NullMarked
package dev.bpfaudit.diff;

import org.jspecify.annotations.NullMarked;
