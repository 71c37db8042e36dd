package io.elanus.cluster.querycoord;

/// What the query coordinator decides to do. The outcome comes back as a [QueryEvent].
sealed interface QueryEffect {
    /// Remember that the table is loaded.
    record SaveLoad(long tableId) implements QueryEffect {}

    record DropLoad(long tableId) implements QueryEffect {}

    record Pull(long tableId, String vchannel) implements QueryEffect {}

    record Watch(String vchannel, String node, Target target) implements QueryEffect {}

    record Load(String vchannel, String node, Target target) implements QueryEffect {}

    record Sync(String vchannel, String node, long version, Target target) implements QueryEffect {}

    record Unwatch(String vchannel, String node) implements QueryEffect {}
}
