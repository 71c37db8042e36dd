package io.elanus.storage.type;

import io.elanus.proto.grpc.ViewReference;
import io.elanus.proto.grpc.ViewSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Which views need what. Pure functions over all views of a catalog.
public final class Views {
    private Views() {}

    /// Views that read one of these tables or views, and those that read them, the readers last.
    public static List<ViewSchema> readersOf(Collection<ViewSchema> all, Set<Long> relationIds) {
        return readers(all, reference -> relationIds.contains(reference.getRelationId()));
    }

    /// Views that read one of these columns, and those that read them, the readers last.
    public static List<ViewSchema> readersOf(Collection<ViewSchema> all, long relationId, Set<Integer> columnIds) {
        return readers(
                all,
                reference -> reference.getRelationId() == relationId
                        && reference.getColumnIdsList().stream().anyMatch(columnIds::contains));
    }

    private static List<ViewSchema> readers(Collection<ViewSchema> all, Predicate<ViewReference> first) {
        var found = new LinkedHashMap<Long, ViewSchema>();
        Predicate<ViewReference> wanted = first.or(reference -> found.containsKey(reference.getRelationId()));
        int before;
        do {
            before = found.size();
            all.stream()
                    .filter(view -> view.getReferencesList().stream().anyMatch(wanted))
                    .forEach(view -> found.putIfAbsent(view.getViewId(), view));
        } while (found.size() > before);
        return List.copyOf(found.values());
    }

    /// Would the view, in this new form, read itself?
    public static boolean readsItself(Collection<ViewSchema> all, ViewSchema changed) {
        return readersOf(all, Set.of(changed.getViewId())).stream()
                .anyMatch(reader -> changed.getReferencesList().stream()
                        .anyMatch(reference -> reference.getRelationId() == reader.getViewId()
                                || reference.getRelationId() == changed.getViewId()));
    }

    /// Why the view cannot take this form: its columns must stay what they are, more may follow. Empty: it can.
    public static Optional<String> unlike(ViewSchema before, ViewSchema after) {
        for (int i = 0; i < before.getColumnsCount(); i++) {
            var old = before.getColumns(i);
            if (i >= after.getColumnsCount()) {
                return Optional.of("its column [%s] would go".formatted(old.getName()));
            }
            var changed = after.getColumns(i);
            if (!changed.getName().equals(old.getName())) {
                return Optional.of(
                        "its column [%s] would become column [%s]".formatted(old.getName(), changed.getName()));
            }
            if (!changed.getType().equals(old.getType())) {
                return Optional.of("its column [%s] would change its type from [%s] to [%s]"
                        .formatted(
                                old.getName(),
                                SchemaProtos.fromProto(old.getType()).sql(),
                                SchemaProtos.fromProto(changed.getType()).sql()));
            }
        }
        return Optional.empty();
    }

    /// Their names, for messages.
    public static String names(List<ViewSchema> views) {
        var names = new ArrayList<String>();
        views.forEach(view -> names.add(view.getSchemaName() + "." + view.getName()));
        return String.join(", ", names);
    }
}
