package io.elanus.storage.setting;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Between the text of a setting and its typed value, and records filled with their defaults. Pure.
public final class Settings {
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|min|h|d)");

    private Settings() {}

    /// The record with every setting at its default.
    public static <R extends Record> R defaults(Class<R> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components).map(Settings::byDefault).toArray();
        return create(type, components, values);
    }

    /// Makes a record from the values of its components, in order; an error of its constructor arrives unchanged.
    public static <R extends Record> R create(Class<R> type, RecordComponent[] components, Object[] values) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("Configuration record [%s] cannot be made".formatted(type.getName()), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Configuration record [%s] cannot be made".formatted(type.getName()), e);
        }
    }

    private static Object byDefault(RecordComponent component) {
        Class<?> type = component.getType();
        if (type.isRecord() && type != DataSize.class) {
            return defaults(type.asSubclass(Record.class));
        }
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) {
            throw new IllegalStateException("Setting [%s] of [%s] is not documented"
                    .formatted(
                            component.getName(), component.getDeclaringRecord().getName()));
        }
        return parse(setting, type, setting.byDefault());
    }

    /// The value that the text means, within the setting's range.
    public static Object parse(Setting setting, Class<?> type, String text) {
        Object value = parse(type, text);
        if (!setting.min().isEmpty() && compare(value, parse(type, setting.min())) < 0) {
            throw new IllegalArgumentException(
                    "[%s] is too small. The least value is [%s].".formatted(text, setting.min()));
        }
        if (!setting.max().isEmpty() && compare(value, parse(type, setting.max())) > 0) {
            throw new IllegalArgumentException(
                    "[%s] is too large. The greatest value is [%s].".formatted(text, setting.max()));
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object left, Object right) {
        return ((Comparable<Object>) left).compareTo(right);
    }

    private static Object parse(Class<?> type, String text) {
        String value = text.strip();
        try {
            if (type == Duration.class) {
                return duration(value);
            } else if (type == DataSize.class) {
                return DataSize.parse(value);
            } else if (type == int.class) {
                return Integer.parseInt(value);
            } else if (type == long.class) {
                return Long.parseLong(value);
            } else if (type == double.class) {
                return Double.parseDouble(value);
            } else if (type == String.class) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("[%s] is not a number".formatted(text), e);
        }
        if (type == boolean.class) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "true", "on", "yes" -> true;
                case "false", "off", "no" -> false;
                default -> throw new IllegalArgumentException("[%s] is neither true nor false".formatted(text));
            };
        }
        if (type.isEnum()) {
            return choice(type, value);
        }
        throw new IllegalStateException("No setting has the type [%s]".formatted(type.getName()));
    }

    private static Object choice(Class<?> type, String text) {
        for (Object constant : type.getEnumConstants()) {
            if (constant.toString().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("[%s] is none of %s.".formatted(text, choices(type)));
    }

    /// The values of a setting with an enum type, as they are written.
    public static List<String> choices(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                .toList();
    }

    /// `200 ms`, `2 s`, `10 m`, `3 h`, `1 d`.
    public static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "[%s] is not a duration. Write a number and a unit, such as 200 ms, 2 s, 10 m, 3 h or 1 d."
                            .formatted(text));
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofMinutes(amount);
        };
    }
}
