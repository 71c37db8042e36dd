package io.elanus.sql.security;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.access.Privilege;
import io.elanus.proto.grpc.GrantedPrivilege;
import io.elanus.proto.grpc.RelationAccess;
import io.elanus.proto.grpc.SchemaAccess;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// What each kind of statement needs, beside the columns that its queries read, which the planner finds out. A new
/// kind does not compile before it is said here.
///
/// What does not exist needs nothing: the statement fails anyway.
public final class StatementNeeds {
    private final SchemaView view;
    private final Relations relations;
    private final String sql;

    public StatementNeeds(SchemaView view, String defaultSchema, String sql) {
        this.view = view;
        this.sql = sql;
        this.relations = new Relations(view, defaultSchema, sql);
    }

    /// Refuses what the view's role may not run.
    public void check(Statement statement) {
        view.authority().check(view.role(), of(statement));
    }

    List<Need> of(Statement statement) {
        return switch (statement) {
            case Statement.CreateSchema _ -> superuser("create a schema");
            case Statement.DropSchema drop ->
                List.of(new Need.OwnerOfSchema(drop.name().names.getLast()));
            case Statement.CreateTable create -> create(create.name());
            case Statement.CreateView create -> createView(create);
            case Statement.AlterTable alter -> alter(alter);
            case Statement.DropTable drop -> owners(drop.names());
            case Statement.DropView drop -> owners(drop.names());
            case Statement.CreateIndex create -> owners(List.of(create.table()));
            case Statement.DropIndex drop -> dropIndex(drop);
            case Statement.Insert insert -> insert(insert);
            case Statement.Update update -> onColumns(update.target().table(), Privilege.UPDATE, update.columns());
            case Statement.Delete delete -> on(delete.target().table(), Privilege.DELETE);
            case Statement.Merge merge -> merge(merge);
            case Statement.With with -> of(with.change());
            case Statement.Copy copy -> copy(copy);
            case Statement.CopyTo _ ->
                List.of(new Need.MemberOf(Access.WRITE_SERVER_FILES, "write files of the server"));
            // What is explained is compiled, and asks for what it needs.
            case Statement.Explain _ -> List.of();
            case Statement.Maintenance maintenance -> maintenance(maintenance);
            case Statement.Backup _, Statement.ShowBackups _ -> superuser("back up");
            case Statement.Restore _ -> superuser("restore a backup");
            case Statement.CreateRole _ -> superuser("create a role");
            case Statement.AlterRole alter -> alterRole(alter);
            case Statement.DropRole _ -> superuser("drop a role");
            case Statement.Grant(Statement.Grants grants) -> grants(grants);
            case Statement.Revoke(Statement.Grants grants) -> grants(grants);
            case Statement.CreatePolicy create -> owners(List.of(create.table()));
            case Statement.DropPolicy drop -> owners(List.of(drop.table()));
            // Whose statement it is, is known only when it is found; whose role one may take is the user's matter,
            // not the present role's.
            case Statement.KillQuery _, Statement.SetRole _ -> List.of();
            case Statement.Set _,
                    Statement.Reset _,
                    Statement.Show _,
                    Statement.Transaction _,
                    Statement.CreateExtension _ -> List.of();
        };
    }

    private static List<Need> superuser(String toDo) {
        return List.of(new Need.Superuser(toDo));
    }

    private List<Need> create(SqlIdentifier name) {
        String schema = relations.name(name).schema();
        return view.catalog().schemas().contains(schema)
                ? List.of(new Need.OnSchema(schema, Privilege.CREATE))
                : List.of();
    }

    private List<Need> createView(Statement.CreateView create) {
        var needs = new ArrayList<>(create(create.name()));
        if (create.replace()) {
            needs.addAll(owners(List.of(create.name())));
        }
        return needs;
    }

    private List<Need> alter(Statement.AlterTable alter) {
        var needs = new ArrayList<>(owners(List.of(alter.table())));
        if (alter.change() instanceof Statement.OwnerTo(SqlIdentifier role)) {
            needs.add(new Need.MemberOf(role.getSimple(), "give it something"));
        }
        return needs;
    }

    private List<Need> owners(List<SqlIdentifier> names) {
        return names.stream()
                .flatMap(name -> relations.find(name).stream())
                .<Need>map(Need.OwnerOf::new)
                .toList();
    }

    private List<Need> dropIndex(Statement.DropIndex drop) {
        TableName name = relations.name(drop.name());
        return view.catalog().indexes().stream()
                .filter(index -> index.getName().equals(name.table()))
                .flatMap(index -> view.catalog().tables().values().stream()
                        .filter(table -> table.tableId() == index.getTableId()
                                && table.name().schema().equals(name.schema())))
                .<Need>map(table -> new Need.OwnerOf(new Need.Relation(table.tableId(), table.name())))
                .toList();
    }

    private List<Need> on(SqlIdentifier name, Privilege privilege) {
        return onColumns(name, privilege, List.of());
    }

    /// @param columns empty: the whole table
    private List<Need> onColumns(SqlIdentifier name, Privilege privilege, List<SqlIdentifier> columns) {
        return relations
                .find(name)
                .map(relation -> onColumns(relation, privilege, columns))
                .orElse(List.of());
    }

    private List<Need> onColumns(Need.Relation relation, Privilege privilege, List<SqlIdentifier> columns) {
        Optional<TableSchema> table = view.catalog().findTable(relation.name());
        Set<Integer> ids = new HashSet<>();
        for (SqlIdentifier column : columns) {
            table.flatMap(found -> found.findColumn(column.names.getLast()))
                    .map(Column::id)
                    .ifPresent(ids::add);
        }
        return List.of(
                new Need.OnSchema(relation.name().schema(), Privilege.USAGE),
                new Need.OnRelation(relation, privilege, ids));
    }

    private List<Need> insert(Statement.Insert insert) {
        if (!(insert.insert().getTargetTable() instanceof SqlIdentifier table)) {
            return List.of();
        }
        List<SqlIdentifier> columns = names(insert.insert().getTargetColumnList());
        var needs = new ArrayList<>(onColumns(table, Privilege.INSERT, columns));
        if (insert.insert().isUpsert()) {
            needs.addAll(onColumns(table, Privilege.UPDATE, columns));
        }
        Statement.Conflict conflict = insert.conflict();
        if (conflict != null) {
            if (!conflict.columns().isEmpty()) {
                needs.addAll(onColumns(table, Privilege.UPDATE, conflict.columns()));
            }
            if (!conflict.target().isEmpty()) {
                needs.addAll(onColumns(table, Privilege.SELECT, conflict.target()));
            }
        }
        return needs;
    }

    private static List<SqlIdentifier> names(@Nullable Iterable<? extends @Nullable SqlNode> nodes) {
        var names = new ArrayList<SqlIdentifier>();
        if (nodes != null) {
            for (SqlNode node : nodes) {
                if (node instanceof SqlIdentifier name) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private List<Need> merge(Statement.Merge merge) {
        var needs = new ArrayList<Need>();
        SqlIdentifier table = merge.target().table();
        for (Statement.MergeAction action : merge.actions()) {
            needs.addAll(
                    switch (action.kind()) {
                        case INSERT -> onColumns(table, Privilege.INSERT, action.columns());
                        case UPDATE -> onColumns(table, Privilege.UPDATE, action.columns());
                        case DELETE -> on(table, Privilege.DELETE);
                        case NOTHING -> on(table, Privilege.SELECT);
                    });
        }
        return needs;
    }

    private List<Need> copy(Statement.Copy copy) {
        var needs = new ArrayList<>(onColumns(copy.table(), Privilege.INSERT, names(copy.columns())));
        if (replaces(copy)) {
            needs.addAll(onColumns(copy.table(), Privilege.UPDATE, names(copy.columns())));
        }
        if (copy.file() != null) {
            needs.add(new Need.MemberOf(Access.READ_SERVER_FILES, "read files of the server"));
        }
        return needs;
    }

    private static boolean replaces(Statement.Copy copy) {
        return copy.options().stream()
                .anyMatch(option ->
                        option.name().equals("on_conflict") && option.value().equalsIgnoreCase("replace"));
    }

    /// Rows that a program sends for a table.
    ///
    /// @param replaces rows whose keys are there already
    public void checkIngest(TableSchema table, boolean replaces) {
        var relation = new Need.Relation(table.tableId(), table.name());
        var needs = new ArrayList<>(onColumns(relation, Privilege.INSERT, List.of()));
        if (replaces) {
            needs.addAll(onColumns(relation, Privilege.UPDATE, List.of()));
        }
        view.authority().check(view.role(), needs);
    }

    private List<Need> maintenance(Statement.Maintenance maintenance) {
        SqlIdentifier table = maintenance.table();
        if (table == null) {
            return superuser("do this to every table");
        }
        return maintenance.action().equals("TRUNCATE") ? on(table, Privilege.TRUNCATE) : owners(List.of(table));
    }

    /// Everyone may change the own password.
    private List<Need> alterRole(Statement.AlterRole alter) {
        boolean ownPassword = alter.name().getSimple().equals(view.role())
                && alter.options().stream().allMatch(option -> option.name().equals("password"));
        return ownPassword ? List.of() : superuser("alter a role");
    }

    private List<Need> grants(Statement.Grants grants) {
        Statement.GrantTarget target = grants.target();
        if (target == null) {
            return grants.granted().stream()
                    .<Need>map(role -> new Need.AdminOf(role.name()))
                    .toList();
        }
        List<Need.Relation> on = relations.of(target);
        Supplier<List<GrantedPrivilege>> privileges = () -> new GrantedPrivileges(relations, sql).of(grants, on);
        if (target.kind() == Statement.TargetKind.SCHEMA) {
            return target.names().stream()
                    .map(name -> grantsOn(name.names.getLast(), privileges))
                    .toList();
        }
        return on.stream().map(relation -> grantsOn(relation, privileges)).toList();
    }

    /// Who may grant nothing at all is told so before the columns are looked up.
    private Need grantsOn(Need.Relation relation, Supplier<List<GrantedPrivilege>> privileges) {
        RelationAccess held = view.authority().access().relation(relation.id());
        return view.authority().mayGrantAny(view.role(), held.getOwner(), held.getGrantsList())
                ? new Need.GrantOption(relation, privileges.get())
                : new Need.OwnerOf(relation);
    }

    private Need grantsOn(String schema, Supplier<List<GrantedPrivilege>> privileges) {
        SchemaAccess held = view.authority().access().schema(schema);
        return view.authority().mayGrantAny(view.role(), held.getOwner(), held.getGrantsList())
                ? new Need.GrantOptionOfSchema(schema, privileges.get())
                : new Need.OwnerOfSchema(schema);
    }
}
