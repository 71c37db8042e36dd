package io.elanus.sql.avatica;

import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import java.util.ArrayList;

/// Compiles statements for later executions, and says how a client sees them. Stateless. The statement is new, or
/// the calling thread holds its lock; the session's lock is taken here.
final class Preparations {
    private Preparations() {}

    static Answer prepare(ClientConnection connection, Call.Prepare prepare, JdbcService.Context context) {
        int number = connection.newStatement();
        ClientStatement statement = connection.findStatement(number).orElseThrow();
        try {
            prepare(connection, statement, prepare.sql(), prepare.maxRows(), context);
        } catch (RuntimeException e) {
            connection.closeStatement(number);
            throw e;
        }
        statement.tell();
        return new Answer.Prepared(connection.id(), number, statement.shape());
    }

    static void prepare(
            ClientConnection connection,
            ClientStatement statement,
            String sql,
            long maxRows,
            JdbcService.Context context) {
        connection.sessionLock.lock();
        try {
            PreparedQuery query =
                    connection.session().prepare(sql, context.wanted(), new RunOptions(0, context.timeout()));
            statement.prepared(sql, query, shape(sql, query, connection.wire()), maxRows, context.wanted());
        } finally {
            connection.sessionLock.unlock();
        }
    }

    private static Answer.Shape shape(String sql, PreparedQuery query, Wire wire) {
        var parameters = new ArrayList<ReportedColumn>();
        query.parameters().forEach(type -> parameters.add(ReportedColumn.parameter(type, parameters.size() + 1, wire)));
        // To JDBC a change with RETURNING is something that answers with rows.
        boolean rows = query.kind() == PreparedQuery.Kind.DML && query.answersRows();
        return new Answer.Shape(
                sql,
                rows ? PreparedQuery.Kind.UTILITY : query.kind(),
                query.columns().stream()
                        .map(column -> ReportedColumn.of(column, wire))
                        .toList(),
                parameters);
    }
}
