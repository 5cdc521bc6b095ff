package dev.bpfaudit.model;

/// One map as one snapshot saw it.
public record MapState(BpfMap map, Contents contents, ReadingWindow window) {}
