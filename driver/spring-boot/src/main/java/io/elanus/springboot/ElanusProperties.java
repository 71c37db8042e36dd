package io.elanus.springboot;

import io.elanus.ai.Metric;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What an application says of the database under `elanus.`; `elanus.pool.*` are properties of the pool itself.
///
/// @param url of JDBC; without it a database inside the application is used where the class path has one
/// @param user that logs in; without it nobody does
@ConfigurationProperties("elanus")
public record ElanusProperties(
        @Nullable String url,
        @Nullable String user,
        @Nullable String password,
        @DefaultValue Embedded embedded,
        @DefaultValue VectorStore vectorStore) {

    /// The database inside the application.
    ///
    /// @param folder that keeps the rows; without it they are kept in memory
    /// @param name of a database in memory, which contexts of one process share; without it each has its own
    public record Embedded(
            @DefaultValue("true") boolean enabled,
            @Nullable String folder,
            @Nullable String name) {}

    /// Spring AI's vector store.
    ///
    /// @param dimension 0: the embedding model is asked
    /// @param index its kind; empty: the database chooses; `none`: there is none
    /// @param initializeSchema are the table and its index created where they are missing?
    public record VectorStore(
            @DefaultValue("vector_store") String table,
            @DefaultValue("0") int dimension,
            @DefaultValue("cosine") Metric metric,
            @DefaultValue("") String index,
            @DefaultValue("true") boolean initializeSchema) {}

    /// Shows no password.
    @Override
    public String toString() {
        return "ElanusProperties[url=" + url + ", user=" + user + ", embedded=" + embedded + ", vectorStore="
                + vectorStore + "]";
    }
}
