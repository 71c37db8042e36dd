package io.elanus.sql.catalog;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.LiteralOrder;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Layout;
import io.elanus.storage.type.Partitioning;
import io.elanus.storage.type.Partitioning.Method;
import io.elanus.storage.type.Partitioning.Partition;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// Partitions as statements describe them. What a partition may take never shrinks by adding another, so that rows
/// stay where they are: nothing is added beside one that takes the rest, nor below the last RANGE.
final class PartitionRequests {
    /// Table option with the id of the next partition, once one was dropped or added.
    private static final String NEXT_PARTITION = "next_partition_id";

    private final String sql;

    PartitionRequests(String sql) {
        this.sql = sql;
    }

    /// How a partition is described, as it is written in SQL.
    static String describe(Partitioning partitioning, Partition partition, ColumnType type) {
        String values = partition.values().stream()
                .map(value -> value.getNull() || !quoted(type)
                        ? Literals.text(value, type)
                        : "'" + Literals.text(value, type).replace("'", "''") + "'")
                .collect(Collectors.joining(", "));
        return switch (partitioning.method()) {
            case LIST -> partition.takesRest() ? "DEFAULT" : values;
            case RANGE -> partition.takesRest() ? "MAXVALUE" : values;
            case HASH -> "";
        };
    }

    private static boolean quoted(ColumnType type) {
        return switch (type) {
            case ColumnType.Simple simple ->
                switch (simple) {
                    case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT -> false;
                    default -> true;
                };
            case ColumnType.Decimal _ -> false;
            case ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ -> true;
        };
    }

    Optional<Partitioning> of(Statement.@Nullable Partitioning asked, List<Column> columns) {
        if (asked == null) {
            return Optional.empty();
        }
        var method = Method.valueOf(asked.method());
        Column column = column(asked.column(), columns);
        checkType(method, column, asked.column());
        List<Partition> partitions =
                asked.count() == null ? listed(method, column, asked.partitions()) : numbered(method, asked.count());
        checkCount(partitions.size(), asked.column());
        return Optional.of(new Partitioning(method, column.id(), partitions));
    }

    private Column column(SqlIdentifier name, List<Column> columns) {
        return columns.stream()
                .filter(column -> column.name().equals(name.getSimple()) && !column.hidden())
                .findFirst()
                .orElseThrow(() -> error(
                        ErrorCode.UNDEFINED_COLUMN,
                        "Column [%s] of PARTITION BY is not declared.".formatted(name.getSimple()),
                        name,
                        Suggestions.didYouMean(
                                        name.getSimple(),
                                        columns.stream().map(Column::name).toList())
                                .orElse(null)));
    }

    private void checkType(Method method, Column column, SqlNode at) {
        boolean fits = switch (column.type()) {
            case ColumnType.Simple simple ->
                switch (simple) {
                    case INTEGER, BIGINT, UUID -> method == Method.HASH || simple != ColumnType.Simple.UUID;
                    case BOOLEAN, TINYINT, SMALLINT, DATE, TIMESTAMP, TIMESTAMP_TZ -> method != Method.HASH;
                    default -> false;
                };
            case ColumnType.Decimal _ -> method != Method.HASH;
            case ColumnType.Varchar _ -> true;
            case ColumnType.Array _, ColumnType.Vector _ -> false;
        };
        if (!fits) {
            throw error(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "PARTITION BY %s does not take column [%s] of type [%s]."
                            .formatted(method, column.name(), column.type().sql()),
                    at,
                    method == Method.HASH
                            ? "HASH takes INTEGER, BIGINT, UUID and VARCHAR."
                            : "LIST and RANGE take whole numbers, DECIMAL, VARCHAR, BOOLEAN, DATE and timestamps.");
        }
    }

    private void checkCount(int count, SqlNode at) {
        if (count < 1 || count > Partitioning.MAX_PARTITIONS) {
            throw error(
                    ErrorCode.LIMIT_EXCEEDED,
                    "A table takes 1 to [%d] partitions, given [%d].".formatted(Partitioning.MAX_PARTITIONS, count),
                    at,
                    null);
        }
    }

    private List<Partition> numbered(Method method, SqlNode count) {
        if (method != Method.HASH) {
            throw error(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "Only HASH takes PARTITIONS and their number.",
                    count,
                    "Write (PARTITION name VALUES …, …).");
        }
        int number = ((SqlLiteral) count).intValue(true);
        checkCount(number, count);
        var partitions = new ArrayList<Partition>();
        for (int i = 0; i < number; i++) {
            partitions.add(new Partition(i + 1, "p" + i, List.of()));
        }
        return partitions;
    }

    private List<Partition> listed(Method method, Column column, List<Statement.Partition> asked) {
        var partitions = new ArrayList<Partition>();
        for (Statement.Partition one : asked) {
            if (method == Method.HASH && one.form() != Statement.PartitionForm.SHARE) {
                throw error(
                        ErrorCode.INVALID_TABLE_DEFINITION,
                        "A HASH partition takes no VALUES.",
                        one.name(),
                        "Write PARTITION BY HASH (column) PARTITIONS n.");
            }
            long id = partitions.size() + 1;
            partitions.add(
                    method == Method.HASH
                            ? new Partition(id, unused(one.name(), partitions), List.of())
                            : partition(new Partitioning(method, column.id(), partitions), column, one, id));
        }
        return partitions;
    }

    /// One more behind those that are there.
    private Partition partition(Partitioning before, Column column, Statement.Partition asked, long id) {
        String name = unused(asked.name(), before.partitions());
        before.partitions().stream().filter(Partition::takesRest).findFirst().ifPresent(rest -> {
            throw error(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "Partition [%s] takes what no other does, so none comes behind it.".formatted(rest.name()),
                    asked.name(),
                    null);
        });
        if (asked.form() == Statement.PartitionForm.REST) {
            return new Partition(id, name, List.of());
        }
        Statement.PartitionForm form =
                before.method() == Method.LIST ? Statement.PartitionForm.VALUES : Statement.PartitionForm.BELOW;
        if (asked.form() != form) {
            throw error(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "A %s partition takes %s, or DEFAULT."
                            .formatted(
                                    before.method(),
                                    before.method() == Method.LIST ? "VALUES IN (…)" : "VALUES LESS THAN (…)"),
                    asked.name(),
                    null);
        }
        List<Literal> values = asked.values().stream()
                .map(value -> TypeNames.constant(value, column.type(), sql, "The value of a partition"))
                .toList();
        if (before.method() == Method.LIST) {
            checkNew(before, values, column, asked);
        } else {
            checkAbove(before, values.getFirst(), column, asked);
        }
        return new Partition(id, name, values);
    }

    private String unused(SqlIdentifier name, List<Partition> partitions) {
        if (partitions.stream().anyMatch(partition -> partition.name().equals(name.getSimple()))) {
            throw error(
                    ErrorCode.DUPLICATE_OBJECT,
                    "There is a partition [%s] already.".formatted(name.getSimple()),
                    name,
                    null);
        }
        return name.getSimple();
    }

    private void checkNew(Partitioning before, List<Literal> values, Column column, Statement.Partition asked) {
        var taken = new HashSet<Literal>();
        before.partitions().forEach(partition -> taken.addAll(partition.values()));
        for (Literal value : values) {
            if (!taken.add(value)) {
                throw error(
                        ErrorCode.INVALID_TABLE_DEFINITION,
                        "Two partitions have the value [%s].".formatted(Literals.text(value, column.type())),
                        asked.name(),
                        null);
            }
        }
    }

    private void checkAbove(Partitioning before, Literal bound, Column column, Statement.Partition asked) {
        if (bound.getNull()) {
            throw error(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "The bound of a RANGE partition is not NULL.",
                    asked.name(),
                    "The partition that is declared DEFAULT takes rows without a value.");
        }
        boolean above = before.partitions().isEmpty()
                || LiteralOrder.compare(
                                        bound,
                                        before.partitions().getLast().values().getFirst(),
                                        column.type())
                                .orElse(0)
                        > 0;
        if (!above) {
            throw error(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "The bound [%s] is not above that of the partition before."
                            .formatted(Literals.text(bound, column.type())),
                    asked.name(),
                    "Write RANGE partitions in rising order; add new ones at the end.");
        }
    }

    /// The table with one partition more.
    TableSchema add(TableSchema table, Statement.Partition asked) {
        Partitioning before = partitioning(table, asked.name());
        long id = nextId(table, before);
        var after = new ArrayList<>(before.partitions());
        after.add(partition(before, table.column(before.columnId()), asked, id));
        checkCount(after.size(), asked.name());
        return with(table, new Partitioning(before.method(), before.columnId(), after), id + 1);
    }

    /// The table without a partition, and without its rows.
    Optional<TableSchema> drop(TableSchema table, SqlIdentifier name, boolean ifExists) {
        Partitioning before = partitioning(table, name);
        if (before.find(name.getSimple()).isEmpty()) {
            if (ifExists) {
                return Optional.empty();
            }
            throw error(
                    ErrorCode.UNDEFINED_OBJECT,
                    "Table [%s] has no partition [%s].".formatted(table.name(), name.getSimple()),
                    name,
                    Suggestions.didYouMean(
                                    name.getSimple(),
                                    before.partitions().stream()
                                            .map(Partition::name)
                                            .toList())
                            .orElse(null));
        }
        List<Partition> after = before.partitions().stream()
                .filter(partition -> !partition.name().equals(name.getSimple()))
                .toList();
        return Optional.of(
                with(table, new Partitioning(before.method(), before.columnId(), after), nextId(table, before)));
    }

    private Partitioning partitioning(TableSchema table, SqlIdentifier at) {
        Partitioning before = table.partitioning()
                .orElseThrow(() -> error(
                        ErrorCode.WRONG_OBJECT_TYPE,
                        "Table [%s] has no partitions.".formatted(table.name()),
                        at,
                        "Declare them with PARTITION BY when it is created."));
        if (before.method() == Method.HASH) {
            throw error(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "The number of HASH partitions cannot change.",
                    at,
                    "Create a table with more of them and INSERT INTO it from this one.");
        }
        return before;
    }

    private static long nextId(TableSchema table, Partitioning before) {
        long known = Long.parseLong(table.options().getOrDefault(NEXT_PARTITION, "0"));
        long highest =
                before.partitions().stream().mapToLong(Partition::id).max().orElse(0);
        return Math.max(known, highest + 1);
    }

    private static TableSchema with(TableSchema table, Partitioning partitioning, long nextId) {
        Map<String, String> options = new HashMap<>(table.options());
        options.put(NEXT_PARTITION, Long.toString(nextId));
        return new TableSchema(
                table.tableId(),
                table.name(),
                table.version(),
                table.columns(),
                table.keyColumnId(),
                new Layout(table.shards(), Optional.of(partitioning)),
                options);
    }

    private QueryException error(ErrorCode code, String message, SqlNode at, @Nullable String hint) {
        return new QueryException(code, message, SqlText.offset(sql, at.getParserPosition()), hint, null);
    }
}
