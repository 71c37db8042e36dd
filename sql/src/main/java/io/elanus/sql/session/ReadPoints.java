package io.elanus.sql.session;

import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext.ReadPoint;
import io.elanus.sql.plan.rel.PlannedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// From which time on a session's statements read, by its level of consistency, and the session's own timestamp, below
/// which it has seen or written something. Any thread.
final class ReadPoints {
    private static final Duration TIMESTAMP_WAIT = Duration.ofSeconds(30);

    private final SettingValues settings;
    private final SessionServices services;
    private volatile long sessionTimestamp;

    /// @param newest the newest write that is known of
    ReadPoints(SettingValues settings, SessionServices services, long newest) {
        this.settings = settings;
        this.services = services;
        this.sessionTimestamp = newest;
    }

    long sessionTimestamp() {
        return sessionTimestamp;
    }

    /// The session wrote, or saw, something of this time.
    synchronized void advance(long timestamp) {
        sessionTimestamp = Math.max(sessionTimestamp, timestamp);
    }

    /// For a query, at the session's level of consistency or that of its hints.
    ReadPoint of(PlannedQuery query, RunOptions options) {
        Map<String, String> hints = query.settings();
        return of(hints, options, false, readsStrong(hints) ? query.tables() : List.of());
    }

    /// @param strong a fresh timestamp whatever the level is
    ReadPoint of(Map<String, String> hints, RunOptions options, boolean strong) {
        return of(hints, options, strong, List.of());
    }

    /// @param tables that are read at that point, as far as they are known
    private ReadPoint of(Map<String, String> hints, RunOptions options, boolean strong, List<TableSchema> tables) {
        String level = strong ? "strong" : consistency(hints);
        var search = new HashMap<String, String>();
        for (Setting effort : List.of(Setting.EF_SEARCH, Setting.NPROBE)) {
            String given = effort.check(hints.getOrDefault(effort.key(), settings.get(effort)));
            if (!given.equals("0")) {
                search.put(effort.key(), given);
            }
        }
        if (options.part().isPresent()) {
            long moment = options.part().get().timestamp();
            return new ReadPoint(moment, moment, search);
        }
        return switch (level) {
            case "strong" -> {
                long now = now(tables);
                yield new ReadPoint(now, now, search);
            }
            case "bounded" -> {
                Duration bound = Setting.CONSISTENCY_BOUND.duration(
                        hints.getOrDefault("consistency_bound", settings.get(Setting.CONSISTENCY_BOUND)));
                long wall = services.clock().wallMillis() - bound.toMillis();
                yield new ReadPoint(0, HybridTime.of(Math.max(wall, 0), 0), search);
            }
            case "session" -> new ReadPoint(0, sessionTimestamp, search);
            default -> new ReadPoint(0, 0, search);
        };
    }

    private String consistency(Map<String, String> hints) {
        return Setting.CONSISTENCY.check(hints.getOrDefault("consistency", settings.get(Setting.CONSISTENCY)));
    }

    /// Does a read with these hints ask for the time first?
    boolean readsStrong(Map<String, String> hints) {
        return consistency(hints).equals("strong");
    }

    /// Above every timestamp that was acknowledged to anyone before.
    long fresh() {
        return now(List.of());
    }

    /// @param read tables to read at it
    private long now(List<TableSchema> read) {
        try {
            return services.tables().nowToRead(read).get(TIMESTAMP_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw QueryErrors.of(e);
        } catch (TimeoutException e) {
            throw new QueryException(
                    ErrorCode.UNAVAILABLE, "No timestamp came within [%s].".formatted(TIMESTAMP_WAIT), 0, null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryException(ErrorCode.CANCELLED, "The statement was interrupted.");
        }
    }
}
