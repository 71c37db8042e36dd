/// The object store on S3 and what speaks its protocol, through the AWS SDK.
///
/// An object's key is `PREFIX/` + our key. Write-once is S3's own: every put carries `If-None-Match: *`. A put whose
/// answer was lost is sent again and refused because of itself; it is told apart by the id that each put leaves in
/// the object's metadata (`elanus-put`). Content is checked by CRC32C both ways.
///
/// Objects of more than 16 MiB are put in parts of 8 MiB, four at a time ([MultipartPut]); the parts become an object
/// in one step, under the same condition.
///
/// Reads of a range come from S3. [S3ObjectStore#map] copies the object into the cache folder, maps the copy and
/// removes its name, so that the space is free as soon as nobody has it mapped, also after a crash.
///
/// Thread rule: any thread; calls block, for at most the SDK's time limits and retries (with jitter).
@NullMarked
package io.elanus.storage.object.s3;

import org.jspecify.annotations.NullMarked;
