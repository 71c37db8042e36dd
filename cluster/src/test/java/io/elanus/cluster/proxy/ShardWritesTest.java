package io.elanus.cluster.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShardWritesTest {
    private final BufferAllocator memory = new RootAllocator();
    private final TableSchema table = new TableSchema(
            1,
            new TableName("public", "t"),
            1,
            List.of(
                    Column.key(1, "id", ColumnType.Simple.BIGINT),
                    Column.of(2, "v", new ColumnType.Vector(3, VectorElement.FLOAT32))),
            1,
            List.of(new Shard(0, Shard.HASHES - 1, "t-0", "p-0")),
            Map.of());

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    @Test
    void aBatchWithoutColumnIdsNeverReachesTheLog() {
        Schema bare = new Schema(table.columns().stream()
                .map(column -> ArrowTypes.field(column.name(), column.type()))
                .toList());
        assertThatThrownBy(() -> split(bare))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("carries no column id");
    }

    @Test
    void aBatchThatLacksAColumnNeverReachesTheLog() {
        List<Column> some = table.columns().subList(0, table.columns().size() - 1);
        assertThatThrownBy(() -> split(ArrowTypes.schema(some)))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("not those of the table");
    }

    @Test
    void rowsOfTheTableAreTaken() {
        assertThat(split(ArrowTypes.schema(table.columns()))).isEmpty();
    }

    private List<ShardWrites.Part> split(Schema schema) {
        try (VectorSchemaRoot rows = VectorSchemaRoot.create(schema, memory)) {
            return ShardWrites.split(table, rows, List.of(), memory);
        }
    }
}
