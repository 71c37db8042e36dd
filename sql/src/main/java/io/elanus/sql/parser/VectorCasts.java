package io.elanus.sql.parser;

import io.elanus.sql.parser.tree.VectorTypeName;
import io.elanus.sql.type.Types;
import io.elanus.storage.type.VectorElement;
import java.util.List;
import java.util.OptionalInt;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;

/// Casts to VECTOR. Calcite knows casts of texts to it; of an array, of which it would make an array again, and of
/// NULL it is told that they were texts.
final class VectorCasts {
    private VectorCasts() {}

    /// `'[1,2]'::vector` takes its dimension from the text and `ARRAY[1,2]::vector` from the items; any other value
    /// keeps its type then.
    static SqlCall cast(SqlCall call, VectorTypeName vector) {
        SqlParserPos pos = call.getParserPosition();
        SqlNode value = call.operand(0);
        int dimension = vector.dimension();
        if (dimension == 0 && value.getKind() == SqlKind.ARRAY_VALUE_CONSTRUCTOR) {
            dimension = ((SqlCall) value).operandCount();
        }
        if (dimension == 0) {
            String text = FunctionForms.text(value);
            return text == null
                    ? FunctionForms.function("to_vector", pos, List.of(value))
                    : castText(value, text, vector.element(), pos);
        }
        if (SqlUtil.isNullLiteral(value, false)) {
            var text = new SqlDataTypeSpec(new SqlBasicTypeNameSpec(SqlTypeName.VARCHAR, pos), pos);
            SqlNode none = SqlStdOperatorTable.CAST.createCall(pos, value, text);
            return call.getOperator().createCall(pos, none, call.operand(1));
        }
        if (!FunctionForms.computed(value)) {
            return call;
        }
        var type = new SqlDataTypeSpec(new VectorTypeName(dimension, vector.element(), pos), pos);
        return call.getOperator().createCall(pos, FunctionForms.function("$items", pos, List.of(value)), type);
    }

    /// `vector('[1,2]')` is a cast, too.
    static SqlCall function(SqlCall call) {
        String text = call.operandCount() == 1 ? FunctionForms.text(call.operand(0)) : null;
        return text == null ? call : castText(call.operand(0), text, "FLOAT32", call.getParserPosition());
    }

    private static SqlCall castText(SqlNode value, String text, String element, SqlParserPos pos) {
        int dimension = (int) text.chars().filter(c -> c == ',').count() + 1;
        OptionalInt sparse = Types.sparseDimension(text);
        var name = sparse.isPresent()
                ? new VectorTypeName(sparse.getAsInt(), VectorElement.SPARSE.name(), pos)
                : new VectorTypeName(dimension, element, pos);
        var spec = new SqlDataTypeSpec(name, pos);
        return SqlStdOperatorTable.CAST.createCall(pos, value, spec);
    }
}
