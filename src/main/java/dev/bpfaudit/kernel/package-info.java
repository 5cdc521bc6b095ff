/// Everything native: maps, programs, pins and file descriptors, read through libbpf. From the
/// running kernel, `/proc` and every mounted bpffs. To `cli`, as facts of `model`.
@NullMarked
package dev.bpfaudit.kernel;

import org.jspecify.annotations.NullMarked;
