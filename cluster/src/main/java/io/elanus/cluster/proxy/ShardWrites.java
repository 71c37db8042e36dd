package io.elanus.cluster.proxy;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.partition.PartitionRouter;
import io.elanus.storage.segment.ArrowBatches;
import io.elanus.storage.segment.KeyReader;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.Partitioning;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.Keys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/// The rows and deletes of a statement, cut by shard and encoded. Pure.
final class ShardWrites {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /// So many rows, one after the other, of one partition.
    record PartitionRows(long partitionId, int rows) {}

    /// What one shard gets.
    ///
    /// @param partitions of the rows, in their order
    record Part(
            Shard shard, List<PartitionRows> partitions, ByteBuffer rowsStream, int deletes, ByteBuffer deletesStream) {
        Part {
            partitions = List.copyOf(partitions);
        }

        int rows() {
            return partitions.stream().mapToInt(PartitionRows::rows).sum();
        }

        int bytes() {
            return rowsStream.remaining() + deletesStream.remaining();
        }
    }

    private ShardWrites() {}

    /// @param memory for what is made on the way; nothing is left in it @throws ClusterException INTERNAL when the
    ///     batch does not have the table's columns: in the log it would stop everyone who reads the channel
    static List<Part> split(
            TableSchema table, @Nullable VectorSchemaRoot rows, List<byte[]> deletes, BufferAllocator memory) {
        if (rows != null) {
            check(table, rows.getSchema().getFields());
        }
        List<Shard> shards = table.shards();
        int[][] rowsOf = rows == null ? new int[shards.size()][] : rowsByShard(table, rows);
        int[] partitionOf = rows == null ? new int[0] : partitions(table, rows);
        List<List<byte[]>> deletesOf = deletesByShard(table, deletes);
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            int rowCount = rowsOf[i] == null ? 0 : rowsOf[i].length;
            List<byte[]> keys = deletesOf.get(i);
            if (rowCount > 0 || !keys.isEmpty()) {
                List<PartitionRows> partitions = rowCount == 0 ? List.of() : byPartition(table, rowsOf[i], partitionOf);
                ByteBuffer rowsStream =
                        rows == null || rowCount == 0 ? NONE : ByteBuffer.wrap(encode(rows, rowsOf[i], memory));
                ByteBuffer deletesStream = keys.isEmpty() ? NONE : ByteBuffer.wrap(encode(keys, memory));
                parts.add(new Part(shards.get(i), partitions, rowsStream, keys.size(), deletesStream));
            }
        }
        return parts;
    }

    private static void check(TableSchema table, List<Field> fields) {
        List<Column> columns = table.columns();
        boolean fits = fields.size() == columns.size();
        for (int i = 0; fits && i < fields.size(); i++) {
            fits = ArrowTypes.columnId(fields.get(i)) == columns.get(i).id()
                    && fields.get(i)
                            .getType()
                            .equals(ArrowTypes.arrow(columns.get(i).type()));
        }
        if (!fits) {
            throw new ClusterException(
                    ErrorCode.INTERNAL,
                    "A batch for table [%s] has the columns %s, not those of the table. Nothing was written."
                            .formatted(table.name(), fields));
        }
    }

    /// Index of the shard that holds the key.
    static int shardOf(TableSchema table, byte[] key) {
        return shardOf(table.shards(), Keys.shardHash(key));
    }

    private static int shardOf(List<Shard> shards, int hash) {
        for (int i = 0; i < shards.size(); i++) {
            if (shards.get(i).holds(hash)) {
                return i;
            }
        }
        throw new IllegalStateException("No shard holds the hash [%d]".formatted(Integer.toUnsignedLong(hash)));
    }

    static int[][] rowsByShard(TableSchema table, VectorSchemaRoot rows) {
        List<Shard> shards = table.shards();
        int[][] ordinals = new int[shards.size()][rows.getRowCount()];
        int[] counts = new int[shards.size()];
        if (shards.size() == 1) {
            Arrays.setAll(ordinals[0], row -> row);
            return ordinals;
        }
        KeyReader keys = KeyReader.of(rows.getVector(table.ordinal(table.keyColumnId())));
        for (int row = 0; row < rows.getRowCount(); row++) {
            int shard = shardOf(shards, keys.shardHash(row));
            ordinals[shard][counts[shard]++] = row;
        }
        for (int i = 0; i < ordinals.length; i++) {
            ordinals[i] = Arrays.copyOf(ordinals[i], counts[i]);
        }
        return ordinals;
    }

    /// The number of each row's partition; empty when the table has none.
    ///
    /// @throws ClusterException CHECK_VIOLATION when no partition takes a row
    static int[] partitions(TableSchema table, VectorSchemaRoot rows) {
        Partitioning partitioning = table.partitioning().orElse(null);
        if (partitioning == null) {
            return new int[0];
        }
        Column column = table.column(partitioning.columnId());
        int[] numbers =
                new PartitionRouter(partitioning, column.type()).route(rows.getVector(table.ordinal(column.id())));
        for (int number : numbers) {
            if (number == PartitionRouter.NOWHERE) {
                throw new ClusterException(
                        ErrorCode.CHECK_VIOLATION,
                        "No partition of table [%s] takes the value of a row in column [%s]. Add one with ALTER TABLE … ADD PARTITION."
                                .formatted(table.name(), column.name()));
            }
        }
        return numbers;
    }

    /// Sorts the rows of a shard by partition, and counts them.
    static List<PartitionRows> byPartition(TableSchema table, int[] ordinals, int[] partitionOf) {
        Partitioning partitioning = table.partitioning().orElse(null);
        if (partitioning == null) {
            return List.of(new PartitionRows(Partitioning.NONE, ordinals.length));
        }
        int[] counts = new int[partitioning.partitions().size()];
        for (int row : ordinals) {
            counts[partitionOf[row]]++;
        }
        List<PartitionRows> runs = new ArrayList<>();
        int[] next = new int[counts.length];
        int start = 0;
        for (int number = 0; number < counts.length; number++) {
            next[number] = start;
            start += counts[number];
            if (counts[number] > 0) {
                runs.add(new PartitionRows(partitioning.partitions().get(number).id(), counts[number]));
            }
        }
        for (int row : ordinals.clone()) {
            ordinals[next[partitionOf[row]]++] = row;
        }
        return runs;
    }

    private static List<List<byte[]>> deletesByShard(TableSchema table, List<byte[]> deletes) {
        List<List<byte[]>> byShard = new ArrayList<>();
        table.shards().forEach(_ -> byShard.add(new ArrayList<>()));
        deletes.forEach(key -> byShard.get(shardOf(table, key)).add(key));
        return byShard;
    }

    private static byte[] encode(VectorSchemaRoot rows, int[] ordinals, BufferAllocator memory) {
        if (ordinals.length == rows.getRowCount() && rising(ordinals)) {
            return ArrowBatches.encode(rows);
        }
        try (VectorSchemaRoot part = ArrowBatches.gather(rows, ordinals, ordinals.length, memory)) {
            return ArrowBatches.encode(part);
        }
    }

    private static boolean rising(int[] ordinals) {
        for (int i = 1; i < ordinals.length; i++) {
            if (ordinals[i] < ordinals[i - 1]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] encode(List<byte[]> keys, BufferAllocator memory) {
        try (VectorSchemaRoot batch = KeyReader.batch(keys, memory)) {
            return ArrowBatches.encode(batch);
        }
    }
}
