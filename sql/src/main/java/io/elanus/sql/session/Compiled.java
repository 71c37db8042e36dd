package io.elanus.sql.session;

import io.elanus.proto.grpc.DdlRequest;
import io.elanus.sql.copy.export.ExportPlan;
import io.elanus.sql.dml.ChangePlan;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.session.PreparedQuery.Kind;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.sql.type.Types;
import io.elanus.storage.type.ColumnType;
import java.util.List;

/// A statement as far as it can be prepared without running it. Immutable.
sealed interface Compiled {
    Kind kind();

    List<ResultColumn> columns();

    List<ColumnType> parameters();

    /// May other sessions run it too, while the catalog stays as it is?
    default boolean reusable() {
        return true;
    }

    record Query(PlannedQuery query) implements Compiled {
        @Override
        public boolean reusable() {
            return !query.readsFiles();
        }

        @Override
        public Kind kind() {
            return Kind.QUERY;
        }

        @Override
        public List<ResultColumn> columns() {
            return query.columns();
        }

        @Override
        public List<ColumnType> parameters() {
            return query.parameters();
        }
    }

    record Change(ChangePlan plan) implements Compiled {
        @Override
        public boolean reusable() {
            return plan.queries().stream().noneMatch(PlannedQuery::readsFiles);
        }

        @Override
        public Kind kind() {
            return Kind.DML;
        }

        @Override
        public List<ResultColumn> columns() {
            return plan.answer().map(ChangePlan.Answer::columns).orElse(List.of());
        }

        @Override
        public List<ColumnType> parameters() {
            return plan.parameters();
        }
    }

    /// A query whose rows go into a file.
    record Export(PlannedQuery query, ExportPlan target) implements Compiled {
        @Override
        public boolean reusable() {
            return !query.readsFiles();
        }

        @Override
        public Kind kind() {
            return Kind.UTILITY;
        }

        @Override
        public List<ResultColumn> columns() {
            return List.of();
        }

        @Override
        public List<ColumnType> parameters() {
            return query.parameters();
        }
    }

    /// EXPLAIN of what was compiled.
    record Explain(Compiled inner, ExplainOptions options) implements Compiled {
        @Override
        public boolean reusable() {
            return inner.reusable();
        }

        @Override
        public Kind kind() {
            return Kind.QUERY;
        }

        @Override
        public List<ResultColumn> columns() {
            return List.of(text("plan"));
        }

        @Override
        public List<ColumnType> parameters() {
            return inner.parameters();
        }
    }

    /// DDL that was made ready here.
    ///
    /// @param request without its id, which each run gives it
    record Ddl(DdlRequest request) implements Compiled {
        @Override
        public Kind kind() {
            return Kind.DDL;
        }

        @Override
        public List<ResultColumn> columns() {
            return List.of();
        }

        @Override
        public List<ColumnType> parameters() {
            return List.of();
        }
    }

    /// DDL and everything that needs no plan; interpreted when it runs.
    record Command(Statement statement, String text, Kind kind, List<ResultColumn> columns) implements Compiled {
        @Override
        public List<ColumnType> parameters() {
            return List.of();
        }

        @Override
        public boolean reusable() {
            return false;
        }
    }

    static ResultColumn text(String name) {
        return new ResultColumn(name, Types.TEXT, true, List.of());
    }
}
