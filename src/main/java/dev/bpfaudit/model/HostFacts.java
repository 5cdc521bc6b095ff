package dev.bpfaudit.model;

/// The machine a snapshot was taken on.
///
/// @param id stable key of the machine in the store, derived from `/etc/machine-id`
/// @param name its host name
/// @param kernel release, as `uname -r`
/// @param bootId `/proc/sys/kernel/random/boot_id`
/// @param possibleCpus slots of a per-CPU value
public record HostFacts(String id, String name, String kernel, String bootId, int possibleCpus) {}
