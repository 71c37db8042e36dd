package io.elanus.sql.testing;

import io.elanus.proto.grpc.TextSearch;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.index.ValueSource;
import io.elanus.storage.text.TextAnalyzer;
import io.elanus.storage.text.TextMemory;
import io.elanus.storage.text.TextQuery;
import io.elanus.storage.text.TextStatistics;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/// Full text over rows in memory.
final class FakeTexts {
    private static final ColumnType COUNTS = new ColumnType.Array(Simple.BIGINT);
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);

    private FakeTexts() {}

    private record Texts(VarCharVector vector, int rows) implements ValueSource {
        @Override
        public long address(int row) {
            return vector.getDataBuffer().memoryAddress() + vector.getStartOffset(row);
        }

        @Override
        public int bytes(int row) {
            return vector.getValueLength(row);
        }

        @Override
        public boolean isNull(int row) {
            return vector.isNull(row);
        }
    }

    static VectorSchemaRoot count(VarCharVector texts, int rows, TextSearch search, BufferAllocator allocator) {
        var query = TextQuery.parse(
                search.getQuery(),
                TextAnalyzer.of(search.getAnalyzer()),
                TextQuery.Mode.valueOf(search.getMode().toUpperCase(Locale.ROOT)));
        TextStatistics counted =
                TextStatistics.of(query, new TextMemory(search.getAnalyzer()).extend(new Texts(texts, rows)));
        var row = VectorSchemaRoot.create(
                new Schema(List.of(
                        ArrowTypes.field("documents", Simple.BIGINT),
                        ArrowTypes.field("tokens", Simple.BIGINT),
                        ArrowTypes.field("frequencies", COUNTS))),
                allocator);
        Literals.write(counted.documents(), Simple.BIGINT, row.getVector(0), 0);
        Literals.write(counted.tokens(), Simple.BIGINT, row.getVector(1), 0);
        Literals.write(counted.frequencies(), COUNTS, row.getVector(2), 0);
        row.setRowCount(1);
        return row;
    }

    static Expr distance(Expr text, TextSearch search) {
        var counts = new ArrayList<Long>(List.of(search.getDocuments(), search.getTokens()));
        counts.addAll(search.getFrequenciesList());
        var score = new Expr.Call(
                Operator.BM25,
                List.of(
                        text,
                        constant(search.getQuery()),
                        constant(search.getMode()),
                        constant(search.getAnalyzer()),
                        new Expr.Constant(Literals.of(counts, COUNTS), COUNTS)),
                Simple.DOUBLE);
        return new Expr.Call(Operator.NEGATE, List.of(score), Simple.DOUBLE);
    }

    private static Expr constant(String text) {
        return new Expr.Constant(Literals.of(text, TEXT), TEXT);
    }
}
