package io.elanus.storage.segment;

/// A manifest and the key of the object that holds it. The metadata store keeps the key.
public record StoredManifest(String key, SegmentManifest manifest) {}
