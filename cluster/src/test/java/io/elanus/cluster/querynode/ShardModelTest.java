package io.elanus.cluster.querynode;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.querynode.RowModel.Row;
import io.elanus.cluster.querynode.ShardWorld.Statement;
import io.elanus.proto.grpc.RecoveryInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random writes, flushes, checkpoints, compactions, index builds, targets and changes of leader against a list of
/// row versions.
class ShardModelTest {
    private static final int STEPS = 80;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void readsAtAnyTimeEqualTheModel(long seed) {
        try (var world = new ShardWorld(folder)) {
            new Play(world, new Random(seed)).run();
        }
    }

    private static final class Play {
        private final ShardWorld world;
        private final Random random;
        private long oldestRead = 1;
        private long keys;

        Play(ShardWorld world, Random random) {
            this.world = world;
            this.random = random;
        }

        void run() {
            world.tick();
            world.start();
            world.newSegment();
            for (int step = 0; step < STEPS; step++) {
                step();
                check(world.lastTick());
                check(oldestRead + (long) (random.nextDouble() * (world.lastTick() - oldestRead)));
            }
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0 -> world.newSegment();
                case 1 -> flushOne();
                case 2 -> world.checkpoint();
                case 3 -> compactSome();
                case 4 -> indexOne();
                case 5 -> world.syncTarget();
                case 6 -> lateTarget();
                case 7 -> {
                    if (random.nextInt(3) == 0) {
                        world.restart();
                    }
                }
                default -> write();
            }
        }

        private void flushOne() {
            List<Long> growing = world.growingIds();
            if (growing.size() > 1) {
                world.flush(growing.get(random.nextInt(growing.size())));
            }
        }

        private void compactSome() {
            List<Long> flushed = new ArrayList<>(world.flushedIds());
            if (!flushed.isEmpty()) {
                Collections.shuffle(flushed, random);
                long retention = random.nextBoolean() ? 0 : oldestRead;
                world.compact(flushed.subList(0, 1 + random.nextInt(flushed.size())), retention);
            }
        }

        private void indexOne() {
            List<Long> flushed = world.flushedIds();
            if (!flushed.isEmpty()) {
                world.index(flushed.get(random.nextInt(flushed.size())), random.nextBoolean() ? "flat" : "hnsw");
            }
        }

        /// A target that is pulled and loaded, and shown only after more was written.
        private void lateTarget() {
            RecoveryInfo target = world.recovery();
            world.load(target);
            write();
            world.sync(target);
            oldestRead = Math.max(oldestRead, world.lastTick() - 200);
        }

        /// A few statements between two ticks, in any order in the log, on any growing segment.
        private void write() {
            List<Statement> statements = new ArrayList<>();
            List<Long> growing = world.growingIds();
            for (int i = random.nextInt(4); i >= 0; i--) {
                long ts = world.nextTs();
                long segment = growing.get(random.nextInt(growing.size()));
                statements.add(
                        switch (random.nextInt(3)) {
                            case 0 -> new Statement(ts, segment, rows(ts, true), List.of(), false);
                            case 1 -> new Statement(ts, segment, rows(ts, false), List.of(), true);
                            default -> new Statement(ts, 0, List.of(), someKeys(), false);
                        });
            }
            List<Statement> logged = new ArrayList<>(statements);
            Collections.shuffle(logged, random);
            logged.forEach(world::append);
            world.persistable(statements);
            world.tick();
            world.loop.run();
        }

        private List<Row> rows(long ts, boolean fresh) {
            List<Row> rows = new ArrayList<>();
            List<Long> used = new ArrayList<>();
            for (int i = random.nextInt(fresh ? 60 : 10); i >= 0; i--) {
                long key = fresh || keys == 0 ? keys++ : random.nextLong(keys);
                if (!used.contains(key)) {
                    used.add(key);
                    rows.add(new Row(key, random.nextInt(100), vector(), ts));
                }
            }
            return rows;
        }

        private List<Long> someKeys() {
            List<Long> some = new ArrayList<>();
            for (int i = random.nextInt(5); i >= 0 && keys > 0; i--) {
                some.add(random.nextLong(keys));
            }
            return some.stream().distinct().toList();
        }

        /// Coarse, so that equal distances occur.
        private float[] vector() {
            float[] vector = new float[ShardWorld.DIMENSION];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = random.nextInt(8);
            }
            return vector;
        }

        private void check(long readTs) {
            int bound = random.nextInt(110);
            Predicate<Row> below = row -> row.value() < bound;
            List<Long> all = world.model.keys(readTs, _ -> true);
            assertThat(sorted(
                            Fragments.longs(world.execute(Fragments.scan(readTs).build()))))
                    .as("all at %d", readTs)
                    .isEqualTo(all);
            assertThat(Fragments.sum(world.execute(Fragments.count(readTs).build())))
                    .isEqualTo(all.size());
            List<Long> passing = world.model.keys(readTs, below);
            assertThat(sorted(Fragments.longs(world.execute(Fragments.scan(readTs)
                            .setFilter(Fragments.below(bound))
                            .build()))))
                    .isEqualTo(passing);
            assertThat(Fragments.sum(world.execute(Fragments.count(readTs)
                            .setFilter(Fragments.below(bound))
                            .build())))
                    .isEqualTo(passing.size());
            checkNearest(readTs, bound, below);
            checkOthers(readTs);
        }

        private void checkNearest(long readTs, int bound, Predicate<Row> below) {
            float[] query = vector();
            int k = 1 + random.nextInt(12);
            List<Double> wanted = world.model.nearest(readTs, query, k, below).stream()
                    .map(key -> distance(readTs, key, query))
                    .toList();
            List<Long> found = Fragments.longs(world.execute(Fragments.nearest(readTs, query, k)
                    .setFilter(Fragments.below(bound))
                    .build()));
            assertThat(found).doesNotHaveDuplicates();
            // Which of the rows at equal distance stay is up to the segments; how far they are is not.
            assertThat(found.stream().map(key -> distance(readTs, key, query)).toList())
                    .isEqualTo(wanted);
        }

        private double distance(long readTs, long key, float[] query) {
            return world.model.visible(readTs).stream()
                    .filter(row -> row.key() == key)
                    .mapToDouble(row -> RowModel.distance(row.vector(), query))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("Key %d is not visible at %d".formatted(key, readTs)));
        }

        private void checkOthers(long readTs) {
            assertThat(Fragments.longs(
                            world.execute(Fragments.greatest(readTs, 7).build())))
                    .isEqualTo(world.model.visible(readTs).stream()
                            .sorted(Comparator.comparingInt(Row::value)
                                    .reversed()
                                    .thenComparingLong(Row::key))
                            .limit(7)
                            .map(Row::key)
                            .toList());
            long key = keys == 0 ? 0 : random.nextLong(keys);
            assertThat(Fragments.longs(
                            world.execute(Fragments.lookUp(readTs, key, key + 1).build())))
                    .containsExactlyInAnyOrderElementsOf(
                            world.model.keys(readTs, row -> row.key() == key || row.key() == key + 1));
        }

        private static List<Long> sorted(List<Long> keys) {
            return keys.stream().sorted().toList();
        }
    }
}
