/// The metadata store: small keys and values with revisions, compare-and-set transactions, watches and leases, as
/// etcd defines them.
///
/// Every successful transaction raises the store's revision by one and stamps the keys it wrote. Values stay small
/// (lists of files live in manifests in the object store).
///
/// Thread rule: any thread; nothing blocks. Watch listeners are called in revision order, one at a time per watch.
@NullMarked
package io.elanus.storage.meta;

import org.jspecify.annotations.NullMarked;
