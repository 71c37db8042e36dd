/// The coordinators and the workers, and the client side of both. Every role is a package with one public entry;
/// roles speak only through the services in `proto`, and rows travel between them as Arrow batches
/// ([io.elanus.cluster.exchange]).
@NullMarked
package io.elanus.cluster;

import org.jspecify.annotations.NullMarked;
