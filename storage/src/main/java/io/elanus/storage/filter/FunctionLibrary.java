package io.elanus.storage.filter;

import io.elanus.storage.filter.Step.NullableRowFunction;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The functions that are worked out row by row from the cells of their arguments and nothing else.
final class FunctionLibrary {
    private FunctionLibrary() {}

    /// A function that is NULL where an argument is; null for any other operator.
    static @Nullable RowFunction strict(Expr.Call call) {
        ColumnType type = call.type();
        return switch (call.operator()) {
            case SHA256 -> cells -> EncodedText.sha256(cells[0]);
            case TO_HEX ->
                cells -> EncodedText.hex(
                        (Long) cells[0], call.arguments().getFirst().type());
            case ENCODE -> cells -> EncodedText.encode(EncodedText.bytes(cells[0]), (String) cells[1]);
            case DECODE -> cells -> EncodedText.decode((String) cells[0], (String) cells[1]);
            case QUOTE_LITERAL -> cells -> ComposedText.literal((String) cells[0]);
            case QUOTE_IDENTIFIER -> cells -> ComposedText.identifier((String) cells[0]);
            case OVERLAY -> ComposedText::overlay;
            case REGEXP_MATCH -> RegexFunctions.match();
            case REGEXP_SUBSTRING -> RegexFunctions.substring();
            case REGEXP_COUNT -> RegexFunctions.count();
            case REGEXP_POSITION -> RegexFunctions.position();
            case REGEXP_SPLIT -> RegexFunctions.split();
            case SIMILAR -> RegexFunctions.similar();
            case TO_CHAR -> toChar(call.arguments().getFirst().type());
            case PARSE_TIME -> cells -> TimePatterns.parse((String) cells[0], (String) cells[1], (Simple) type);
            case PARSE_NUMBER ->
                cells -> Numbers.fit(
                        NumberPatterns.parse((String) cells[0], (String) cells[1]), (ColumnType.Decimal) type);
            case QUOTIENT -> IntegerFunctions.quotient(type);
            case GCD -> cells -> IntegerFunctions.gcd((Long) cells[0], (Long) cells[1]);
            case LCM -> cells -> IntegerFunctions.lcm((Long) cells[0], (Long) cells[1]);
            case FACTORIAL -> cells -> IntegerFunctions.factorial((Long) cells[0], (ColumnType.Decimal) type);
            case WIDTH_BUCKET -> IntegerFunctions::bucket;
            case BIT_AND -> cells -> (Long) cells[0] & (Long) cells[1];
            case BIT_OR -> cells -> (Long) cells[0] | (Long) cells[1];
            case BIT_XOR -> cells -> (Long) cells[0] ^ (Long) cells[1];
            case MAKE_DATE -> CalendarFunctions::date;
            case MAKE_TIME -> CalendarFunctions::time;
            case MAKE_TIMESTAMP -> CalendarFunctions::timestamp;
            case FROM_EPOCH -> cells -> CalendarFunctions.fromEpoch((Double) cells[0]);
            case AT_ZONE -> CalendarFunctions.atZone(type == Simple.TIMESTAMP_TZ);
            case TIME_BIN -> cells -> CalendarFunctions.bin((Long) cells[0], (Long) cells[1], (Long) cells[2]);
            case AGE -> cells -> Age.between((Long) cells[0], (Long) cells[1]).text();
            case AGE_FIELD ->
                cells -> Age.between((Long) cells[1], (Long) cells[2]).field((String) cells[0]);
            case RANDOM -> _ -> ThreadLocalRandom.current().nextDouble();
            case RANDOM_UUID -> _ -> Cells.fromLiteral(Literals.of(UUID.randomUUID(), type), type);
            case ARRAY_HOLDS, ARRAY_OVERLAP, ARRAY_TRIM -> ArrayFunctions.strict(call.operator());
            case SERIES, TIME_SERIES, MONTH_SERIES -> Series.of(call.operator());
            default -> null;
        };
    }

    /// A function that looks at NULLs; null for any other operator.
    static @Nullable NullableRowFunction lenient(Operator operator) {
        return switch (operator) {
            case CONCAT_ALL -> ComposedText::concat;
            case CONCAT_WITH -> ComposedText::concatWith;
            case FORMAT -> ComposedText::format;
            case ARRAY_CONCAT -> ArrayFunctions::concat;
            case ARRAY_APPEND -> cells -> ArrayFunctions.append(cells[0], cells[1]);
            case ARRAY_PREPEND -> cells -> ArrayFunctions.prepend(cells[0], cells[1]);
            case ARRAY_REMOVE -> ArrayFunctions::remove;
            case ARRAY_REPLACE -> ArrayFunctions::replace;
            case ARRAY_POSITION -> ArrayFunctions::position;
            case ARRAY_POSITIONS -> ArrayFunctions::positions;
            case ARRAY_SLICE -> ArrayFunctions::slice;
            case ARRAY_ANY -> cells -> ArrayFunctions.quantified(cells, true);
            case ARRAY_ALL -> cells -> ArrayFunctions.quantified(cells, false);
            case ARRAY_TO_TEXT -> ArrayFunctions::toText;
            case TEXT_TO_ARRAY -> ArrayFunctions::fromText;
            default -> null;
        };
    }

    private static RowFunction toChar(ColumnType type) {
        return switch (type) {
            case Simple.DATE, Simple.TIME, Simple.TIMESTAMP, Simple.TIMESTAMP_TZ ->
                cells -> TimePatterns.format((Long) cells[0], (Simple) type, (String) cells[1]);
            default -> cells -> NumberPatterns.format(cells[0], (String) cells[1]);
        };
    }
}
