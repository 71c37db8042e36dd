package io.elanus.sql.backup;

import io.elanus.proto.grpc.BackupFile;
import io.elanus.proto.grpc.BackupManifest;
import io.elanus.proto.grpc.BackupTable;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.Place;
import io.elanus.storage.object.ObjectStore;
import java.util.ArrayList;
import java.util.List;

/// The whole backups in and below a place.
public final class BackupList {
    /// @param place where it is
    public record Entry(String place, BackupManifest manifest) {
        public long rows() {
            return manifest.getTablesList().stream()
                    .mapToLong(BackupTable::getRows)
                    .sum();
        }

        public long bytes() {
            return manifest.getTablesList().stream()
                    .flatMap(table -> table.getFilesList().stream())
                    .mapToLong(BackupFile::getBytes)
                    .sum();
        }
    }

    private BackupList() {}

    public static List<Entry> read(BulkStorage storage, Place place) {
        var entries = new ArrayList<Entry>();
        try (ObjectStore store = storage.open(place)) {
            for (ObjectStore.ObjectInfo object : store.list("")) {
                String key = object.key();
                if (key.equals(ManifestObject.KEY) || key.endsWith("/" + ManifestObject.KEY)) {
                    String below = key.substring(0, key.length() - ManifestObject.KEY.length());
                    String at = (place.text() + "/" + below).replaceAll("/+$", "");
                    entries.add(new Entry(at, ManifestObject.load(store, key, at)));
                }
            }
        }
        return entries;
    }
}
