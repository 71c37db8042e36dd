package io.elanus.cluster.querynode.fragment;

import io.elanus.cluster.querynode.fragment.ChosenRows.Choice;
import io.elanus.storage.compute.GroupQuota;
import java.util.Arrays;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The nearest rows of which no more than so many are of one group: takes rows from a search that goes on, reads
/// what groups them, and leaves out what its group has no room for, until there are enough. There are fewer only
/// when no more rows pass.
///
/// The best of several such answers are among all of them: for every row that one leaves out as too far there are
/// enough nearer ones in the whole, group by group.
final class GroupedRows {
    private static final int FEWEST = 64;
    private static final int MOST = 4096;

    private final FragmentRequest request;
    private final Shape.Grouped shape;
    private final FragmentResources resources;
    private long[] chosen = new long[64];
    private double[] distances = new double[64];
    private int count;

    GroupedRows(FragmentRequest request, Shape.Grouped shape, FragmentResources resources) {
        this.request = request;
        this.shape = shape;
        this.resources = resources;
    }

    Choice choose(NearestStream stream) {
        int k = shape.nearest().k();
        ColumnUse use = ColumnUse.of(shape.groups(), request.inputs());
        var fetcher = new RowFetcher(resources.view().segments(), use.columns(), resources.memory());
        int size = Math.clamp(k, FEWEST, MOST);
        try (var quota = new GroupQuota(use.rewrite(shape.groups()), shape.size(), resources.memory())) {
            long[] locators = new long[MOST];
            double[] found = new double[MOST];
            boolean more = true;
            while (more && count < k) {
                resources.guard().check();
                int taken = stream.next(locators, found, size);
                more = taken == size;
                if (taken > 0) {
                    try (VectorSchemaRoot batch = fetcher.fetch(locators, 0, taken)) {
                        keep(locators, found, quota.admit(batch), taken, k);
                    }
                }
                size = Math.min(MOST, 2 * size);
            }
        }
        return new Choice(Arrays.copyOf(chosen, count), Arrays.copyOf(distances, count), new int[count]);
    }

    private void keep(long[] locators, double[] found, long[] admitted, int taken, int k) {
        for (int i = Bits.next(admitted, 0, taken); i >= 0 && count < k; i = Bits.next(admitted, i + 1, taken)) {
            if (count == chosen.length) {
                chosen = Arrays.copyOf(chosen, 2 * count);
                distances = Arrays.copyOf(distances, 2 * count);
            }
            chosen[count] = locators[i];
            distances[count++] = found[i];
        }
    }
}
