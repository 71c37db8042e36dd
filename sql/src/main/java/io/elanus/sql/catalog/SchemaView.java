package io.elanus.sql.catalog;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.security.Authority;
import io.elanus.sql.type.ElanusTypeFactory;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;

/// One catalog version, ready for the validator, with the system tables beside the stored ones.
public final class SchemaView {
    private static final CalciteConnectionConfig CONFIG = config();

    private final Catalog catalog;
    private final ElanusTypeFactory types = new ElanusTypeFactory();
    private final TableStatistics statistics;
    private final CalciteSchema visible;
    private final CalciteSchema withHidden;
    private final Authority authority;
    private final String role;
    private final FileTables files;

    /// As the first superuser sees it.
    public SchemaView(Catalog catalog, List<SystemTable> systemTables, TableStatistics statistics) {
        this.catalog = catalog;
        this.statistics = statistics;
        var system = new ArrayList<>(systemTables);
        system.addAll(new InformationSchema(catalog, systemTables).tables());
        this.visible = root(catalog, system, false);
        this.withHidden = root(catalog, system, true);
        this.authority = new Authority(catalog.access());
        this.role = Access.FIRST;
        this.files = FileTables.NONE;
    }

    private SchemaView(SchemaView whole, String role, FileTables files) {
        this.catalog = whole.catalog;
        this.statistics = whole.statistics;
        this.visible = whole.visible;
        this.withHidden = whole.withHidden;
        this.authority = whole.authority;
        this.role = role;
        this.files = files;
    }

    /// The same for statements of this role.
    public SchemaView as(String other) {
        return role.equals(other) ? this : new SchemaView(this, other, files);
    }

    /// The same for statements that may read these files.
    public SchemaView reading(FileTables readable) {
        return new SchemaView(this, role, readable);
    }

    public FileTables files() {
        return files;
    }

    /// Whose rights statements are checked against.
    public String role() {
        return role;
    }

    public Authority authority() {
        return authority;
    }

    private static CalciteConnectionConfig config() {
        var properties = new Properties();
        properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "true");
        return new CalciteConnectionConfigImpl(properties);
    }

    private static CalciteSchema root(Catalog catalog, List<SystemTable> system, boolean withHidden) {
        CalciteSchema root = CalciteSchema.createRootSchema(false, false);
        var tables = new HashMap<String, Map<String, Table>>();
        catalog.schemas().forEach(schema -> tables.put(schema, new HashMap<>()));
        tables.computeIfAbsent(Catalog.DEFAULT_SCHEMA, _ -> new HashMap<>());
        catalog.tables()
                .forEach((name, table) -> tables.computeIfAbsent(name.schema(), _ -> new HashMap<>())
                        .put(name.table(), new StoredTable(table, withHidden)));
        catalog.views()
                .forEach(view -> tables.computeIfAbsent(view.getSchemaName(), _ -> new HashMap<>())
                        .put(view.getName(), new StoredView(view)));
        system.forEach(table -> tables.computeIfAbsent(table.schema(), _ -> new HashMap<>())
                .put(table.name(), new VirtualTable(table)));
        tables.forEach((name, ofSchema) -> root.add(name, new FixedSchema(ofSchema)));
        addTypes(root);
        return root;
    }

    private static void addTypes(CalciteSchema root) {
        Types.ALIASES.forEach(
                (name, type) -> root.add(name, factory -> Types.toRel(type, false, (ElanusTypeFactory) factory)));
    }

    public Catalog catalog() {
        return catalog;
    }

    public TableStatistics statistics() {
        return statistics;
    }

    public ElanusTypeFactory types() {
        return types;
    }

    /// @param exposeHidden shows the hidden key as the last column
    public CalciteCatalogReader reader(String defaultSchema, boolean exposeHidden) {
        return reader(defaultSchema, exposeHidden, Map.of());
    }

    /// @param read the statement's files, by their names in schema [FileTable#SCHEMA]
    public CalciteCatalogReader reader(String defaultSchema, boolean exposeHidden, Map<String, FileTable> read) {
        CalciteSchema stored = exposeHidden ? withHidden : visible;
        return new CalciteCatalogReader(
                read.isEmpty() ? stored : withFiles(stored, read), List.of(defaultSchema), types, CONFIG);
    }

    private static CalciteSchema withFiles(CalciteSchema stored, Map<String, FileTable> read) {
        CalciteSchema root = CalciteSchema.createRootSchema(false, false);
        stored.getSubSchemaMap().forEach((name, schema) -> root.add(name, schema.schema));
        addTypes(root);
        root.add(FileTable.SCHEMA, new FixedSchema(new HashMap<>(read)));
        return root;
    }

    /// The stored table of this name; a schema left out is the default one.
    public TableSchema table(List<String> names, String defaultSchema, int position) {
        TableName name = tableName(names, defaultSchema, position);
        return catalog.findTable(name).orElseThrow(() -> undefinedTable(name, position));
    }

    public static TableName tableName(List<String> names, String defaultSchema, int position) {
        return switch (names.size()) {
            case 1 -> new TableName(defaultSchema, names.getFirst());
            case 2 -> new TableName(names.getFirst(), names.getLast());
            case 3 -> new TableName(names.get(1), names.getLast());
            default ->
                throw new QueryException(
                        ErrorCode.INVALID_NAME,
                        "Name [%s] has too many parts.".formatted(String.join(".", names)),
                        position,
                        "Write schema.table.",
                        null);
        };
    }

    public QueryException undefinedTable(TableName name, int position) {
        CalciteSchema schema = visible.getSubSchema(name.schema(), true);
        if (schema == null) {
            return undefinedSchema(name.schema(), position);
        }
        if (catalog.findView(name).isPresent()) {
            return new QueryException(
                    ErrorCode.WRONG_OBJECT_TYPE,
                    "[%s] is a view, not a table.".formatted(name),
                    position,
                    "Name the table that it reads.",
                    null);
        }
        if (schema.getTable(name.table(), true) != null) {
            return new QueryException(
                    ErrorCode.WRONG_OBJECT_TYPE,
                    "Table [%s] belongs to the system and can only be read.".formatted(name),
                    position,
                    null,
                    null);
        }
        return new QueryException(
                ErrorCode.UNDEFINED_TABLE,
                "Table [%s] does not exist.".formatted(name),
                position,
                Suggestions.didYouMean(name.table(), tableNames(name.schema())).orElse(null),
                null);
    }

    public QueryException undefinedSchema(String schema, int position) {
        return new QueryException(
                ErrorCode.UNDEFINED_SCHEMA,
                "Schema [%s] does not exist.".formatted(schema),
                position,
                Suggestions.didYouMean(schema, schemas()).orElse(null),
                null);
    }

    public Set<String> schemas() {
        return new TreeSet<>(visible.getSubSchemaMap().keySet());
    }

    public Set<String> tableNames(String schema) {
        CalciteSchema found = visible.getSubSchema(schema, true);
        return found == null ? Set.of() : new TreeSet<>(found.getTableNames());
    }

    private static final class FixedSchema extends AbstractSchema {
        private final Map<String, Table> tables;

        FixedSchema(Map<String, Table> tables) {
            this.tables = Map.copyOf(tables);
        }

        @Override
        protected Map<String, Table> getTableMap() {
            return tables;
        }
    }
}
