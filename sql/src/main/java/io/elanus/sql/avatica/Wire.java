package io.elanus.sql.avatica;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How values of one connection travel.
///
/// @param exact our driver: nothing is rounded, vectors are bytes
/// @param vectors the JDBC type that vectors are reported as
record Wire(boolean exact, VectorForm vectors) {
    static final Wire STOCK = new Wire(false, VectorForm.VARCHAR);

    enum VectorForm {
        VARCHAR,
        ARRAY,
        BINARY,
        OBJECT;

        static final String NAMES = "varchar, array, binary or object";

        static Optional<VectorForm> find(String name) {
            return Stream.of(values())
                    .filter(form -> form.name().equalsIgnoreCase(name))
                    .findFirst();
        }
    }

    /// Ids that clients choose are kept short and printable: they reach logs and error messages.
    static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,128}");
}
