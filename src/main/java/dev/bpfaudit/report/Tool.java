package dev.bpfaudit.report;

/// The program that speaks, named in every JSON document.
public record Tool(String name, String version) {}
