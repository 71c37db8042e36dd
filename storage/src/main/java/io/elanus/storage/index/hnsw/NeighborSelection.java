package io.elanus.storage.index.hnsw;

/// The paper's SELECT-NEIGHBORS-HEURISTIC: a candidate is linked unless it is nearer to one already chosen than to
/// the node itself, so that links point in different directions. With an `alpha` above 1 it must be so many times
/// nearer, which keeps more of the long links (ROBUSTPRUNE of the paper on DiskANN). One thread at a time.
final class NeighborSelection {
    /// Chosen ones compared at a time; the first that is near enough ends the comparison.
    private static final int STEP = 4;

    private final ExactRanker ranker;
    private final float alpha;
    final int[] chosen;
    final float[] chosenRanks;
    private final float[] toChosen;
    int count;

    NeighborSelection(ExactRanker ranker, int most, float alpha) {
        this.ranker = ranker;
        this.alpha = alpha;
        this.chosen = new int[most];
        this.chosenRanks = new float[most];
        this.toChosen = new float[most];
    }

    void begin() {
        count = 0;
    }

    /// Considers the next candidate; they come nearest first. False when nothing more is wanted.
    boolean consider(int candidate, float rank, int most) {
        if (count == most) {
            return false;
        }
        if (count == 0 || !shadowed(candidate, rank)) {
            chosen[count] = candidate;
            chosenRanks[count++] = rank;
        }
        return count < most;
    }

    /// Chooses a candidate, whatever the others.
    void take(int candidate, float rank) {
        chosen[count] = candidate;
        chosenRanks[count++] = rank;
    }

    private boolean shadowed(int candidate, float rank) {
        ranker.bind(candidate);
        for (int from = 0; from < count; from += STEP) {
            int size = Math.min(STEP, count - from);
            ranker.rank(chosen, from, size, toChosen);
            for (int i = 0; i < size; i++) {
                if (alpha * toChosen[i] < rank) {
                    return true;
                }
            }
        }
        return false;
    }
}
