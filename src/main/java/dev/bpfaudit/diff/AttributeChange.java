package dev.bpfaudit.diff;

/// One fact about a map besides its entries that differs; `field` is its name in the JSON.
public record AttributeChange(String field, AttributeValue before, AttributeValue now) {}
