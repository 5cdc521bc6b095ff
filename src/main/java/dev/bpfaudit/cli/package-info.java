/// The commands: options, wiring, scheduling, exit codes. From the command line. To nobody: no
/// package uses this one.
@NullMarked
package dev.bpfaudit.cli;

import org.jspecify.annotations.NullMarked;
