package io.elanus.cluster.querynode.fragment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// The rows of several segments that pass, nearest first as far as the segments' searches give them so; at last, if
/// no greatest distance was asked for, those without a vector. Owns the segments' streams. One thread at a time.
final class NearestStream implements AutoCloseable {
    private final List<SegmentStream> segments;
    private final NearestSearch search;
    private final PriorityQueue<SegmentStream> next = new PriorityQueue<>(
            Comparator.comparingDouble(SegmentStream::distance).thenComparingInt(stream -> stream.segment));
    private boolean started;
    private int withoutVector;
    private int row;

    private NearestStream(NearestSearch search, List<SegmentStream> segments) {
        this.search = search;
        this.segments = segments;
    }

    /// Begins to search these segments.
    static NearestStream open(NearestSearch search, List<Integer> places) {
        var stream = new NearestStream(search, new ArrayList<>());
        try {
            for (int place : places) {
                search.stream(place).ifPresent(segment -> {
                    stream.segments.add(segment);
                    segment.hasNext();
                });
            }
            return stream;
        } catch (RuntimeException | Error e) {
            stream.close();
            throw e;
        }
    }

    /// All of them as one; takes them over.
    static NearestStream join(NearestSearch search, List<NearestStream> parts) {
        return new NearestStream(
                search, parts.stream().flatMap(part -> part.segments.stream()).toList());
    }

    /// Puts the next rows into the arrays. Returns how many; fewer than fit only when these are the last.
    ///
    /// @param distances NaN: the row has no vector
    int next(long[] locators, double[] distances, int most) {
        if (!started) {
            started = true;
            segments.forEach(this::offer);
        }
        int count = 0;
        while (count < most) {
            SegmentStream nearest = next.poll();
            if (nearest == null) {
                return withoutVectors(locators, distances, count, most);
            }
            distances[count] = nearest.distance();
            locators[count++] = RowFetcher.locator(nearest.segment, nearest.next());
            offer(nearest);
        }
        return count;
    }

    private void offer(SegmentStream segment) {
        if (segment.hasNext()) {
            next.add(segment);
        }
    }

    private int withoutVectors(long[] locators, double[] distances, int from, int most) {
        int count = from;
        while (count < most && search.bounds() == Double.POSITIVE_INFINITY && withoutVector < segments.size()) {
            SegmentStream segment = segments.get(withoutVector);
            long[] words = segment.passing().words();
            int rows = segment.passing().rows();
            var vectors = search.vectors(segment.segment);
            row = Bits.next(words, row, rows);
            if (row < 0) {
                withoutVector++;
                row = 0;
            } else {
                if (vectors.isNull(row)) {
                    distances[count] = Double.NaN;
                    locators[count++] = RowFetcher.locator(segment.segment, row);
                }
                row++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        segments.forEach(SegmentStream::close);
    }
}
