/// Copies of objects of a store that is far away, on the disk of this node.
///
/// [CachedObjects] is an object store over another one. What it maps is a sparse file of the object's length, into
/// which 64 KiB blocks are copied when somebody needs them ([CachedObject]), and the rest in the background
/// ([BackgroundFill]), which stands back while a query waits for bytes. So a table is there before its data is: a
/// query fetches what it looks at.
///
/// ## Room
///
/// Bytes on disk never exceed the high watermark ([CacheRoom]). When they would, copies that nobody has mapped are
/// deleted, the longest unused first, until the low watermark is met. A mapped copy is never deleted. When there is
/// still no room, or the disk itself is full, blocks of mapped objects go to memory instead: the mapping is private,
/// so a block written to the memory stays at its address and never reaches the disk. That memory has a limit too;
/// beyond it a read fails and says which settings to raise.
///
/// ## Files
///
/// | file | holds |
/// |---|---|
/// | `HASH` | the copy; HASH is the first 32 hex digits of the SHA-256 of the key |
/// | `HASH.sums` | once the copy is whole: magic `ELCACHE1`, length of the key (int32), the key, length of the object
/// (int64), CRC32C of each block (int32 each), CRC32C of all that; big endian |
///
/// Copies outlive the process. At the next start those with sums are taken over, and each block is checked when it
/// is first needed: what a crash or the disk has damaged is fetched again. Nothing is ever synced.
///
/// Thread rule: any thread; calls block while bytes are fetched.
@NullMarked
package io.elanus.storage.object.cache;

import org.jspecify.annotations.NullMarked;
