/// Encryption of connections: keys and authorities from PEM files, read again when the files change.
///
/// [PemFiles] reads certificates and PKCS #8 keys. [ReloadingKeys] and [ReloadingTrust] hold what was read for
/// connections to come; a renewed certificate needs no restart, and a file that cannot be read leaves the one before
/// in force. [NodeTls] is mutual TLS between the nodes of a cluster: who shows a certificate of the cluster's own
/// authority is a node, whatever its address. Only TLS 1.3 is spoken.
///
/// **Threads.** Any thread; files are read by the one that makes a connection, at most once a while.
@NullMarked
package io.elanus.storage.tls;

import org.jspecify.annotations.NullMarked;
