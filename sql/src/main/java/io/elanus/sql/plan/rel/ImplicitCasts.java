package io.elanus.sql.plan.rel;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.implicit.TypeCoercionImpl;
import org.jspecify.annotations.Nullable;

/// Calcite's implicit casts, but for intervals: those of days and those of seconds are compared as they are, since
/// Calcite cannot write a cast between them.
final class ImplicitCasts extends TypeCoercionImpl {
    ImplicitCasts(RelDataTypeFactory types, SqlValidator validator) {
        super(types, validator);
    }

    @Override
    public @Nullable RelDataType commonTypeForBinaryComparison(
            @Nullable RelDataType left, @Nullable RelDataType right) {
        boolean intervals =
                left != null && right != null && SqlTypeUtil.isInterval(left) && SqlTypeUtil.isInterval(right);
        return intervals ? null : super.commonTypeForBinaryComparison(left, right);
    }
}
