package io.elanus.sql.dml;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.ChangePlan.Answer;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.segment.ArrowBatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The rows of RETURNING, as they come up. Owns their batches until they are taken.
final class AnswerRows implements AutoCloseable {
    private final RowExpressions expressions;
    private final List<Expr> values;
    private final List<String> names;
    private final List<VectorSchemaRoot> batches = new ArrayList<>();

    AnswerRows(RowExpressions expressions, Optional<Answer> answer, List<Literal> parameters) {
        this.expressions = expressions;
        this.values = answer.stream()
                .flatMap(found -> found.values().stream())
                .map(value -> value.bind(parameters))
                .toList();
        this.names = answer.stream()
                .flatMap(found -> found.columns().stream())
                .map(ResultColumn::name)
                .toList();
    }

    void add(List<Literal[]> rows) {
        if (!values.isEmpty() && !rows.isEmpty()) {
            batches.add(expressions.values(rows, values, names));
        }
    }

    /// The batches, in memory of `allocator`; owned by the caller.
    List<VectorSchemaRoot> take(BufferAllocator allocator) {
        var taken = batches.stream()
                .map(batch -> ArrowBatches.move(batch, allocator))
                .toList();
        batches.clear();
        return taken;
    }

    @Override
    public void close() {
        batches.forEach(VectorSchemaRoot::close);
        batches.clear();
    }
}
