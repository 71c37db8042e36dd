package io.elanus.sql.catalog;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.plan.RowSupplier;
import io.elanus.sql.security.Authority;
import io.elanus.sql.security.Need;
import io.elanus.storage.type.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Who sees which rows of a system table.
public enum Audience {
    /// Everyone sees all.
    EVERYONE,
    /// Members of `pg_monitor` and superusers; others are refused.
    MONITORS,
    /// Everyone sees rows whose `user_name` is theirs; members of `pg_monitor` see all.
    OWNERS,
    /// Everyone sees rows about the tables and views that they have something to do with, named by
    /// `table_schema` and `table_name`.
    RELATIONS,
    /// Everyone sees grants by or to themselves, the roles that they are members of, and everybody.
    GRANTS,
    /// Everyone sees rows about themselves and the roles that they are members of, named by `grantee` or else by
    /// `role_name`.
    ROLES;

    /// @param catalog in which names are looked up
    public RowSupplier rows(SystemTable table, Catalog catalog, Authority authority, String role) {
        boolean monitors = authority.hasRightsOf(role, Access.MONITOR);
        return switch (this) {
            case EVERYONE -> table.rows();
            case MONITORS -> {
                authority.check(role, List.of(new Need.MemberOf(Access.MONITOR, "read [system." + table.name() + "]")));
                yield table.rows();
            }
            case OWNERS -> {
                int user = column(table, "user_name");
                yield monitors
                        ? table.rows()
                        : filtered(table, row -> authority.hasRightsOf(role, String.valueOf(row.get(user))));
            }
            case GRANTS -> {
                int grantor = column(table, "grantor");
                int grantee = column(table, "grantee");
                yield filtered(
                        table,
                        row -> "PUBLIC".equals(row.get(grantee))
                                || authority.hasRightsOf(role, String.valueOf(row.get(grantor)))
                                || authority.hasRightsOf(role, String.valueOf(row.get(grantee))));
            }
            case ROLES -> {
                int named = column(table, table.columns().size() == 1 ? "role_name" : "grantee");
                yield filtered(table, row -> authority.hasRightsOf(role, String.valueOf(row.get(named))));
            }
            case RELATIONS -> {
                int schema = column(table, "table_schema");
                int name = column(table, "table_name");
                yield authority.superuser(role)
                        ? table.rows()
                        : filtered(table, row -> known(catalog, authority, role, row.get(schema), row.get(name)));
            }
        };
    }

    private static int column(SystemTable table, String name) {
        return IntStream.range(0, table.columns().size())
                .filter(i -> table.columns().get(i).name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No column " + name + " in " + table.name()));
    }

    private interface Shown {
        boolean shows(List<? extends @Nullable Object> row);
    }

    private static RowSupplier filtered(SystemTable table, Shown shown) {
        return () -> {
            var rows = new ArrayList<List<? extends @Nullable Object>>();
            for (List<? extends @Nullable Object> row : table.rows().rows()) {
                if (shown.shows(row)) {
                    rows.add(row);
                }
            }
            return rows;
        };
    }

    /// What is no table or view of the catalog belongs to the system and is known to all.
    private static boolean known(
            Catalog catalog, Authority authority, String role, @Nullable Object schema, @Nullable Object table) {
        if (schema == null || table == null) {
            return true;
        }
        var name = new TableName(schema.toString(), table.toString());
        var stored = catalog.findTable(name);
        if (stored.isPresent()) {
            return authority.knows(role, stored.get().tableId());
        }
        return catalog.findView(name)
                .map(view -> authority.knows(role, view.getViewId()))
                .orElse(SystemTable.SYSTEM.equals(name.schema())
                        || SystemTable.INFORMATION_SCHEMA.equals(name.schema()));
    }
}
