package io.elanus.sql.dml;

import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a value must be to enter a column. Messages name the column and never show the value.
public final class ColumnRules {
    private final TableSchema table;
    /// Columns under a cosine index: a zero vector has no direction.
    private final Set<Integer> cosineColumns;

    public ColumnRules(TableSchema table, List<IndexSchema> indexes) {
        this.table = table;
        this.cosineColumns = indexes.stream()
                .filter(index -> Metric.COSINE.sql().equalsIgnoreCase(index.getMetric()))
                .map(IndexSchema::getColumnId)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// The constant for a Java value in this column.
    public Literal convert(@Nullable Object value, Column column) {
        Literal literal;
        try {
            literal = Literals.of(value, column.type());
        } catch (StorageException e) {
            throw named(e, column);
        }
        return check(literal, column);
    }

    /// A vector of zeros may not enter the column.
    public boolean refusesZero(Column column) {
        return cosineColumns.contains(column.id());
    }

    static QueryException named(StorageException e, Column column) {
        return new QueryException(
                e.code(), "Value for column [%s]: %s".formatted(column.name(), e.getMessage()), 0, null, e);
    }

    /// The constant, if it may enter the column.
    public Literal check(Literal literal, Column column) {
        if (literal.hasNull()) {
            if (!column.nullable()) {
                throw new QueryException(
                        ErrorCode.NOT_NULL_VIOLATION,
                        "Column [%s] of table [%s] must not be NULL.".formatted(column.name(), table.name()),
                        "Give a value, or declare a DEFAULT.");
            }
            return literal;
        }
        switch (column.type()) {
            case ColumnType.Varchar(int maxLength) -> checkText(literal.getText(), maxLength, column);
            case ColumnType.Vector vector -> checkVector(literal, vector, column);
            case ColumnType.Simple _, ColumnType.Decimal _, ColumnType.Array _ -> {}
        }
        return literal;
    }

    private static void checkText(String text, int maxLength, Column column) {
        if (text.length() > maxLength && text.codePointCount(0, text.length()) > maxLength) {
            throw new QueryException(
                    ErrorCode.STRING_TOO_LONG,
                    "Value for column [%s] has [%d] characters, declared are [%d]."
                            .formatted(column.name(), text.codePointCount(0, text.length()), maxLength),
                    "Shorten the value or declare a longer VARCHAR.");
        }
        if (text.indexOf(0) >= 0) {
            throw new QueryException(
                    ErrorCode.INVALID_CHARACTER,
                    "Value for column [%s] contains a NUL character, which no text can hold.".formatted(column.name()),
                    "Use VARBINARY for bytes.");
        }
    }

    private void checkVector(Literal literal, ColumnType.Vector type, Column column) {
        if (!type.sparse() && literal.getBinary().size() != type.bytes()) {
            throw new QueryException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "Vector for column [%s] has [%d] bytes; its [%d] dimensions take [%d]."
                            .formatted(column.name(), literal.getBinary().size(), type.dimension(), type.bytes()),
                    "Send vectors of the declared dimension.");
        }
        ByteBuffer bytes = literal.getBinary().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (type.element() == VectorElement.FLOAT32) {
            checkFinite(bytes, type.dimension(), column);
        }
        if (cosineColumns.contains(column.id()) && zero(literal)) {
            throw new QueryException(
                    ErrorCode.ZERO_VECTOR,
                    "Vector for column [%s] is all zeros; the column has a cosine index and a zero vector has no direction."
                            .formatted(column.name()),
                    "Leave the row out, store NULL, or index by another metric.");
        }
    }

    private static void checkFinite(ByteBuffer bytes, int dimension, Column column) {
        for (int i = 0; i < dimension; i++) {
            if (!Float.isFinite(bytes.getFloat(i * Float.BYTES))) {
                throw new QueryException(
                        ErrorCode.VECTOR_NOT_FINITE,
                        "Vector for column [%s] has NaN or an infinity at element [%d]."
                                .formatted(column.name(), i + 1),
                        "Send finite numbers.");
            }
        }
    }

    private static boolean zero(Literal literal) {
        var bytes = literal.getBinary();
        for (int i = 0; i < bytes.size(); i++) {
            int value = bytes.byteAt(i) & 0xFF;
            // The sign bit alone is minus zero.
            if (value != 0 && !(value == 0x80 && i % 2 == 1)) {
                return false;
            }
        }
        return true;
    }
}
