package io.elanus.storage.segment;

/// Finds the rows of a key. Thread safe.
interface KeyLookup {
    /// Calls back, in any order, for each row of the snapshot that has this canonical key.
    void find(byte[] key, RowSnapshot rows, KeyMap.RowConsumer found);
}
