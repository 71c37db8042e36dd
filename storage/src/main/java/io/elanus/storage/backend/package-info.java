/// The services that the database can stand on, as processes of this machine: what to write into a folder and which
/// command to run there. For trying a cluster and for tests; in production others run them.
///
/// - etcd is the operating system's package.
/// - Kafka and s3proxy come from their Maven artifacts, on class paths of their own which the modules under
///   `storage/testbed` write: their libraries never meet ours.
///
/// Nothing here starts anything. What a service keeps lies in its folder, so the same folder gives the same data.
///
/// Thread rule: any thread; calls write small files.
@NullMarked
package io.elanus.storage.backend;

import org.jspecify.annotations.NullMarked;
