/// Pools, mappers, shells and report engines over our driver, each against a real server and each doing what it really
/// does: batches, generated keys, timeouts, metadata. What they found is fixed in the driver; here it stays fixed.
@NullMarked
package io.elanus.clients;

import org.jspecify.annotations.NullMarked;
