/// The JDBC door: the Avatica protocol over HTTP, for our driver and for the stock Avatica thin client.
///
/// A request passes through here in this order: [QuickAnswers] answers it at once or hands it to [JdbcRoutes] →
/// [HttpBodies] limits and reads the body → a [Codec] (protobuf or JSON, by content type) turns it into a [Call] →
/// [JdbcService] finds its connection and hands it on: [Preparations] compile statements, [Executions] run them,
/// [BulkChanges] run batches and COPY, [ResultFrames] answer fetches → the codec writes the [Answer] ([HttpCalls]).
/// Result rows never become objects: a [StatementRun] makes Arrow batches one ahead of the client, and a
/// [ResultCursor] has a [FrameWriter] encode them cell by cell into frames of about a megabyte.
///
/// What a client sends is not trusted. Requests are decoded field by field into records of this package, so no
/// class name in them is ever looked up; of a statement handle only the ids and the SQL text are used, never its
/// signature; connection properties are an allowlist.
///
/// Beside the Avatica endpoint (`POST /` or `/avatica`) there are, for our driver:
///
/// | request | meaning |
/// |---|---|
/// | `POST /login` | the two messages of a SCRAM-SHA-256 exchange, see [HttpLogins] |
/// | `POST /cancel?connection=C&statement=N` | ends what the statement runs; 204, or 404 when nothing ran |
/// | `POST /copy?connection=C&statement=N&sql=COPY…FROM STDIN` | the body is the file; answers as an execution does |
/// | `GET /progress?connection=C&statement=N` | `done total` of what the statement runs |
/// | header `Elanus-Request` | id of the request; a change that was sent twice under one id is carried out once |
/// | header `Elanus-Timeout` | milliseconds the statement may run |
/// | header `Elanus-Max-Rows` | rows the statement may return |
/// | header `Elanus-Session` | timestamp of the session; in an answer, and in later requests, to whichever server |
/// | header `Elanus-Settings` | in an answer: what was SET since the connection was opened, for another server |
/// | header `Elanus-Returning` | what to tell of changed rows beside their count: `key`, `names=a,b`, `ordinals=1,2` |
///
/// An answer to a change that came with `Elanus-Returning` has the count and, in the same message, signature and
/// first frame of what was wanted; after a batch the client fetches it from offset 0.
///
/// The stock client sends no request id, and its HTTP library silently repeats a request whose connection broke
/// before an answer came: an INSERT without a key may then be carried out twice.
///
/// With the connection property `wire=native` (our driver) values travel exactly: vectors and UUID as bytes
/// (little-endian elements), TIME and TIMESTAMP as microseconds, errors with position and hint apart, and what an
/// answer to Prepare said of the columns is not repeated by the executions of that statement. Without it
/// they follow Avatica's conventions: milliseconds, and vectors as the property `vectorType` says (`varchar` unless
/// set; `array`, `binary`, `object`).
///
/// Thread rule: each HTTP request has its virtual thread, except a short, known query: the thread that reads from
/// the sockets runs it, for handing it to another one would take as long as it does. There it waits for nothing,
/// not for locks either ([JdbcService#begin]); what turns out to wait goes on elsewhere. Sockets take turns at it
/// ([FairConnector]). A connection's session is entered by one thread at a time; cancel and close come from any.
@NullMarked
package io.elanus.sql.avatica;

import org.jspecify.annotations.NullMarked;
