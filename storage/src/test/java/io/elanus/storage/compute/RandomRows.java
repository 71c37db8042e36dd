package io.elanus.storage.compute;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Random rows of every type, from few values so that equal ones meet.
final class RandomRows {
    static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    static final List<ColumnType> TYPES = List.of(
            Simple.BOOLEAN,
            Simple.TINYINT,
            Simple.SMALLINT,
            Simple.INTEGER,
            Simple.BIGINT,
            Simple.REAL,
            Simple.DOUBLE,
            new ColumnType.Decimal(20, 3),
            TEXT,
            Simple.VARBINARY,
            Simple.DATE,
            Simple.TIME,
            Simple.TIMESTAMP,
            Simple.TIMESTAMP_TZ,
            Simple.UUID,
            Simple.JSON,
            new ColumnType.Array(TEXT),
            new ColumnType.Array(Simple.INTEGER),
            new ColumnType.Vector(3, VectorElement.FLOAT32),
            new ColumnType.Vector(3, VectorElement.INT8),
            new ColumnType.Vector(2, VectorElement.FLOAT16),
            new ColumnType.Vector(16, VectorElement.BINARY));

    private final Random random;

    RandomRows(long seed) {
        this.random = new Random(seed);
    }

    List<List<@Nullable Object>> rows(List<ColumnType> types, int count) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (int i = 0; i < count; i++) {
            var row = new ArrayList<@Nullable Object>();
            for (ColumnType type : types) {
                row.add(random.nextInt(6) == 0 ? null : value(type));
            }
            rows.add(row);
        }
        return rows;
    }

    private Object value(ColumnType type) {
        int small = random.nextInt(-3, 4);
        return switch (type) {
            case Simple simple -> simple(simple, small);
            case ColumnType.Decimal _ -> new BigDecimal(small + "." + random.nextInt(3) + "00");
            case ColumnType.Varchar _ -> text();
            case ColumnType.Array(ColumnType item) -> {
                var items = new ArrayList<@Nullable Object>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    items.add(random.nextInt(4) == 0 ? null : value(item));
                }
                yield items;
            }
            case ColumnType.Vector vector ->
                switch (vector.element()) {
                    case FLOAT32, FLOAT16, BFLOAT16 -> {
                        float[] elements = new float[vector.dimension()];
                        for (int i = 0; i < elements.length; i++) {
                            elements[i] = random.nextInt(-1, 2);
                        }
                        yield elements;
                    }
                    case INT8 -> new byte[] {(byte) small, 0, (byte) random.nextInt(2)};
                    case BINARY -> new byte[] {(byte) small, (byte) random.nextInt(2)};
                    case SPARSE ->
                        "{%d:%d}/%d".formatted(1 + random.nextInt(vector.dimension()), small, vector.dimension());
                };
        };
    }

    private Object simple(Simple type, int small) {
        return switch (type) {
            case BOOLEAN -> small > 0;
            case TINYINT -> (byte) small;
            case SMALLINT -> (short) (small * 1000);
            case INTEGER -> small * 100_000;
            case BIGINT -> small * 10_000_000_000L;
            case REAL -> small == 3 ? Float.NEGATIVE_INFINITY : small / 2f;
            case DOUBLE -> small == 3 ? Double.NaN : small == 2 ? -0.0 : small / 2.0;
            case VARBINARY -> new byte[] {(byte) small, 0, (byte) random.nextInt(2)};
            case DATE -> LocalDate.ofEpochDay(small);
            case TIME -> LocalTime.of(small + 3, 0);
            case TIMESTAMP -> LocalDate.ofEpochDay(small).atTime(1, 2, 3, 4000);
            case TIMESTAMP_TZ -> LocalDate.ofEpochDay(small).atTime(1, 2).atOffset(java.time.ZoneOffset.UTC);
            case UUID -> new UUID(small, random.nextInt(2));
            case JSON -> "{\"a\":" + small + "}";
        };
    }

    private String text() {
        var pieces =
                List.of("", "a", "ab", "b", "\u00e9", "\uD83D\uDE00", "long text that fills more than eight bytes");
        return pieces.get(random.nextInt(pieces.size()));
    }
}
