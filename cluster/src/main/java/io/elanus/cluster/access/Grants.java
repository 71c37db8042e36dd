package io.elanus.cluster.access;

import io.elanus.proto.grpc.Grant;
import io.elanus.proto.grpc.GrantedPrivilege;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Lists of grants, in one form: by grantor, grantee and column, privileges in order, none empty.
final class Grants {
    private record Place(String grantor, String grantee, int columnId) {}

    /// That a role may grant a privilege on.
    private record Option(String grantee, Privilege privilege, int columnId) {}

    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::grantor).thenComparing(Place::grantee).thenComparingInt(Place::columnId);

    private Grants() {}

    /// @param option whether the grantees may grant it on
    static List<Grant> granted(
            List<Grant> before,
            String grantor,
            List<String> grantees,
            List<GrantedPrivilege> privileges,
            boolean option) {
        Map<Place, Map<Privilege, Boolean>> all = places(before);
        for (String grantee : grantees) {
            for (GrantedPrivilege given : privileges) {
                all.computeIfAbsent(new Place(grantor, grantee, given.getColumnId()), _ -> new TreeMap<>())
                        .merge(Privilege.valueOf(given.getPrivilege()), option, Boolean::logicalOr);
            }
        }
        return list(all);
    }

    /// What is taken from the whole is taken from each column too. The owner takes what anybody granted, others what
    /// they granted.
    ///
    /// @param grantor empty: the owner
    /// @param option only the option is taken
    static List<Grant> revoked(
            List<Grant> before,
            String grantor,
            List<String> grantees,
            List<GrantedPrivilege> privileges,
            boolean option) {
        Map<Place, Map<Privilege, Boolean>> all = places(before);
        all.forEach((place, held) -> {
            if (grantees.contains(place.grantee) && (grantor.isEmpty() || place.grantor.equals(grantor))) {
                privileges.stream()
                        .filter(taken -> taken.getColumnId() == 0 || taken.getColumnId() == place.columnId)
                        .map(taken -> Privilege.valueOf(taken.getPrivilege()))
                        .forEach(taken -> held.computeIfPresent(taken, (_, _) -> option ? Boolean.FALSE : null));
            }
        });
        return list(all);
    }

    /// Those that the owner granted, or a role that may by one of these.
    static List<Grant> supported(List<Grant> grants) {
        Map<Place, Map<Privilege, Boolean>> open = places(grants);
        var kept = new TreeMap<Place, Map<Privilege, Boolean>>(ORDER);
        var options = new HashSet<Option>();
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<Place, Map<Privilege, Boolean>> entry : open.entrySet()) {
                Place place = entry.getKey();
                var privileges = entry.getValue().entrySet().iterator();
                while (privileges.hasNext()) {
                    Map.Entry<Privilege, Boolean> held = privileges.next();
                    if (!stands(place, held.getKey(), options)) {
                        continue;
                    }
                    kept.computeIfAbsent(place, _ -> new TreeMap<>()).put(held.getKey(), held.getValue());
                    if (held.getValue()) {
                        options.add(new Option(place.grantee, held.getKey(), place.columnId));
                    }
                    privileges.remove();
                    more = true;
                }
            }
        }
        return list(kept);
    }

    private static boolean stands(Place place, Privilege privilege, Set<Option> options) {
        return place.grantor.isEmpty()
                || options.contains(new Option(place.grantor, privilege, 0))
                || options.contains(new Option(place.grantor, privilege, place.columnId));
    }

    /// May the role grant all of these on?
    static boolean mayGrant(List<Grant> grants, String role, Collection<GrantedPrivilege> privileges) {
        return privileges.stream()
                .allMatch(wanted -> grants.stream()
                        .anyMatch(grant -> grant.getGrantee().equals(role)
                                && (grant.getColumnId() == 0 || grant.getColumnId() == wanted.getColumnId())
                                && grant.getGrantableList().contains(wanted.getPrivilege())));
    }

    private static Map<Place, Map<Privilege, Boolean>> places(List<Grant> grants) {
        var places = new TreeMap<Place, Map<Privilege, Boolean>>(ORDER);
        for (Grant grant : grants) {
            var place = new Place(grant.getGrantor(), grant.getGrantee(), grant.getColumnId());
            var held = places.computeIfAbsent(place, _ -> new TreeMap<>());
            grant.getPrivilegesList()
                    .forEach(name -> held.put(
                            Privilege.valueOf(name), grant.getGrantableList().contains(name)));
        }
        return places;
    }

    private static List<Grant> list(Map<Place, Map<Privilege, Boolean>> places) {
        var grants = new ArrayList<Grant>();
        places.forEach((place, held) -> {
            if (!held.isEmpty()) {
                var grant = Grant.newBuilder()
                        .setGrantor(place.grantor)
                        .setGrantee(place.grantee)
                        .setColumnId(place.columnId);
                held.forEach((privilege, option) -> {
                    grant.addPrivileges(privilege.name());
                    if (option) {
                        grant.addGrantable(privilege.name());
                    }
                });
                grants.add(grant.build());
            }
        });
        return grants;
    }
}
