package io.elanus.sql.fuzz.doors;

/// A class with a name as long as [Trap#NAME].
final class Unnoticed {
    private Unnoticed() {}
}
