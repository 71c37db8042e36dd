package io.elanus.storage.index;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A kind of index: checks its parameters, builds files, opens them. Stateless.
public interface VectorIndexFormat {
    /// As `USING` names it, lower case.
    String name();

    /// The parameters it takes, with range and default, for checks and for the documentation.
    List<IndexParameter> parameters();

    boolean supports(IndexSpec spec);

    /// Builds the index of all non-null vectors of the source. Blocks; call it on a worker thread. Stops with
    /// `CANCELLED` soon after the monitor asks for it.
    BuiltIndex build(IndexSpec spec, VectorSource source, BuildMonitor monitor);

    /// Opens a file that [#build] wrote. Checks magic, version, lengths and header checksums; the file stays owned
    /// by the caller and must outlive the index.
    ///
    /// @param name of the object, for errors
    /// @param source the segment's own vectors, for an exact refine
    VectorIndex open(String name, MemorySegment file, VectorSource source);

    /// The content of a new index file; `parts` in order. Closing frees its memory.
    interface BuiltIndex extends AutoCloseable {
        List<java.nio.ByteBuffer> parts();

        long bytes();

        @Override
        void close();
    }

    /// How a build reports, is stopped, and gets its memory. Called from the building threads.
    interface BuildMonitor {
        BuildMonitor NONE = new BuildMonitor() {};

        default boolean cancelled() {
            return false;
        }

        default void progress(long done, long total) {}

        /// Memory that a build works in. The build closes it.
        default Arena newScratch() {
            return Arena.ofShared();
        }

        /// Memory for what will be the file. The build closes it, or hands it on.
        default Arena newContent() {
            return Arena.ofShared();
        }

        /// The same for a part of a build that is no part of its progress.
        default BuildMonitor withoutProgress() {
            BuildMonitor whole = this;
            return new BuildMonitor() {
                @Override
                public boolean cancelled() {
                    return whole.cancelled();
                }

                @Override
                public Arena newScratch() {
                    return whole.newScratch();
                }

                @Override
                public Arena newContent() {
                    return whole.newContent();
                }
            };
        }
    }
}
