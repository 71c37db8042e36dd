/// Counters, gauges and histograms of one server, and their Prometheus text.
///
/// Names follow Prometheus: `elanus_` first, the unit last, `_total` for counters. A metric is made once, when the
/// part it counts is built, and updated without locks. `docs/metrics.md` lists them; names and labels stay as they are.
/// A label has few values, because every value is a series in whoever collects them: states and kinds, never texts.
///
/// Thread rule: any thread.
@NullMarked
package io.elanus.sql.metrics;

import org.jspecify.annotations.NullMarked;
