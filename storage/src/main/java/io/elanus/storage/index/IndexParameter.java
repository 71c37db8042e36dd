package io.elanus.storage.index;

/// A parameter of `WITH (…)`: its standard name, what it does, and its range.
public record IndexParameter(String name, String description, long min, long max, long defaultValue) {}
