package io.elanus.sql.session;

import io.elanus.cluster.runtime.Trace;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.storage.ErrorCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The settings of a session: name, meaning, default, and the values it takes.
public enum Setting {
    SCHEMA("schema", "Schema of names without one", "public"),
    CONSISTENCY("consistency", "strong, bounded, session or eventually", "session"),
    CONSISTENCY_BOUND("consistency_bound", "How old a bounded read may be", "5s"),
    EF_SEARCH("ef_search", "Candidates a graph search keeps; 0: the index decides", "0"),
    NPROBE("nprobe", "Lists an inverted search visits; 0: the index decides", "0"),
    TIMEZONE("timezone", "Zone in which instants are shown", "UTC"),
    STATEMENT_TIMEOUT("statement_timeout", "Longest run of a statement; 0: the server's limit", "0"),
    QUERY_MEMORY("query_memory", "Memory one statement may use, in bytes", "1073741824"),
    SLOW_STATEMENT("slow_statement", "Statements that take longer are logged with their plan; 0: none", "1s"),
    READ_ONLY("read_only", "Refuse statements that change anything", "false"),
    APPLICATION_NAME("application_name", "Shown in system.sessions", ""),
    TRACEPARENT(
            "traceparent",
            "Trace that the statements belong to, as W3C Trace Context writes it; auto: a new one for each",
            "");

    /// Each statement is a trace of its own.
    static final String OWN_TRACE = "auto";

    /// Names that clients of other systems use.
    private static final Map<String, Setting> ALIASES = Map.ofEntries(
            Map.entry("search_path", SCHEMA),
            Map.entry("current_schema", SCHEMA),
            Map.entry("hnsw.ef_search", EF_SEARCH),
            Map.entry("hnsw_ef_search", EF_SEARCH),
            Map.entry("ivfflat.probes", NPROBE),
            Map.entry("probes", NPROBE),
            Map.entry("time_zone", TIMEZONE),
            Map.entry("query.memory", QUERY_MEMORY),
            Map.entry("work_mem", QUERY_MEMORY),
            Map.entry("log_min_duration_statement", SLOW_STATEMENT),
            Map.entry("default_transaction_read_only", READ_ONLY),
            Map.entry("transaction_read_only", READ_ONLY));

    /// Settings of PostgreSQL that clients send and that change nothing here.
    private static final List<String> IGNORED = List.of(
            "client_encoding",
            "client_min_messages",
            "datestyle",
            "extra_float_digits",
            "intervalstyle",
            "standard_conforming_strings",
            "transaction",
            "transaction_isolation",
            "names",
            "jit",
            "hnsw.iterative_scan");

    private static final int MAX_EFFORT = 65_536;

    private final String key;
    private final String description;
    private final String byDefault;

    Setting(String key, String description, String byDefault) {
        this.key = key;
        this.description = description;
        this.byDefault = byDefault;
    }

    public String key() {
        return key;
    }

    public String description() {
        return description;
    }

    public String byDefault() {
        return byDefault;
    }

    /// The setting of this name or alias; empty for one that is accepted and ignored. Throws for an unknown name.
    static Optional<Setting> find(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        Setting alias = ALIASES.get(wanted);
        if (alias != null) {
            return Optional.of(alias);
        }
        Optional<Setting> found = Arrays.stream(values())
                .filter(setting -> setting.key.equals(wanted))
                .findFirst();
        if (found.isEmpty() && !IGNORED.contains(wanted)) {
            var names = new TreeSet<>(ALIASES.keySet());
            Arrays.stream(values()).forEach(setting -> names.add(setting.key));
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "Setting [%s] does not exist.".formatted(name),
                    Suggestions.didYouMean(wanted, names).orElse("SHOW ALL lists the settings."));
        }
        return found;
    }

    /// The value in its standard form; throws when the setting does not take it.
    String check(String value) {
        return switch (this) {
            case SCHEMA -> value.split(",")[0].replace("\"", "").strip();
            case APPLICATION_NAME -> value;
            case TRACEPARENT -> traceParent(value);
            case CONSISTENCY -> consistency(value);
            case CONSISTENCY_BOUND, STATEMENT_TIMEOUT, SLOW_STATEMENT -> {
                duration(value);
                yield value;
            }
            case EF_SEARCH, NPROBE -> Integer.toString((int) number(value, 0, MAX_EFFORT));
            case QUERY_MEMORY -> Long.toString(bytes(value));
            case TIMEZONE -> zone(value);
            case READ_ONLY -> bool(value);
        };
    }

    private String consistency(String value) {
        String level = value.toLowerCase(Locale.ROOT);
        return switch (level) {
            case "strong", "bounded", "session" -> level;
            case "eventually", "eventual" -> "eventually";
            default -> throw refused(value, "strong, bounded, session, eventually");
        };
    }

    private String traceParent(String value) {
        if (value.isEmpty() || value.equalsIgnoreCase(OWN_TRACE)) {
            return value.toLowerCase(Locale.ROOT);
        }
        return Trace.parse(value)
                .map(Trace::parent)
                .orElseThrow(() -> refused(value, "auto, 00-<32 hexadecimal digits>-<16>-<2>"));
    }

    private String bool(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "1" -> "true";
            case "false", "off", "no", "0" -> "false";
            default -> throw refused(value, "true, false");
        };
    }

    private String zone(String value) {
        try {
            return ZoneId.of(value).getId();
        } catch (DateTimeException e) {
            throw refused(value, "a zone such as UTC, Europe/Berlin or +02:00");
        }
    }

    private long number(String value, long least, long most) {
        try {
            long number = Long.parseLong(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused(value, "%d to %d".formatted(least, most));
        }
        throw refused(value, "%d to %d".formatted(least, most));
    }

    private long bytes(String value) {
        String text = value.strip().toLowerCase(Locale.ROOT);
        long unit = 1;
        for (var suffix : List.of(Map.entry("gb", 1L << 30), Map.entry("mb", 1L << 20), Map.entry("kb", 1L << 10))) {
            if (text.endsWith(suffix.getKey())) {
                unit = suffix.getValue();
                text = text.substring(0, text.length() - 2).strip();
                break;
            }
        }
        return Math.multiplyExact(number(text, 1, Long.MAX_VALUE / unit), unit);
    }

    /// `5s`, `200ms`, `2min`, `1h`; a bare number is milliseconds.
    Duration duration(String value) {
        String text = value.strip().toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits == 0 || digits > 15) {
            throw refused(value, "a time such as 500ms, 5s, 2min or 1h");
        }
        long amount = Long.parseLong(text.substring(0, digits));
        return switch (text.substring(digits).strip()) {
            case "", "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m", "min" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> throw refused(value, "a time such as 500ms, 5s, 2min or 1h");
        };
    }

    private QueryException refused(String value, String takes) {
        return new QueryException(
                ErrorCode.INVALID_PARAMETER,
                "Setting [%s] does not take [%s].".formatted(key, value),
                "It takes: %s.".formatted(takes));
    }
}
