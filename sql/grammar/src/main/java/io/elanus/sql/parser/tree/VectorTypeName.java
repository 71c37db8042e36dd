package io.elanus.sql.parser.tree;

import java.util.Locale;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlTypeNameSpec;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.util.Litmus;
import org.jspecify.annotations.Nullable;

/// `VECTOR(n)`, `VECTOR(n, INT8)`, `SPARSEVEC(n)` and their other spellings. Dimension 0: not written, taken from
/// what is cast.
public final class VectorTypeName extends SqlTypeNameSpec {
    private static final Map<String, String> ELEMENTS = Map.ofEntries(
            Map.entry("FLOAT32", "FLOAT32"),
            Map.entry("FLOAT", "FLOAT32"),
            Map.entry("REAL", "FLOAT32"),
            Map.entry("FLOAT4", "FLOAT32"),
            Map.entry("FLOAT16", "FLOAT16"),
            Map.entry("HALF", "FLOAT16"),
            Map.entry("BFLOAT16", "BFLOAT16"),
            Map.entry("INT8", "INT8"),
            Map.entry("TINYINT", "INT8"),
            Map.entry("BINARY", "BINARY"),
            Map.entry("BIT", "BINARY"),
            Map.entry("SPARSE", "SPARSE"));
    private static final Map<String, String> NAMES = Map.of(
            "VECTOR", "FLOAT32",
            "FLOAT_VECTOR", "FLOAT32",
            "HALFVEC", "FLOAT16",
            "BIT", "BINARY",
            "SPARSEVEC", "SPARSE");

    private final int dimension;
    private final String element;

    public VectorTypeName(int dimension, String element, SqlParserPos pos) {
        super(new SqlIdentifier("VECTOR", pos), pos);
        this.dimension = dimension;
        this.element = element;
    }

    /// Is this word the name of a vector type?
    public static boolean isName(String word) {
        return NAMES.containsKey(word.toUpperCase(Locale.ROOT));
    }

    /// Element type that goes with a name when none is written.
    public static String elementOf(String name) {
        return NAMES.getOrDefault(name.toUpperCase(Locale.ROOT), "FLOAT32");
    }

    /// Canonical name of an element type, or null for an unknown one.
    public static @Nullable String element(String word) {
        return ELEMENTS.get(word.toUpperCase(Locale.ROOT));
    }

    public int dimension() {
        return dimension;
    }

    public String element() {
        return element;
    }

    @Override
    public RelDataType deriveType(SqlValidator validator) {
        return ((VectorTypeFactory) validator.getTypeFactory()).createVectorType(dimension, element);
    }

    @Override
    public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
        String parameters = element.equals("FLOAT32") ? "(" + dimension + ")" : "(" + dimension + ", " + element + ")";
        writer.keyword(dimension == 0 ? "VECTOR" : "VECTOR" + parameters);
    }

    @Override
    public boolean equalsDeep(SqlTypeNameSpec spec, Litmus litmus) {
        return spec instanceof VectorTypeName other && other.dimension == dimension && other.element.equals(element)
                ? litmus.succeed()
                : litmus.fail("{} differs from {}", this, spec);
    }

    /// What the type factory of the validator must also be.
    public interface VectorTypeFactory {
        /// @param element name of a constant of the storage layer's VectorElement
        RelDataType createVectorType(int dimension, String element);
    }
}
