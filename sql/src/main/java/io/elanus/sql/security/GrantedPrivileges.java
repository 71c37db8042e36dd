package io.elanus.sql.security;

import io.elanus.cluster.access.Privilege;
import io.elanus.proto.grpc.GrantedPrivilege;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.parser.SqlParserPos;

/// The privileges that a GRANT or REVOKE names.
record GrantedPrivileges(Relations relations, String sql) {
    /// @param found the tables and views that the statement is about
    List<GrantedPrivilege> of(Statement.Grants grants, List<Need.Relation> found) {
        boolean schemas = Objects.requireNonNull(grants.target()).kind() == Statement.TargetKind.SCHEMA;
        var all = new ArrayList<GrantedPrivilege>();
        grants.granted().forEach(granted -> all.addAll(of(granted, schemas, found)));
        return all;
    }

    private List<GrantedPrivilege> of(Statement.Granted granted, boolean schemas, List<Need.Relation> found) {
        Set<Privilege> known = schemas
                ? Privilege.OF_SCHEMA
                : granted.columns().isEmpty() ? Privilege.OF_RELATION : Privilege.OF_COLUMN;
        Optional<Privilege> one = Privilege.find(granted.name());
        boolean all = granted.name().equalsIgnoreCase("all");
        if (!all && (one.isEmpty() || !known.contains(one.get()))) {
            throw wrong(
                    sql,
                    granted.pos(),
                    "Privilege [%s] is none of a %s."
                            .formatted(
                                    granted.name(),
                                    schemas ? "schema" : granted.columns().isEmpty() ? "table" : "column"),
                    "There are: %s."
                            .formatted(String.join(
                                    ", ",
                                    new TreeSet<>(known)
                                            .stream().map(Enum::name).toList())));
        }
        var privileges = new ArrayList<GrantedPrivilege>();
        for (Privilege privilege : all ? known : Set.of(one.orElseThrow())) {
            for (int column : columns(granted, found)) {
                privileges.add(GrantedPrivilege.newBuilder()
                        .setPrivilege(privilege.name())
                        .setColumnId(column)
                        .build());
            }
        }
        return privileges;
    }

    private Set<Integer> columns(Statement.Granted granted, List<Need.Relation> found) {
        if (granted.columns().isEmpty()) {
            return Set.of(0);
        }
        if (found.size() != 1) {
            throw wrong(
                    sql, granted.pos(), "Columns are granted of one table at a time.", "Write a GRANT for each table.");
        }
        var ids = new LinkedHashSet<Integer>();
        granted.columns().forEach(column -> ids.add(relations.columnId(found.getFirst(), column)));
        return ids;
    }

    static QueryException wrong(String sql, SqlParserPos pos, String message, String hint) {
        return new QueryException(ErrorCode.INVALID_GRANT, message, SqlText.offset(sql, pos), hint, null);
    }
}
