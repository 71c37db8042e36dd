package io.elanus.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/// What editors are told of the properties is what the properties are.
class MetadataTest {
    @Test
    void namesEveryPropertyWithItsTypeAndDefault() throws IOException {
        Map<String, String> described = new TreeMap<>();
        try (InputStream file = Objects.requireNonNull(
                MetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            for (JsonNode property : new ObjectMapper().readTree(file).get("properties")) {
                assertThat(property.path("description").asText())
                        .as(property.path("name").asText())
                        .endsWith(".");
                described.put(
                        property.get("name").asText(),
                        property.get("type").asText() + " "
                                + property.path("defaultValue").asText(""));
            }
        }
        Map<String, String> declared = new TreeMap<>();
        collect("elanus", ElanusProperties.class, declared);
        assertThat(described).isEqualTo(declared);
    }

    private static void collect(String prefix, Class<?> type, Map<String, String> into) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + dashed(component.getName());
            assertThat(ConfigurationPropertyName.isValid(name)).as(name).isTrue();
            if (component.getType().isRecord()) {
                collect(name, component.getType(), into);
            } else {
                into.put(name, boxed(component.getType()).getName() + " " + byDefault(component, type));
            }
        }
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Class<?> boxed(Class<?> type) {
        return type == boolean.class ? Boolean.class : type == int.class ? Integer.class : type;
    }

    private static String byDefault(RecordComponent component, Class<?> type) {
        RecordComponent[] all = type.getRecordComponents();
        for (int i = 0; i < all.length; i++) {
            if (all[i].getName().equals(component.getName())) {
                DefaultValue value =
                        type.getDeclaredConstructors()[0].getParameters()[i].getAnnotation(DefaultValue.class);
                return value == null ? "" : String.join("", value.value());
            }
        }
        throw new AssertionError(component.getName());
    }
}
