package dev.bpfaudit.model;

/// The task a BPF program happened to run on top of. It is not to blame for what the program does.
public record Task(long pid, String comm) {}
