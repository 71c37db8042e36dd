package io.elanus.sql.console;

import io.elanus.sql.session.Session;
import org.eclipse.jetty.server.Request;

/// Decides whose a request is: the one place of the console that does. Any thread.
public interface Admission {
    /// Name of the user who sends the request.
    ///
    /// @throws io.elanus.sql.error.QueryException when nobody we know does
    String user(Request request);

    /// Opens a session for that user. The caller closes it.
    Session open(String user);
}
