/// The Flight door: bulk rows as Arrow batches, through the Flight SQL protocol over gRPC.
///
/// A call passes through here in this order: [CallSessions] finds its session → Flight's own dispatch calls
/// [SqlProducer], where [Commands] reads its messages and [FlightPlans] answers before a statement runs →
/// statements run on the session as at every door → [Outbound] sends the batches of the result as they came out of
/// execution. What clients send in bulk goes through [io.elanus.sql.copy.IngestRun].
///
/// **Threads.** gRPC's callbacks run on a pool of platform threads; those of one call run one after the other, so a
/// callback that blocked would keep "the client is ready" and "the client has gone" from being heard. Streams to
/// the client therefore have a thread of the pool each, and the callbacks only signal. Uploads get such a thread
/// from Flight. Short calls (planning, metadata) block their own thread, which nobody waits for. The threads are
/// not virtual, because a statement computes: a few would take every carrier, and no cancel would be heard. The
/// pool is as large as streams and calls in progress, which are limited. No netty thread ever runs a statement, and
/// none of the threads here touches an event loop of a role.
///
/// **Buffers.** A batch belongs to the statement until `next` gives it away, then to the stream, which moves its
/// buffers (no copy) into the memory of what goes out; gRPC holds references to the buffers until the bytes are in
/// the socket, and frees the last of them. What arrives is owned by Flight's stream in the memory of what comes in,
/// and moves to the statement that takes it. Both memories are children of the server's and empty when the door has
/// closed.
///
/// **Back pressure.** A stream pulls one batch ahead, and hands it to gRPC only when `isReady` says that fewer than
/// [FlightConfig#batchSize] bytes wait there. A client that does not read therefore holds two batches and that
/// queue. A client that sends is read at the pace at which its rows are written; five of its messages may wait.
///
/// **Sessions.** A gRPC connection has a session, opened at its first call. Its answer carries a cookie and, where
/// the client sent a name and password, a bearer token, both the same unguessable word; a call that shows one of
/// them belongs to that session whatever connection it came over. A session ends with `CloseSession`; with the last
/// of its connections (a minute later if the client keeps cookies: it may come back); after
/// [FlightConfig#idleTimeout] without a call. Settings are those of `SET`, also as session options.
///
/// **Logins.** Where clients have to log in, a call shows a password (`Basic`), the token of its session, or one of
/// the HTTP API; a cookie alone only says which of its user's sessions a call means. Sessions and tickets serve the
/// user they were made for.
///
/// **Tickets and handles** are 128 random bits that stand for a planned statement with its parameters, held in the
/// session that made them: at most [FlightConfig#maxStatements] of each (the oldest ticket goes first), a ticket
/// for [FlightConfig#ticketLife]. A handle serves its own session only. A ticket may be read over any connection,
/// by readers that share the work; it ends when its stream was sent to the end. The ticket of a statement that
/// changes something runs it once. A query that only reads a table of several shards has a ticket a shard, all of
/// the same moment, so that as many readers read it at once. Metadata tickets are the commands themselves and hold
/// nothing.
///
/// **Cancel.** A client that cancels its call, goes away, or sends `CancelFlightInfo` ends the statement as
/// [io.elanus.sql.session.Running#cancel] does, within 200 ms.
///
/// **Errors** are the call's status: a Flight code for programs, and a description with the sentence, the SQLSTATE
/// and the hint; trailers `elanus-sqlstate`, `elanus-position` and `elanus-hint-bin` say the same in parts. Nothing
/// of the server's inside is in them.
///
/// **Limits.** Size of a message, memory for what arrives, streams, statements and tickets, header size, calls of a
/// connection. The result of a query counts against `query_memory` while it is made.
@NullMarked
package io.elanus.sql.flight;

import org.jspecify.annotations.NullMarked;
