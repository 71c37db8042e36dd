/// The program: main and its commands, the configuration tree, and the wiring. The only place that sees everything.
///
/// [Main] has a command a class. [ServerConfig] joins the configuration records of all parts into one tree;
/// [ConfigTree] fills it from `elanus.yaml` and `--set`, and [ConfigReference] prints it as a page of the guide.
/// [RoleHost] is what the roles of a process share, [HostedRole] one of them on its loop. [Standalone] puts all
/// eight roles over the embedded stores in one process; they speak over gRPC's in-process transport, the same code
/// as between processes. [RoleProcess] runs one role over stores that other processes reach too. [ElanusServer] and
/// a proxy's process add sessions and the front doors ([Doors]).
///
/// Thread rule: wiring happens on the thread that starts and closes the server; parts start and close in the order
/// of one list.
@NullMarked
package io.elanus.sql.server;

import org.jspecify.annotations.NullMarked;
