/// The deterministic simulator: whole clusters of real roles on one thread, driven by one seed.
///
/// A [SimWorld] holds simulated time, processes, network, log, metadata and objects. Everything that happens is an
/// event in one queue; every choice comes from one random source; so a seed repeats a run exactly. Faults come from
/// the same source: messages are lost, late, doubled and reordered; links are cut one way or both; stores are slow
/// or fail before or after they did their work; processes pause, crash and start again; clocks drift and jump.
///
/// [SimChecks] sees every append, every metadata write and every acknowledgement, and fails the run at the first
/// event that breaks an invariant. What must hold in the end (nothing acknowledged is lost) is checked after a
/// quiet time without faults.
///
/// Thread rule: one thread. Collections whose order could depend on the JVM are not iterated.
@NullMarked
package io.elanus.cluster.sim;

import org.jspecify.annotations.NullMarked;
