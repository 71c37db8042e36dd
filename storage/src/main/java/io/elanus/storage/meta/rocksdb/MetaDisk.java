package io.elanus.storage.meta.rocksdb;

import com.google.protobuf.ByteString;
import io.elanus.storage.meta.MetaStore.Entry;
import io.elanus.storage.rocksdb.RocksDbFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The map's copy in RocksDB. Belongs to the writer thread once the store is open.
final class MetaDisk implements AutoCloseable {
    private static final byte[] REVISION = "revision".getBytes(StandardCharsets.UTF_8);
    private static final int STAMPS = 3 * Long.BYTES;

    private final DBOptions options;
    private final RocksDB db;
    private final ColumnFamilyHandle entries;
    private final ColumnFamilyHandle state;

    private MetaDisk(DBOptions options, RocksDB db, List<ColumnFamilyHandle> families) {
        this.options = options;
        this.db = db;
        this.entries = families.get(0);
        this.state = families.get(1);
    }

    static MetaDisk open(Path folder) {
        RocksDB.loadLibrary();
        var options = new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setKeepLogFileNum(2);
        try (var familyOptions = new ColumnFamilyOptions()) {
            Files.createDirectories(folder);
            var families = List.of(
                    new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions),
                    new ColumnFamilyDescriptor("state".getBytes(StandardCharsets.UTF_8), familyOptions));
            var handles = new ArrayList<ColumnFamilyHandle>();
            return new MetaDisk(options, RocksDB.open(options, folder.toString(), families, handles), handles);
        } catch (RocksDBException e) {
            throw RocksDbFailure.of("open the metadata in [%s]".formatted(folder), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not create the folder [%s] of the metadata".formatted(folder), e);
        }
    }

    NavigableMap<String, Entry> load() {
        var map = new TreeMap<String, Entry>();
        try (var iterator = db.newIterator(entries)) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                Entry entry = decode(new String(iterator.key(), StandardCharsets.UTF_8), iterator.value());
                map.put(entry.key(), entry);
            }
            iterator.status();
            return map;
        } catch (RocksDBException e) {
            throw RocksDbFailure.of("read the metadata", e);
        }
    }

    long loadRevision() {
        try {
            byte[] value = db.get(state, REVISION);
            return value == null ? 0 : ByteBuffer.wrap(value).getLong();
        } catch (RocksDBException e) {
            throw RocksDbFailure.of("read the metadata", e);
        }
    }

    /// Writes the changes (empty: deleted) and the revision as one synced batch.
    void write(Map<String, Optional<Entry>> changes, long revision) {
        try (var batch = new WriteBatch();
                var sync = new WriteOptions().setSync(true)) {
            for (var change : changes.entrySet()) {
                byte[] key = change.getKey().getBytes(StandardCharsets.UTF_8);
                if (change.getValue().isPresent()) {
                    batch.put(entries, key, encode(change.getValue().get()));
                } else {
                    batch.delete(entries, key);
                }
            }
            batch.put(
                    state,
                    REVISION,
                    ByteBuffer.allocate(Long.BYTES).putLong(revision).array());
            db.write(sync, batch);
        } catch (RocksDBException e) {
            throw RocksDbFailure.of("write the metadata", e);
        }
    }

    private static byte[] encode(Entry entry) {
        ByteBuffer out = ByteBuffer.allocate(STAMPS + entry.value().size());
        out.putLong(entry.createRevision()).putLong(entry.modRevision()).putLong(entry.leaseId());
        entry.value().copyTo(out);
        return out.array();
    }

    private static Entry decode(String key, byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        long created = in.getLong();
        long modified = in.getLong();
        long lease = in.getLong();
        return new Entry(key, ByteString.copyFrom(in), created, modified, lease);
    }

    @Override
    public void close() {
        entries.close();
        state.close();
        db.close();
        options.close();
    }
}
