/// BACKUP, RESTORE and SHOW BACKUPS.
///
/// A backup is everything that a read at one timestamp sees. [BackupRun] takes the timestamp, pins the tables at
/// the data coordinator (compaction keeps what the timestamp sees, garbage collection keeps every file), has rows
/// and deletes up to it flushed, checks and copies the files of the segments as they are, and writes the manifest
/// last ([ManifestObject]). A backup without a manifest is none; doing it again to the same place uses the files that
/// are there.
///
/// [RestoreRun] checks the size and the checksum of every file before it makes anything. Then it makes the tables
/// under names that nobody uses, and writes new segments with the rows that the timestamp sees: with new ids, at a
/// new timestamp, so that nothing of the old cluster's time or numbers matters. When all rows are in and counted,
/// the tables get their names, one right after the other, and then the views. Indexes are built again. If anything
/// fails, all of it is dropped. Generated keys go on above those of the backup.
///
/// ```text
/// <place>/segments/<table>/<partition>/<segment>/<file>    as in the cluster's object store
/// <place>/backup.manifest    "ELANUSBK" · int32 version (1) · int32 length · BackupManifest · int32 CRC32C of all
/// before
/// ```
///
/// Numbers are big endian.
@NullMarked
package io.elanus.sql.backup;

import org.jspecify.annotations.NullMarked;
