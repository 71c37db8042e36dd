package io.elanus.sql.avatica;

import io.elanus.storage.type.ColumnType;
import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// The types that a column may have, as `DatabaseMetaData.getTypeInfo` lists them. Stateless.
final class TypeListing {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);

    private TypeListing() {}

    static Listing of(Wire wire) {
        var listing = new Listing()
                .text("TYPE_NAME")
                .numbers("DATA_TYPE", "PRECISION")
                .text("LITERAL_PREFIX", "LITERAL_SUFFIX", "CREATE_PARAMS")
                .numbers("NULLABLE")
                .flags("CASE_SENSITIVE")
                .numbers("SEARCHABLE")
                .flags("UNSIGNED_ATTRIBUTE", "FIXED_PREC_SCALE", "AUTO_INCREMENT")
                .text("LOCAL_TYPE_NAME")
                .numbers("MINIMUM_SCALE", "MAXIMUM_SCALE", "SQL_DATA_TYPE", "SQL_DATETIME_SUB", "NUM_PREC_RADIX");
        var types = new ArrayList<ColumnType>(Arrays.asList(ColumnType.Simple.values()));
        types.add(new ColumnType.Decimal(ColumnType.Decimal.MAX_PRECISION, 0));
        types.add(TEXT);
        types.add(new ColumnType.Vector(ColumnType.Vector.MAX_DIMENSION, io.elanus.storage.type.VectorElement.FLOAT32));
        types.stream()
                .sorted(Comparator.comparingInt(
                        type -> ReportedColumn.jdbc(type, wire).id()))
                .forEach(type -> listing.row(typeRow(type, wire)));
        return listing;
    }

    private static @Nullable Object[] typeRow(ColumnType type, Wire wire) {
        ReportedColumn.Jdbc jdbc = ReportedColumn.jdbc(type, wire);
        boolean vector = type instanceof ColumnType.Vector;
        boolean decimal = type instanceof ColumnType.Decimal;
        boolean quoted = vector
                || switch (jdbc.id()) {
                    case Types.VARCHAR, Types.DATE, Types.TIME, Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> true;
                    default -> false;
                };
        String parameters = vector ? "dimension,element" : null;
        if (decimal) {
            parameters = "precision,scale";
        } else if (type.equals(TEXT)) {
            parameters = "length";
        }
        return new @Nullable Object[] {
            vector ? "VECTOR" : jdbc.name(),
            jdbc.id(),
            jdbc.precision(),
            quoted ? "'" : null,
            quoted ? "'" : null,
            parameters,
            DatabaseMetaData.typeNullable,
            true,
            vector ? DatabaseMetaData.typePredNone : DatabaseMetaData.typeSearchable,
            false,
            false,
            type == ColumnType.Simple.BIGINT,
            null,
            0,
            decimal ? ColumnType.Decimal.MAX_PRECISION : 0,
            null,
            null,
            10
        };
    }
}
