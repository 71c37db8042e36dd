package io.elanus.sql.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The resources of a rendered chart.
record Manifests(List<Manifests.Node> resources) {
    /// A place in a tree of YAML; the path says where it is.
    record Node(String path, Object value) {
        /// Down the names of maps and the positions of lists.
        Node at(Object... steps) {
            Node node = this;
            for (Object step : steps) {
                Object below = step instanceof Integer position
                        ? ((List<?>) node.value()).get(position)
                        : ((Map<?, ?>) node.value()).get(step);
                String path = node.path() + "/" + step;
                node = new Node(path, Objects.requireNonNull(below, path));
            }
            return node;
        }

        String text() {
            return (String) value;
        }

        int number() {
            return (Integer) value;
        }

        @SuppressWarnings("unchecked")
        Map<String, Object> map() {
            return (Map<String, Object>) value;
        }

        List<Node> list() {
            var nodes = new ArrayList<Node>();
            for (Object element : (List<?>) value) {
                nodes.add(new Node(path + "/" + nodes.size(), element));
            }
            return nodes;
        }
    }

    /// Refuses keys that stand twice.
    static Map<?, ?> yaml(String text) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    static Manifests parse(String text) {
        var resources = new ArrayList<Node>();
        for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
            resources.add(new Node("", document));
        }
        return new Manifests(resources);
    }

    List<Node> of(String kind) {
        return resources.stream()
                .filter(resource -> resource.at("kind").text().equals(kind))
                .toList();
    }

    Node only(String kind) {
        List<Node> found = of(kind);
        if (found.size() != 1) {
            throw new AssertionError("[%d] resources of kind [%s]".formatted(found.size(), kind));
        }
        return found.getFirst();
    }

    List<String> names(String kind) {
        return of(kind).stream()
                .map(resource -> resource.at("metadata", "name").text())
                .toList();
    }

    Node named(String kind, String name) {
        return of(kind).get(names(kind).indexOf(name));
    }

    List<String> identities() {
        return resources.stream()
                .map(resource -> resource.at("kind").text()
                        + " "
                        + resource.at("metadata", "name").text())
                .toList();
    }

    /// What the program of a deployment is started with.
    List<String> arguments(String deployment) {
        return named("Deployment", deployment).at("spec", "template", "spec", "containers", 0, "args").list().stream()
                .map(Node::text)
                .toList();
    }
}
