package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/// Partial states of groups that come once, made results batch by batch: nothing is looked up and nothing is held.
/// That they come once, who makes them says in the schema.
public final class GroupResults {
    private static final String MARK = "elanus.groups";
    private static final String ONCE = "once";

    private final List<Expr> keys;
    private final List<AggregateCall> calls;
    private final Schema schema;

    public GroupResults(List<Expr> keys, List<AggregateCall> calls, List<String> names) {
        this.keys = List.copyOf(keys);
        this.calls = List.copyOf(calls);
        this.schema = HashAggregator.resultSchema(keys, calls, names);
    }

    /// The schema of partial states, of which no two are of one group.
    public static Schema once(Schema partial) {
        Map<String, String> marks = new HashMap<>();
        if (partial.getCustomMetadata() != null) {
            marks.putAll(partial.getCustomMetadata());
        }
        marks.put(MARK, ONCE);
        return new Schema(partial.getFields(), marks);
    }

    public static boolean isOnce(Schema partial) {
        return partial.getCustomMetadata() != null
                && ONCE.equals(partial.getCustomMetadata().get(MARK));
    }

    /// The results of these groups, the caller's; the batch of states is emptied and stays with its owner.
    public VectorSchemaRoot of(VectorSchemaRoot partial, BufferAllocator allocator) {
        int count = partial.getRowCount();
        int[] groups = Selections.all(count);
        var out = new ArrayList<FieldVector>();
        try (var account = new HeapAccount(allocator)) {
            for (int i = 0; i < keys.size(); i++) {
                FieldVector column = schema.getFields().get(i).createVector(allocator);
                out.add(column);
                partial.getVector(i).makeTransferPair(column).transfer();
            }
            int at = keys.size();
            for (AggregateCall call : calls) {
                FieldVector column = schema.getFields().get(out.size()).createVector(allocator);
                out.add(column);
                int width = call.function().stateTypes(call.argumentTypes()).size();
                Accumulator states = Accumulators.of(call, new GroupRows());
                states.grow(count);
                states.merge(partial.getFieldVectors().subList(at, at + width), groups, count);
                account.set(states.heapBytes());
                states.writeResult(0, count, column);
                column.setValueCount(count);
                at += width;
            }
            return new VectorSchemaRoot(schema, out, count);
        } catch (Throwable e) {
            out.forEach(FieldVector::close);
            throw e;
        }
    }
}
