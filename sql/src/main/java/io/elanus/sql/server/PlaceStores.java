package io.elanus.sql.server;

import io.elanus.sql.bulk.Place;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.PrefixedObjects;
import io.elanus.storage.object.local.LocalObjectStore;
import io.elanus.storage.object.s3.S3Config;
import io.elanus.storage.object.s3.S3ObjectStore;
import java.nio.file.Path;

/// Opens places. Buckets are reached with the settings of the S3 store, whether or not the cluster's objects are in
/// one.
///
/// @param own where the cluster's objects are; borrowed
/// @param s3 service, region and keys
/// @param cache for copies of a bucket's files while they are read
record PlaceStores(ObjectStore own, S3Config s3, Path cache) {
    /// What users put into the cluster's object store is below it, and nothing else is.
    private static final String USERS = "files/";

    ObjectStore open(Place place) {
        return switch (place) {
            case Place.Folder(var path) -> LocalObjectStore.over(path);
            case Place.Store(var prefix) -> new PrefixedObjects(own, USERS + (prefix.isEmpty() ? "" : prefix + "/"));
            case Place.Bucket(var bucket, var prefix) ->
                S3ObjectStore.open(
                        new S3Config(
                                s3.endpoint(),
                                s3.region(),
                                bucket,
                                prefix,
                                s3.accessKey(),
                                s3.secretKey(),
                                s3.attemptTimeout()),
                        cache);
        };
    }
}
