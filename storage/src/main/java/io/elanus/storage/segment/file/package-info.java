/// The files of a segment, byte by byte. All numbers are little endian; every byte of a file is under a checksum.
///
/// ## Envelope
///
/// Every file is a header, blocks, a footer and a trailer. Blocks follow each other without a gap and include their
/// padding; content that is searched in place starts at a multiple of 64 bytes from the start of the file.
///
/// | bytes | field |
/// |---|---|
/// | 8 | magic `45 4C 53 45 47 0D 0A 1A` ("ELSEG", CR, LF, SUB) |
/// | 2 | format version, now 1 |
/// | 2 | kind: 1 rows, 2 deltas, 3 keys, 4 manifest |
/// | 4 | length of the header, 64 |
/// | 8, 8, 8 | table id, partition id, segment id |
/// | 20 | zero |
/// | 4 | CRC32C of the 60 bytes before |
/// | … | blocks |
/// | n | footer: protobuf `FileFooter`, with length and CRC32C of each block |
/// | 8 | length of the whole file |
/// | 4 | n |
/// | 4 | CRC32C of the footer and the 12 bytes before |
/// | 8 | magic |
///
/// The magic, the place of the version and the checksum of the header never change, so that any build can tell a
/// newer file (`FORMAT_TOO_NEW`) from a damaged one (`CORRUPT`). Header, footer and trailer are checked when a file
/// is opened; a block when it is first used.
///
/// ## Rows and deltas
///
/// The blocks together are one Arrow IPC file: bytes 64 up to the footer can be given to any Arrow reader. They
/// are: (0) the magic of Arrow and the schema; then for each record batch (2i + 1) its metadata and (2i + 2) its
/// body, in which each buffer starts at a multiple of 64; then (last) the end mark, the Arrow footer and its length
/// and magic.
///
/// A row file holds one column group: the write timestamps (a BIGINT column `ts` with column id -1), or all narrow
/// columns, or one VECTOR column wider than 64 bytes. Each record batch is one chunk. Fields carry the column id
/// (`elanus.column`) and the SQL type (`elanus.type`) as metadata. Validity bitmaps are always stored, except for
/// the elements of a VECTOR, which are never NULL. Offsets start at 0 in every batch.
///
/// A delta file holds one record batch of (`key` VARBINARY, `ts` BIGINT).
///
/// ## Keys
///
/// | block | content |
/// |---|---|
/// | 0 | key filter: split-block Bloom filter, 32-byte blocks of eight 32-bit words, over XXH64 (seed 0) |
/// | 1 | where each key starts in block 2, then its end: int64 × (rows + 1); empty if keys have a fixed length |
/// | 2 | canonical keys in byte order; equal keys in the order of their ordinals |
/// | 3 | their ordinals: int32 × rows |
///
/// Filter: with h the hash, the block is `((h >>> 32) × blocks) >>> 32`; in its word i the bit `(low 32 bits of h ×
/// salt[i]) >>> 27` is set. The salts are those of Parquet's Bloom filters.
///
/// ## Manifest
///
/// One block: protobuf `Manifest`.
///
/// Thread rule: writers belong to one thread; opened files are immutable and shared.
@NullMarked
package io.elanus.storage.segment.file;

import org.jspecify.annotations.NullMarked;
