package io.elanus.storage.partition;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.LiteralOrder;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Partitioning;
import io.elanus.storage.type.Partitioning.Partition;
import io.elanus.storage.visibility.Keys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;

/// The partition of a value. See the package.
public final class PartitionRouter {
    /// No partition takes the value.
    public static final int NOWHERE = -1;

    private final Partitioning partitioning;
    private final ColumnType type;
    private final int rest;
    private final Map<Literal, Integer> listed = new HashMap<>();

    /// @param type of the column that decides
    public PartitionRouter(Partitioning partitioning, ColumnType type) {
        this.partitioning = partitioning;
        this.type = type;
        List<Partition> partitions = partitioning.partitions();
        this.rest = !partitions.isEmpty() && partitions.getLast().takesRest() ? partitions.size() - 1 : NOWHERE;
        for (int i = 0; i < partitions.size(); i++) {
            for (Literal value : partitions.get(i).values()) {
                listed.put(value, i);
            }
        }
    }

    /// For each row the number of its partition within the list, or [#NOWHERE].
    public int[] route(FieldVector values) {
        var numbers = new int[values.getValueCount()];
        for (int row = 0; row < numbers.length; row++) {
            numbers[row] = route(Literals.read(values, row, type));
        }
        return numbers;
    }

    /// @param value of the column's type, or NULL
    public int route(Literal value) {
        return switch (partitioning.method()) {
            case LIST -> listed.getOrDefault(value, rest);
            case RANGE -> value.getNull() ? rest : range(value);
            case HASH -> value.getNull() ? 0 : share(value);
        };
    }

    private int range(Literal value) {
        List<Partition> partitions = partitioning.partitions();
        int low = 0;
        int high = rest == NOWHERE ? partitions.size() : rest;
        int bounded = high;
        while (low < high) {
            int middle = (low + high) >>> 1;
            Literal bound = partitions.get(middle).values().getFirst();
            if (LiteralOrder.compare(value, bound, type).orElseThrow() < 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low < bounded ? low : rest;
    }

    private int share(Literal value) {
        return Integer.remainderUnsigned(
                Keys.shardHash(Keys.of(value, type)), partitioning.partitions().size());
    }
}
