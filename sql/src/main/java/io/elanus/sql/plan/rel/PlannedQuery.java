package io.elanus.sql.plan.rel;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A query that is ready to run, any number of times.
///
/// @param parameters types of the `?`
/// @param sessionValues parameters after those of the statement
/// @param settings that the statement's hints set for it alone
public record PlannedQuery(
        Plan plan,
        List<ResultColumn> columns,
        List<ColumnType> parameters,
        List<SessionValue> sessionValues,
        Map<String, String> settings) {
    public PlannedQuery {
        columns = List.copyOf(columns);
        parameters = List.copyOf(parameters);
        sessionValues = List.copyOf(sessionValues);
        settings = Map.copyOf(settings);
    }

    /// The tables that it reads at the time of the statement, some perhaps more than once.
    public List<TableSchema> tables() {
        return tables(plan).toList();
    }

    private static Stream<TableSchema> tables(Plan node) {
        return node instanceof Plan.FragmentScan scan
                ? scan.asOf().isEmpty() ? Stream.of(scan.table()) : Stream.empty()
                : node.inputs().stream().flatMap(PlannedQuery::tables);
    }

    /// Does what it answers with depend on what files are like now?
    public boolean readsFiles() {
        return readsFiles(plan);
    }

    private static boolean readsFiles(Plan node) {
        return node instanceof Plan.FileScan || node.inputs().stream().anyMatch(PlannedQuery::readsFiles);
    }
}
