package io.elanus.sql.catalog;

import io.elanus.sql.type.ElanusTypeFactory;
import io.elanus.sql.type.Types;
import io.elanus.sql.type.VectorSqlType;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/// A function of PostgreSQL that is one operator of the evaluator: under one name, the signatures that it has. A
/// call takes the first that its arguments fit; a parameter, NULL and a text literal fit any.
public final class TypedFunction extends SqlFunction {
    /// What an argument may be, and what it becomes.
    public sealed interface Slot {
        /// A value of the type, or one that widens to it.
        record Of(ColumnType type) implements Slot {}

        /// Any value, as its text.
        record Written() implements Slot {}

        /// An array of items of one type, the same for all of the call.
        record Items() implements Slot {}

        /// An item of such an array.
        record Item() implements Slot {}
    }

    /// @param least     how many arguments must be given
    /// @param repeated  the last may be given any number of times
    public record Signature(Operator operator, Slot returns, List<Slot> slots, int least, boolean repeated) {
        public Signature {
            slots = List.copyOf(slots);
        }

        Slot slot(int index) {
            return slots.get(Math.min(index, slots.size() - 1));
        }

        boolean takes(int count) {
            return count >= least && (repeated || count <= slots.size());
        }
    }

    /// A signature with the type that its items have in a call.
    public record Resolved(Signature signature, @Nullable RelDataType item) {
        /// The type that an argument is brought to.
        public ColumnType argument(int index) {
            return column(signature.slot(index));
        }

        private ColumnType column(Slot slot) {
            return switch (slot) {
                case Slot.Of(ColumnType type) -> type;
                case Slot.Written _ -> Types.TEXT;
                case Slot.Items _ -> new ColumnType.Array(itemColumn());
                case Slot.Item _ -> itemColumn();
            };
        }

        private ColumnType itemColumn() {
            return item == null ? Types.TEXT : Types.fromRel(item);
        }
    }

    private final List<Signature> signatures;

    TypedFunction(String name, List<Signature> signatures) {
        super(
                name,
                SqlKind.OTHER_FUNCTION,
                binding -> type(signatures, binding),
                (call, _, types) -> infer(signatures, call, types),
                new Checker(signatures),
                SqlFunctionCategory.USER_DEFINED_FUNCTION);
        this.signatures = List.copyOf(signatures);
    }

    /// Not where it has another value for each row: what is computed once stays apart from what is not.
    @Override
    public boolean isDeterministic() {
        return signatures.stream().noneMatch(signature -> signature.operator().varies());
    }

    /// The signature of a call that passed validation.
    public Resolved resolve(SqlOperatorBinding binding) {
        Resolved resolved = resolve(signatures, binding);
        if (resolved == null) {
            throw new IllegalStateException("No signature of " + getName() + " for these arguments");
        }
        return resolved;
    }

    private static @Nullable Resolved resolve(List<Signature> signatures, SqlOperatorBinding binding) {
        for (Signature signature : signatures) {
            if (signature.takes(binding.getOperandCount())) {
                var items = new ItemType(binding.getTypeFactory());
                if (fits(signature, binding, items)) {
                    return new Resolved(signature, items.type());
                }
            }
        }
        return null;
    }

    private static boolean fits(Signature signature, SqlOperatorBinding binding, ItemType items) {
        for (int i = 0; i < binding.getOperandCount(); i++) {
            RelDataType type = binding.getOperandType(i);
            boolean literal = SqlTypeUtil.isCharacter(type) && type.getSqlTypeName() == SqlTypeName.CHAR;
            boolean fits = unknown(type)
                    || switch (signature.slot(i)) {
                        case Slot.Of(ColumnType wanted) -> literal || widens(type, wanted);
                        case Slot.Written _ -> true;
                        case Slot.Items _ -> literal || items.array(type);
                        case Slot.Item _ -> items.item(type, literal);
                    };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static boolean unknown(RelDataType type) {
        SqlTypeName name = type.getSqlTypeName();
        return name == SqlTypeName.NULL || name == SqlTypeName.UNKNOWN || name == SqlTypeName.ANY;
    }

    private static boolean widens(RelDataType given, ColumnType wanted) {
        if (given.getComponentType() != null && !(given instanceof VectorSqlType)) {
            return wanted instanceof ColumnType.Array;
        }
        return switch (wanted) {
            case ColumnType.Varchar _ -> SqlTypeUtil.inCharFamily(given);
            case ColumnType.Decimal _ -> SqlTypeUtil.isExactNumeric(given);
            case Simple.DOUBLE, Simple.REAL -> SqlTypeUtil.isNumeric(given);
            case Simple.BIGINT, Simple.INTEGER, Simple.SMALLINT, Simple.TINYINT -> SqlTypeUtil.isIntType(given);
            case Simple.DATE -> given.getSqlTypeName() == SqlTypeName.DATE;
            case Simple.TIME -> given.getSqlTypeName() == SqlTypeName.TIME;
            case Simple.TIMESTAMP ->
                given.getSqlTypeName() == SqlTypeName.TIMESTAMP || given.getSqlTypeName() == SqlTypeName.DATE;
            case Simple.TIMESTAMP_TZ ->
                given.getSqlTypeName() == SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE
                        || given.getSqlTypeName() == SqlTypeName.TIMESTAMP_TZ;
            case Simple.VARBINARY -> SqlTypeUtil.isBinary(given);
            case Simple.BOOLEAN -> SqlTypeUtil.isBoolean(given);
            case Simple.JSON -> given.getSqlTypeName() == SqlTypeName.VARIANT;
            case Simple.UUID -> given.getSqlTypeName() == SqlTypeName.UUID;
            case ColumnType.Array _, ColumnType.Vector _ -> false;
        };
    }

    /// The one type of all items of a call, as far as the arguments say it.
    private static final class ItemType {
        private final RelDataTypeFactory types;
        private @Nullable RelDataType type;

        ItemType(RelDataTypeFactory types) {
            this.types = types;
        }

        @Nullable
        RelDataType type() {
            return type;
        }

        boolean array(RelDataType array) {
            RelDataType component = array.getComponentType();
            return component != null && !(array instanceof VectorSqlType) && add(component);
        }

        boolean item(RelDataType item, boolean literal) {
            if (literal && type != null && !SqlTypeUtil.inCharFamily(type)) {
                return true;
            }
            return item.getComponentType() == null && add(item);
        }

        private boolean add(RelDataType more) {
            if (unknown(more)) {
                return true;
            }
            RelDataType common = type == null ? more : types.leastRestrictive(List.of(type, more));
            if (common == null || common.getSqlTypeName() == SqlTypeName.ANY) {
                return false;
            }
            type = SqlTypeUtil.inCharFamily(common) ? types.createSqlType(SqlTypeName.VARCHAR) : common;
            return true;
        }
    }

    private static RelDataType type(List<Signature> signatures, SqlOperatorBinding binding) {
        var factory = (ElanusTypeFactory) binding.getTypeFactory();
        Resolved resolved = resolve(signatures, binding);
        Slot returns = resolved == null
                ? signatures.getFirst().returns()
                : resolved.signature().returns();
        RelDataType item = resolved == null || resolved.item() == null
                ? factory.createSqlType(SqlTypeName.VARCHAR)
                : resolved.item();
        RelDataType nullable = factory.createTypeWithNullability(item, true);
        return switch (returns) {
            case Slot.Of(ColumnType type) -> Types.toRel(type, true, factory);
            case Slot.Written _ -> Types.toRel(Types.TEXT, true, factory);
            case Slot.Items _ -> factory.createTypeWithNullability(factory.createArrayType(nullable, -1), true);
            case Slot.Item _ -> nullable;
        };
    }

    /// Parameters take the types of the signature that the other arguments fit.
    private static void infer(List<Signature> signatures, SqlCallBinding call, RelDataType[] types) {
        Resolved resolved = resolve(signatures, call);
        var factory = (ElanusTypeFactory) call.getTypeFactory();
        for (int i = 0; i < types.length && resolved != null; i++) {
            types[i] = Types.toRel(resolved.argument(i), true, factory);
        }
    }

    private static final class Checker implements SqlOperandTypeChecker {
        private final List<Signature> signatures;

        Checker(List<Signature> signatures) {
            this.signatures = signatures;
        }

        @Override
        public boolean checkOperandTypes(SqlCallBinding callBinding, boolean throwOnFailure) {
            boolean fits = TypedFunction.resolve(signatures, callBinding) != null;
            if (!fits && throwOnFailure) {
                throw callBinding.newValidationSignatureError();
            }
            return fits;
        }

        @Override
        public SqlOperandCountRange getOperandCountRange() {
            int least = signatures.stream().mapToInt(Signature::least).min().orElse(0);
            boolean open = signatures.stream().anyMatch(Signature::repeated);
            int most = signatures.stream().mapToInt(s -> s.slots().size()).max().orElse(0);
            return open ? SqlOperandCountRanges.from(least) : SqlOperandCountRanges.between(least, most);
        }

        @Override
        public String getAllowedSignatures(SqlOperator op, String opName) {
            var lines = new ArrayList<String>();
            for (Signature signature : signatures) {
                lines.add(signature.slots().stream()
                        .map(Checker::word)
                        .collect(Collectors.joining(", ", opName.toLowerCase(Locale.ROOT) + "(", ")")));
            }
            return String.join(" ", lines);
        }

        private static String word(Slot slot) {
            return switch (slot) {
                case Slot.Of(ColumnType type) -> type.sql();
                case Slot.Written _ -> "any";
                case Slot.Items _ -> "array";
                case Slot.Item _ -> "item";
            };
        }
    }
}
