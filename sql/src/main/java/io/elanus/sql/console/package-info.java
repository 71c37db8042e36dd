/// The web console at `/`, and the HTTP API that it and others use.
///
/// A request passes through here in this order: [ConsoleDoor] finds its route → [BrowserGuard] refuses what a web
/// page of another site could have sent → [BrowserLogins] decides whose request it is → [TabSessions] finds or
/// opens its session → [QueryAnswer] runs the statement on it and streams the rows as lines of JSON. The page
/// itself is a few files of the class path ([PageFiles]), served with a policy that lets it load and reach nothing
/// but this server.
///
/// | request | answer |
/// |---|---|
/// | `GET /`, `GET /console/FILE` | the page |
/// | `GET /api/v1/info` | product, version, who asks, names of functions |
/// | `POST /api/v1/login` | takes a user and a password: a cookie for browsers |
/// | `POST /api/v1/token` | the same, for programs: `{"token": …}` to send as `Bearer` |
/// | `POST /api/v1/logout` | ends that login |
/// | `POST /api/v1/sessions` | opens a session: `{"session": TOKEN}` |
/// | `DELETE /api/v1/session` | ends the session of header `Elanus-Session` |
/// | `POST /api/v1/cancel` | ends what that session runs: 204, or 404 when nothing ran |
/// | `GET /api/v1/progress` | `{"running", "done", "total"}` of what that session runs |
/// | `POST /api/v1/query` | runs one statement: lines `columns`, `rows` …, then `done` or `error` |
///
/// `docs/console.md` describes the API for its users.
///
/// **What is not trusted.** The `Host` must be an IP address, `localhost` or a configured name, so no site can
/// point its own name at the server (DNS rebinding). Requests that change something carry a header that a foreign
/// page cannot send without being asked for leave first, which is never given; `Origin` must be ours. Bodies are
/// limited before they are read and parsed field by field; nothing of them is bound to a class. A session's token
/// is 128 random bits. The page puts text into the document as text only, never as markup.
///
/// **Threads.** Each request has its virtual thread. A session runs one statement at a time; cancel and the end of
/// a session come from any thread.
@NullMarked
package io.elanus.sql.console;

import org.jspecify.annotations.NullMarked;
