package dev.bpfaudit.lab;

/// One test of one run.
///
/// @param test simple class name and method, without parameters
/// @param name as the report gives it, different for every test
record TestResult(String test, String name, Outcome outcome) {}
