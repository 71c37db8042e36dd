package io.elanus.cluster.querynode;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.querynode.RowModel.Row;
import io.elanus.cluster.querynode.ShardWorld.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Large index files, which serve before they were read to the end.
class LateCheckTest {
    private static final int ROWS = 300;

    @TempDir
    Path folder;

    private ShardWorld world;

    @BeforeEach
    void indexASegment() {
        world = new ShardWorld(folder);
        world.tick();
        world.start();
        long segment = world.newSegment();
        world.write(rows(segment));
        world.checkpoint();
        world.flush(segment);
        world.index(segment, "hnsw");
    }

    @AfterEach
    void closeLeader() {
        world.close();
    }

    @Test
    void aSoundFileServesBeforeAndAfterItsCheck() {
        world.restartWithLateChecks();
        assertThat(search()).contains("hnsw");
        world.loop.run();
        assertThat(search()).contains("hnsw");
        assertThat(world.damaged).isEmpty();
    }

    @Test
    void aFileWhoseDamageIsFoundLaterIsBypassedAndReported() throws IOException {
        damage(files("indexes"));
        world.restartWithLateChecks();
        world.loop.run();
        assertThat(search()).doesNotContain("hnsw");
        assertThat(world.damaged)
                .hasSize(1)
                .allMatch(report -> report.getReason().contains("the checksum of section"));
    }

    @Test
    void aFileWhoseHeaderIsDamagedNeverServes() throws IOException {
        Path index = files("indexes").getFirst();
        byte[] bytes = Files.readAllBytes(index);
        bytes[40] ^= 1;
        Files.write(index, bytes);
        world.restartWithLateChecks();
        assertThat(search()).doesNotContain("hnsw");
        assertThat(world.damaged).hasSize(1);
    }

    /// How the nearest rows were found, once they are found to be right.
    private String search() {
        BatchStream stream = world.execute(
                Fragments.nearest(world.lastTick(), new float[] {7, 0, 0, 0}, 1).build());
        assertThat(Fragments.longs(stream)).containsExactly(7L);
        return stream.statistics().getStrategy();
    }

    private void damage(List<Path> files) throws IOException {
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        }
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("objects"))) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(part))
                    .toList();
        }
    }

    private Statement rows(long segment) {
        long ts = world.nextTs();
        List<Row> rows = new ArrayList<>();
        for (long key = 0; key < ROWS; key++) {
            rows.add(new Row(key, (int) key, new float[] {key, 0, 0, 0}, ts));
        }
        return new Statement(ts, segment, rows, List.of(), false);
    }
}
