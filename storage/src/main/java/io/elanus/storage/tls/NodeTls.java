package io.elanus.storage.tls;

/// What a node shows the others, and whom it takes for one.
public record NodeTls(ReloadingKeys keys, ReloadingTrust trust) {}
