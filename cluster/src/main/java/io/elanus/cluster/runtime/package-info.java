/// What a role runs on: an event loop, a clock, worker threads, remote calls and the three stores, handed in as one
/// [RoleContext].
///
/// The same role code runs in production (threads, gRPC) and in the deterministic simulator (one thread, one seed),
/// so a role uses nothing but its context: no clock, no random source, no executor, no blocking wait of its own.
/// State is owned by the role's loop; work that computes or does blocking I/O goes to the workers and comes back to
/// the loop as a completed future.
///
/// A [Trace] of a client's statement goes with the work: into every task of a loop or a worker, and in a header of
/// every call. That is the one thing that hangs on a thread, by gRPC's own context.
@NullMarked
package io.elanus.cluster.runtime;

import org.jspecify.annotations.NullMarked;
