package io.elanus.storage.segment.column;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;

/// Arrow vectors over memory that lies elsewhere.
public final class ColumnViews {
    private ColumnViews() {}

    /// A read-only vector over the first rows of a column. It holds references to `owner` until it is closed; only
    /// the validity of a VECTOR's elements, which is stored nowhere, comes from the allocator.
    public static FieldVector vector(
            Field field, ColumnLayout layout, ColumnMemory memory, int rows, SharedMemory owner) {
        FieldVector vector = field.createVector(owner.getAllocator());
        load(vector, layout, memory, rows, owner);
        return vector;
    }

    private static void load(
            FieldVector vector, ColumnLayout layout, ColumnMemory memory, int rows, SharedMemory owner) {
        ArrowBuf validity = owner.view(memory.validity(), Bits.bytes(rows));
        // Any null count but 0 and all makes Arrow take the bitmap as it is, which also holds for 0 and all.
        ArrowFieldNode node = new ArrowFieldNode(rows, -1);
        switch (layout) {
            case ColumnLayout.Bits _ ->
                vector.loadFieldBuffers(node, List.of(validity, owner.view(memory.data(), Bits.bytes(rows))));
            case ColumnLayout.Fixed(int width) -> {
                ArrowBuf data = owner.view(memory.data(), (long) rows * width);
                loadFixed(vector, node, validity, data, width);
            }
            case ColumnLayout.Variable _ -> {
                ArrowBuf offsets = owner.view(memory.offsets(), (rows + 1L) * Integer.BYTES);
                ArrowBuf data = owner.view(memory.data(), memory.offset(rows));
                vector.loadFieldBuffers(node, List.of(validity, offsets, data));
            }
            case ColumnLayout.Items(ColumnLayout item) -> {
                ArrowBuf offsets = owner.view(memory.offsets(), (rows + 1L) * Integer.BYTES);
                vector.loadFieldBuffers(node, List.of(validity, offsets));
                FieldVector child = vector.getChildrenFromFields().getFirst();
                load(child, item, memory.itemMemory(), memory.offset(rows), owner);
            }
        }
    }

    /// Also the packed elements of a VECTOR that Arrow keeps as a list.
    static void loadFixed(FieldVector vector, ArrowFieldNode node, ArrowBuf validity, ArrowBuf data, int width) {
        List<FieldVector> children = vector.getChildrenFromFields();
        if (children.isEmpty()) {
            vector.loadFieldBuffers(node, List.of(validity, data));
            return;
        }
        vector.loadFieldBuffers(node, List.of(validity));
        FieldVector elements = children.getFirst();
        int perRow = width / elementBytes(elements);
        BufferAllocator allocator = vector.getAllocator();
        elements.loadFieldBuffers(
                new ArrowFieldNode((long) node.getLength() * perRow, 0), List.of(allocator.getEmpty(), data));
    }

    private static int elementBytes(FieldVector elements) {
        return ((org.apache.arrow.vector.BaseFixedWidthVector) elements).getTypeWidth();
    }
}
