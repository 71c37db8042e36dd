package io.elanus.cluster.access;

import io.elanus.proto.grpc.Grant;
import io.elanus.proto.grpc.GrantedPrivilege;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Lists of grants, in one form: by grantee and column, privileges in order, none empty.
final class Grants {
    private record Place(String grantee, int columnId) {}

    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::grantee).thenComparingInt(Place::columnId);

    private Grants() {}

    static List<Grant> granted(List<Grant> before, List<String> grantees, List<GrantedPrivilege> privileges) {
        Map<Place, Set<Privilege>> all = places(before);
        for (String grantee : grantees) {
            for (GrantedPrivilege given : privileges) {
                all.computeIfAbsent(new Place(grantee, given.getColumnId()), _ -> new TreeSet<>())
                        .add(Privilege.valueOf(given.getPrivilege()));
            }
        }
        return list(all);
    }

    /// What is taken from the whole is taken from each column too.
    static List<Grant> revoked(List<Grant> before, List<String> grantees, List<GrantedPrivilege> privileges) {
        Map<Place, Set<Privilege>> all = places(before);
        all.forEach((place, held) -> {
            if (grantees.contains(place.grantee)) {
                privileges.stream()
                        .filter(taken -> taken.getColumnId() == 0 || taken.getColumnId() == place.columnId)
                        .forEach(taken -> held.remove(Privilege.valueOf(taken.getPrivilege())));
            }
        });
        return list(all);
    }

    private static Map<Place, Set<Privilege>> places(List<Grant> grants) {
        var places = new TreeMap<Place, Set<Privilege>>(ORDER);
        for (Grant grant : grants) {
            var held = places.computeIfAbsent(new Place(grant.getGrantee(), grant.getColumnId()), _ -> new TreeSet<>());
            grant.getPrivilegesList().forEach(name -> held.add(Privilege.valueOf(name)));
        }
        return places;
    }

    private static List<Grant> list(Map<Place, Set<Privilege>> places) {
        var grants = new ArrayList<Grant>();
        places.forEach((place, held) -> {
            if (!held.isEmpty()) {
                grants.add(Grant.newBuilder()
                        .setGrantee(place.grantee)
                        .setColumnId(place.columnId)
                        .addAllPrivileges(held.stream().map(Privilege::name).toList())
                        .build());
            }
        });
        return grants;
    }
}
