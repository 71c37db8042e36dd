/// What no honest client sends, at every door, by the million: [DoorCampaign] asks [Target]s with valid requests that a
/// [Mutator] has spoilt. [ParserTarget] calls the parser; [AvaticaTarget], [ConsoleTarget] and [FlightTarget] speak to
/// a server, and [BytesTarget] sends it bytes that are no request at all.
///
/// An input has found something when the server answers with a bug of its own (`XX000`), does not answer in time,
/// breaks off, or loads a class that the input names ([Trap]). After each round clients let go of what they hold,
/// and memory must be where it was. [FuzzDoorsMain] is the command `elanus test --fuzz-doors`.
@NullMarked
package io.elanus.sql.fuzz.doors;

import org.jspecify.annotations.NullMarked;
