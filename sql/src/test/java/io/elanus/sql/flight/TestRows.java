package io.elanus.sql.flight;

import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/// Batches that tests send.
final class TestRows {
    private TestRows() {}

    /// `id` from 0, and `v` of that dimension with elements that follow from both.
    static VectorSchemaRoot vectors(BufferAllocator memory, int rows, int dimension) {
        var element = new Field(
                "item", FieldType.nullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)), List.of());
        var schema = new Schema(List.of(
                new Field("id", FieldType.nullable(new ArrowType.Int(64, true)), List.of()),
                new Field("v", FieldType.nullable(new ArrowType.FixedSizeList(dimension)), List.of(element))));
        var root = VectorSchemaRoot.create(schema, memory);
        var ids = (BigIntVector) root.getVector("id");
        var lists = (FixedSizeListVector) root.getVector("v");
        var elements = (Float4Vector) lists.getDataVector();
        ids.allocateNew(rows);
        lists.setInitialCapacity(rows);
        lists.allocateNew();
        elements.allocateNew(rows * dimension);
        for (int row = 0; row < rows; row++) {
            ids.set(row, row);
            lists.setNotNull(row);
            for (int i = 0; i < dimension; i++) {
                elements.set(row * dimension + i, row % 1_000 + i / 1_024f);
            }
        }
        root.setRowCount(rows);
        return root;
    }

    static long append(SqlOverFlight flight, VectorSchemaRoot rows, String table) {
        var definition = TableDefinitionOptions.newBuilder()
                .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL)
                .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_APPEND)
                .build();
        return flight.sql.executeIngest(rows, new ExecuteIngestOptions(table, definition, false, null, null, Map.of()));
    }
}
