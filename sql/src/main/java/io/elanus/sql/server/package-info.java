/// The program: main and its commands, the configuration tree, and the wiring. The only place that sees everything.
///
/// [Main] has a command a class. [ServerConfig] joins the configuration records of all parts into one tree;
/// [ConfigTree] fills it from `elanus.yaml` and `--set`, and [ConfigReference] prints it as a page of the guide.
/// [Standalone] puts all eight roles over the embedded stores in one process; they speak over gRPC's in-process
/// transport, the same code as between processes. [ElanusServer] adds sessions and the front doors.
///
/// Thread rule: wiring happens on the thread that starts and closes the server; parts start and close in the order
/// of one list.
@NullMarked
package io.elanus.sql.server;

import org.jspecify.annotations.NullMarked;
