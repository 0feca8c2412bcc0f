package dev.mizan.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonSpanTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int DEPTH_MAX = 5;

    @Property(tries = 300)
    void everyValueStandsWhereItsSpanSays(@ForAll("values") Object value) {
        for (byte[] body : List.of(
                JSON.writeValueAsBytes(value),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value))) {
            byte[] shifted = ("xx" + new String(body, StandardCharsets.UTF_8) + "x").getBytes(StandardCharsets.UTF_8);
            Slice slice = new Slice(shifted, 2, shifted.length - 1);

            check(slice, JsonSpan.of(slice), JSON.readTree(body));
        }
    }

    private static void check(Slice body, JsonSpan span, JsonNode node) {
        byte[] bytes = new Slice(body.array(), body.from() + span.from(), body.from() + span.to()).toBytes();
        assertThat(JSON.readTree(bytes)).isEqualTo(node);
        assertThat(new String(bytes, StandardCharsets.UTF_8))
                .isEqualTo(new String(bytes, StandardCharsets.UTF_8).strip());
        assertThat(span.isNull()).isEqualTo(node.isNull());
        if (node.isString() && node.asString().length() <= 64) {
            assertThat(span.text()).isEqualTo(node.asString());
        }
        assertThat(span.elements()).hasSize(node.isArray() ? node.size() : 0);
        for (int i = 0; i < span.elements().size(); i++) {
            check(body, span.elements().get(i), node.get(i));
        }
        assertThat(span.fields()).hasSize(node.isObject() ? node.size() : 0);
        span.fields().forEach((name, field) -> check(body, field, node.path(name)));
    }

    @Property(tries = 300)
    void aFieldThatIsSetHasItsValueAndTheOthersStay(
            @ForAll("objects") Map<String, Object> value, @ForAll boolean known) {
        byte[] body = JSON.writeValueAsBytes(value);
        String name = known && !value.isEmpty() ? value.keySet().iterator().next() : "new field";

        byte[] changed =
                Splice.apply(Slice.of(body), List.of(JsonSpan.of(Slice.of(body)).set(name, "[1]")));

        Map<String, Object> expected = new java.util.LinkedHashMap<>(value);
        expected.put(name, List.of(1));
        assertThat(JSON.readTree(changed)).isEqualTo(JSON.readTree(JSON.writeValueAsBytes(expected)));
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> JsonSpan.of(Slice.of("{\"a\":".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(JacksonException.class);
    }

    @Provide
    Arbitrary<Object> values() {
        return value(DEPTH_MAX);
    }

    @Provide
    Arbitrary<Map<String, Object>> objects() {
        return Arbitraries.maps(
                        Arbitraries.strings().ofMaxLength(5).filter(name -> !name.equals("new field")),
                        value(DEPTH_MAX))
                .ofMaxSize(4);
    }

    /** Values of at most {@code depth} values within each other: without a bound some are larger than any heap. */
    private static Arbitrary<Object> value(int depth) {
        Arbitrary<Object> simple = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(80).map(text -> (Object) text),
                Arbitraries.longs().map(number -> (Object) number),
                Arbitraries.doubles().between(-1e9, 1e9).map(number -> (Object) number),
                Arbitraries.of(true, false).map(flag -> (Object) flag));
        if (depth == 0) {
            return simple;
        }
        Arbitrary<Object> inner = value(depth - 1);
        return Arbitraries.oneOf(
                simple,
                simple,
                inner.list().ofMaxSize(3).map(list -> (Object) list),
                Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), inner)
                        .ofMaxSize(3)
                        .map(map -> (Object) map));
    }
}
