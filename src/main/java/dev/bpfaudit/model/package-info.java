/// Immutable facts about a host and its eBPF maps: records, sealed alternatives, flat tables; no
/// I/O. Facts come from `kernel` (live) or `store` (stored). Everybody reads them.
@NullMarked
package dev.bpfaudit.model;

import org.jspecify.annotations.NullMarked;
