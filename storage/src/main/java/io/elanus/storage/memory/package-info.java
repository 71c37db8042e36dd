/// Who may hold how much off-heap memory.
///
/// One Arrow root allocator exists in a process; the server's wiring makes it and closes it. Everything else asks
/// for a named child with a limit and closes it. Tests end with the root at zero bytes.
///
/// Memory that is no Arrow buffer is counted in the same way ([AccountedArena]), or lies in a file that has no name
/// ([TemporaryFileArena]).
///
/// [MappedFault] and [MappedChecksum] are for memory that is a mapped file: it can become unreadable at any time.
/// [MappedAdvice] says in which order it will be read.
@NullMarked
package io.elanus.storage.memory;

import org.jspecify.annotations.NullMarked;
