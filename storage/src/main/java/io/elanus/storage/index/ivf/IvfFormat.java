package io.elanus.storage.index.ivf;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.Calibrator;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.index.IndexParameter;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.index.VectorSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// `USING ivf_flat`, `ivf_sq8`, `ivf_pq`, `ivf_rabitq`. See the package.
public final class IvfFormat implements VectorIndexFormat {
    private static final int VERSION = 2;

    private final BuildPool pool;
    private final ListCodes codes;

    public IvfFormat(BuildPool pool, ListCodes codes) {
        this.pool = pool;
        this.codes = codes;
    }

    @Override
    public String name() {
        return codes.formatName();
    }

    @Override
    public List<IndexParameter> parameters() {
        return IvfParameters.of(codes);
    }

    @Override
    public boolean supports(IndexSpec spec) {
        return !spec.type().sparse()
                && codes.supports(spec.metric(), spec.type().element());
    }

    @Override
    public BuiltIndex build(IndexSpec spec, VectorSource source, BuildMonitor monitor) {
        IvfParameters parameters = IvfParameters.check(codes, spec.parameters());
        Arena file = monitor.newContent();
        try {
            IndexFileWriter writer = new IndexFileWriter(spec.named(name()), VERSION, source.rows());
            new IvfBuild(spec, source, parameters, pool, monitor).write(codes, writer, file);
            Calibrator.add(writer, this::opened, source, 1, pool, monitor, file);
            return writer.finish(file);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    @Override
    public VectorIndex open(String name, MemorySegment file, VectorSource source) {
        IndexFileReader reader = new IndexFileReader(name, file, name(), VERSION);
        reader.checkSource(source);
        return opened(reader, source);
    }

    private VectorIndex opened(IndexFileReader reader, VectorSource source) {
        return new IvfIndex(reader, IvfFile.open(reader, codes, source));
    }
}
