package io.elanus.ai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A table of documents with their embeddings. Thread safe.
public final class DocumentTable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?");
    private static final Pattern KIND = Pattern.compile("[a-z_0-9]*");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};
    /// Rows of one INSERT.
    private static final int BATCH = 500;

    private final DataSource source;
    private final String name;
    private final int dimension;
    private final Metric metric;
    private final String index;

    /// Compared by cosine, under the index that the database chooses.
    public DocumentTable(DataSource source, String name, int dimension) {
        this(source, name, dimension, Metric.COSINE, "");
    }

    /// @param name      plain, or schema.name; letters, digits and underscores
    /// @param dimension of every embedding
    /// @param index     its kind, as `USING` names it; empty for the default, `none` for no index
    public DocumentTable(DataSource source, String name, int dimension, Metric metric, String index) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "The table's name [" + name + "] is not plain: use letters, digits and underscores.");
        }
        if (dimension < 1) {
            throw new IllegalArgumentException("The dimension must be positive, given [" + dimension + "].");
        }
        if (!KIND.matcher(index).matches()) {
            throw new IllegalArgumentException(
                    "[" + index + "] is no kind of index. Name one such as hnsw, ivf_rabitq or diskann, or none.");
        }
        this.source = source;
        this.name = name;
        this.dimension = dimension;
        this.metric = metric;
        this.index = index;
    }

    /// Creates the table and its index where they are missing.
    public void create() {
        String indexName = name.substring(name.indexOf('.') + 1) + "_embedding";
        this.<@Nullable Void>use(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE IF NOT EXISTS " + name + " (id VARCHAR PRIMARY KEY, embedding VECTOR("
                        + dimension + "), content VARCHAR, metadata JSON)");
                if (!index.equals("none")) {
                    statement.execute("CREATE INDEX IF NOT EXISTS " + indexName + " ON " + name
                            + (index.isEmpty() ? "" : " USING " + index) + " (embedding " + metric.operators() + ")");
                }
            }
            return null;
        });
    }

    /// Writes documents; those that have the id of one that is there replace it.
    public void put(List<Document> documents) {
        this.<@Nullable Void>use(connection -> {
            try (PreparedStatement upsert = connection.prepareStatement(
                    "UPSERT INTO " + name + " (id, embedding, content, metadata) VALUES (?, ?, ?, ?)")) {
                int waiting = 0;
                for (Document document : documents) {
                    upsert.setString(1, document.id());
                    upsert.setObject(2, checked(document.embedding()));
                    upsert.setString(3, document.content());
                    upsert.setString(4, text(document.metadata()));
                    upsert.addBatch();
                    if (++waiting == BATCH) {
                        upsert.executeBatch();
                        waiting = 0;
                    }
                }
                if (waiting > 0) {
                    upsert.executeBatch();
                }
            }
            return null;
        });
    }

    /// The documents that are most similar to the query, the most similar first.
    ///
    /// @param count at most so many
    /// @param least similarity; the lowest number for any
    public List<Document.Match> search(float[] query, int count, double least, Condition condition) {
        ConditionSql where = ConditionSql.of(condition);
        boolean bounded = least > (metric == Metric.IP ? -Double.MAX_VALUE : metric == Metric.L2 ? 0 : -1);
        String distance = "embedding " + metric.operator() + " ?";
        String sql = "SELECT id, embedding, content, metadata, " + distance + " AS distance FROM " + name + " WHERE "
                + where.text() + (bounded ? " AND " + distance + " <= ?" : "") + " ORDER BY distance LIMIT ?";
        return use(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                int place = 1;
                select.setObject(place++, checked(query));
                place = bind(select, place, where.parameters());
                if (bounded) {
                    select.setObject(place++, query);
                    select.setDouble(place++, metric.distance(least));
                }
                select.setInt(place, count);
                return matches(select);
            }
        });
    }

    private List<Document.Match> matches(PreparedStatement select) throws SQLException {
        List<Document.Match> matches = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                var document = new Document(
                        rows.getString(1),
                        rows.getObject(2, float[].class),
                        rows.getString(3),
                        members(rows.getString(4)));
                matches.add(new Document.Match(document, metric.similarity(rows.getDouble(5))));
            }
        }
        return matches;
    }

    /// Ids that are not there are passed over.
    public void delete(Collection<String> ids) {
        if (!ids.isEmpty()) {
            change(
                    "DELETE FROM " + name + " WHERE id IN (" + ConditionSql.marks(ids.size()) + ")",
                    new ArrayList<>(ids));
        }
    }

    public void delete(Condition condition) {
        ConditionSql where = ConditionSql.of(condition);
        change("DELETE FROM " + name + " WHERE " + where.text(), where.parameters());
    }

    private void change(String sql, List<Object> parameters) {
        use(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(sql)) {
                bind(delete, 1, parameters);
                return delete.executeUpdate();
            }
        });
    }

    private static int bind(PreparedStatement statement, int from, List<Object> parameters) throws SQLException {
        int place = from;
        for (Object parameter : parameters) {
            statement.setObject(place++, parameter);
        }
        return place;
    }

    private float[] checked(float[] embedding) {
        if (embedding.length != dimension) {
            throw new IllegalArgumentException("The embedding has [" + embedding.length + "] dimensions, table [" + name
                    + "] takes [" + dimension + "].");
        }
        return embedding;
    }

    private static String text(Map<String, Object> metadata) {
        try {
            return JSON.writeValueAsString(metadata);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The metadata cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Map<String, Object> members(String metadata) {
        try {
            return metadata == null ? Map.of() : JSON.readValue(metadata, MEMBERS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The stored metadata is no JSON object: " + e.getOriginalMessage(), e);
        }
    }

    private interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    private <T extends @Nullable Object> T use(Work<T> work) {
        try (Connection connection = source.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw new DocumentStoreException(name, e);
        }
    }
}
