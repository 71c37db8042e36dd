package io.elanus.sql.parser.tree;

import java.util.List;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/// A statement that Calcite's grammar lacks. Names are folded already; options are as written.
public sealed interface Statement {
    record CreateSchema(SqlIdentifier name, boolean ifNotExists) implements Statement {}

    record DropSchema(SqlIdentifier name, boolean ifExists, boolean cascade) implements Statement {}

    /// @param columns empty: those of the query
    /// @param partitioning null: none
    /// @param as where the AS stands before the query that fills the table, to the end of the text; null: there is
    ///     none
    record CreateTable(
            SqlIdentifier name,
            boolean ifNotExists,
            List<ColumnDefinition> columns,
            Constraints constraints,
            @Nullable Partitioning partitioning,
            List<Option> options,
            @Nullable SqlParserPos as)
            implements Statement {}

    /// What CREATE TABLE demands of the rows.
    ///
    /// @param primaryKey columns of a PRIMARY KEY constraint; empty when there is none
    /// @param checks of columns and of the table
    record Constraints(List<SqlIdentifier> primaryKey, List<Check> checks) {}

    /// `CHECK (condition)`.
    ///
    /// @param name null: made from table and column
    /// @param condition where it stands with its parentheses
    record Check(@Nullable SqlIdentifier name, SqlParserPos condition) {}

    /// `PARTITION BY method (column) …`.
    ///
    /// @param method LIST, RANGE or HASH
    /// @param count of HASH partitions without names; null: they are listed
    record Partitioning(
            String method, SqlIdentifier column, @Nullable SqlNode count, List<Partition> partitions) {}

    /// `PARTITION name VALUES …`.
    ///
    /// @param form what stands behind the name
    /// @param values of IN, or the one of LESS THAN
    record Partition(SqlIdentifier name, PartitionForm form, List<SqlNode> values) {}

    enum PartitionForm {
        /// `VALUES IN (…)`.
        VALUES,
        /// `VALUES LESS THAN (…)`.
        BELOW,
        /// `DEFAULT`, and `VALUES LESS THAN (MAXVALUE)`.
        REST,
        /// Nothing, of HASH.
        SHARE
    }

    record AlterTable(SqlIdentifier table, boolean ifExists, TableChange change) implements Statement {}

    /// What ALTER TABLE does.
    sealed interface TableChange {}

    record AddColumn(ColumnDefinition column, List<Check> checks, boolean ifNotExists) implements TableChange {}

    record AddCheck(Check check) implements TableChange {}

    record DropConstraint(SqlIdentifier name, boolean ifExists) implements TableChange {}

    record DropColumn(SqlIdentifier column, boolean ifExists, boolean cascade) implements TableChange {}

    record RenameColumn(SqlIdentifier from, SqlIdentifier to) implements TableChange {}

    record RenameTable(SqlIdentifier to) implements TableChange {}

    record AddPartition(Partition partition) implements TableChange {}

    record DropPartition(SqlIdentifier name, boolean ifExists) implements TableChange {}

    /// The options that are named; the others stay.
    record SetOptions(List<Option> options) implements TableChange {}

    /// @param text empty: none
    record CommentColumn(SqlIdentifier column, String text) implements TableChange {}

    record OwnerTo(SqlIdentifier role) implements TableChange {}

    record RowSecurity(boolean enabled) implements TableChange {}

    /// @param columns names of its columns; empty: those of the query
    /// @param as where the AS stands before the query, to the end of the text
    record CreateView(
            SqlIdentifier name, boolean replace, boolean ifNotExists, List<SqlIdentifier> columns, SqlParserPos as)
            implements Statement {}

    record DropView(List<SqlIdentifier> names, boolean ifExists, boolean cascade) implements Statement {}

    record DropTable(List<SqlIdentifier> names, boolean ifExists, boolean cascade) implements Statement {}

    /// @param name null: made from table and column
    /// @param method as USING names it; null: the default
    record CreateIndex(
            @Nullable SqlIdentifier name,
            boolean ifNotExists,
            boolean unique,
            SqlIdentifier table,
            @Nullable SqlIdentifier method,
            List<IndexColumn> columns,
            List<Option> options)
            implements Statement {}

    /// @param operatorClass such as `vector_l2_ops`; null when not given
    record IndexColumn(SqlIdentifier name, @Nullable SqlIdentifier operatorClass) {}

    record DropIndex(SqlIdentifier name, boolean ifExists) implements Statement {}

    /// `WITH … INSERT`, and its like: queries that the change names.
    ///
    /// @param queries as the grammar makes them of WITH
    /// @param change an Insert, Update, Delete or Merge
    record With(SqlNodeList queries, Statement change) implements Statement {}

    /// INSERT or UPSERT.
    ///
    /// @param conflict what to do with a row whose key exists; null: refuse the statement
    /// @param returning what to answer of each row, as in a SELECT list; empty: the count only
    record Insert(SqlInsert insert, @Nullable Conflict conflict, List<SqlNode> returning) implements Statement {}

    /// The table of an UPDATE or DELETE.
    ///
    /// @param alias null: its own name
    record Target(SqlIdentifier table, @Nullable SqlIdentifier alias) {
        /// How the statement's expressions call it.
        public String name() {
            return alias == null ? table.names.getLast() : alias.getSimple();
        }
    }

    /// @param columns assigned by SET
    /// @param values one expression per column
    /// @param from other tables that the expressions look at, or null
    record Update(
            Target target,
            List<SqlIdentifier> columns,
            List<SqlNode> values,
            @Nullable SqlNode from,
            @Nullable SqlNode where,
            List<SqlNode> returning)
            implements Statement {}

    /// @param using other tables that the condition looks at, or null
    record Delete(
            Target target,
            @Nullable SqlNode using,
            @Nullable SqlNode where,
            List<SqlNode> returning) implements Statement {}

    /// @param source what USING names
    record Merge(Target target, SqlNode source, SqlNode condition, List<MergeAction> actions, List<SqlNode> returning)
            implements Statement {}

    enum MergeKind {
        INSERT,
        UPDATE,
        DELETE,
        NOTHING
    }

    /// One WHEN of MERGE.
    ///
    /// @param matched for rows of the source that have a match
    /// @param condition behind AND, or null
    /// @param columns of SET or INSERT; empty for an INSERT of all columns
    /// @param values one per column
    record MergeAction(
            MergeKind kind,
            boolean matched,
            @Nullable SqlNode condition,
            List<SqlIdentifier> columns,
            List<SqlNode> values,
            SqlParserPos pos) {}

    /// `ON CONFLICT`.
    ///
    /// @param target key columns as written; empty: not written
    /// @param columns assigned by DO UPDATE; empty: DO NOTHING
    /// @param values one expression per column
    /// @param where of DO UPDATE, or null
    record Conflict(
            List<SqlIdentifier> target,
            List<SqlIdentifier> columns,
            List<SqlNode> values,
            @Nullable SqlNode where) {}

    /// @param columns null: all of the table's
    /// @param file null: STDIN
    record Copy(
            SqlIdentifier table,
            @Nullable SqlNodeList columns,
            @Nullable String file,
            List<Option> options) implements Statement {}

    /// @param query null: the columns of the table, all when there are none
    record CopyTo(
            @Nullable SqlNode query,
            @Nullable SqlIdentifier table,
            @Nullable SqlNodeList columns,
            String file,
            List<Option> options)
            implements Statement {}

    record Explain(SqlNode statement, boolean analyze, List<Option> options) implements Statement {}

    /// @param values empty: DEFAULT
    /// @param local until the transaction ends
    record Set(String name, List<String> values, boolean local) implements Statement {}

    /// @param name `all` for every setting
    record Reset(String name) implements Statement {}

    /// @param words after SHOW, lower case
    /// @param from a table or schema named by FROM or IN, or null
    record Show(List<String> words, @Nullable SqlIdentifier from) implements Statement {}

    /// @param action BEGIN, COMMIT or ROLLBACK
    record Transaction(String action) implements Statement {}

    record CreateExtension(String name) implements Statement {}

    /// FLUSH, COMPACT, LOAD, RELEASE, TRUNCATE.
    ///
    /// @param table null: every table
    record Maintenance(String action, @Nullable SqlIdentifier table) implements Statement {}

    record KillQuery(String queryId) implements Statement {}

    /// What a backup or a restore is of.
    enum Scope {
        DATABASE,
        SCHEMA,
        TABLE
    }

    /// @param names of the schemas or tables; empty for the database
    /// @param place where the backup goes, as COPY names places
    record Backup(Scope scope, List<SqlIdentifier> names, String place, List<Option> options) implements Statement {}

    /// @param objects the schemas or tables; empty for all that the backup has
    record Restore(Scope scope, List<Restored> objects, String place, List<Option> options) implements Statement {}

    /// A schema or table out of a backup.
    ///
    /// @param as its new name; null: its own
    record Restored(SqlIdentifier name, @Nullable SqlIdentifier as) {}

    /// @param place in or below which the backups are
    record ShowBackups(String place) implements Statement {}

    /// @param login as USER, which is a role that may log in
    record CreateRole(SqlIdentifier name, boolean login, boolean ifNotExists, List<Option> options)
            implements Statement {}

    record AlterRole(SqlIdentifier name, boolean ifExists, List<Option> options) implements Statement {}

    record DropRole(List<SqlIdentifier> names, boolean ifExists) implements Statement {}

    record Grant(Grants grants) implements Statement {}

    record Revoke(Grants grants) implements Statement {}

    /// What GRANT gives and REVOKE takes.
    ///
    /// @param granted privileges, or roles when there is no target
    /// @param grantees `$current_user` stands for the role that runs the statement
    /// @param option WITH GRANT or ADMIN OPTION; of REVOKE: that option only
    /// @param cascade of REVOKE: what was granted on too
    record Grants(
            List<Granted> granted,
            @Nullable GrantTarget target,
            List<SqlIdentifier> grantees,
            boolean option,
            boolean cascade) {}

    /// A privilege, or a role.
    ///
    /// @param columns empty: the whole table
    record Granted(String name, List<SqlIdentifier> columns, SqlParserPos pos) {}

    record GrantTarget(TargetKind kind, List<SqlIdentifier> names) {}

    enum TargetKind {
        TABLE,
        SCHEMA,
        TABLES_OF_SCHEMA
    }

    /// @param command ALL, SELECT, INSERT, UPDATE or DELETE
    /// @param roles empty: PUBLIC
    /// @param using where the condition stands with its parentheses, or null
    record CreatePolicy(
            SqlIdentifier name,
            SqlIdentifier table,
            boolean restrictive,
            String command,
            List<SqlIdentifier> roles,
            @Nullable SqlParserPos using,
            @Nullable SqlParserPos check)
            implements Statement {}

    record DropPolicy(SqlIdentifier name, SqlIdentifier table, boolean ifExists) implements Statement {}

    /// @param role `none`: that of the session's user
    record SetRole(String role) implements Statement {}
}
