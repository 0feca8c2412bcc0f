package dev.mizan.dialect.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.dialect.RefusedException;
import dev.mizan.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostedBodyTest {
    @Test
    void onlyWhatThePathSaysIsLeftOutAndAllElseStaysAsItIs() {
        assertThat(hosted(
                        "{ \"model\" : \"m\", \"max_tokens\":1e2 ,\"stream\": true,\"x\":{\"a\" : [1, 2]},\"y\":\"ü\\u00fc\", "
                                + "\"z\":null,\"n\":12}"))
                .isEqualTo("{\"anthropic_version\":\"v1\",\"max_tokens\":1e2,\"x\":{\"a\" : [1, 2]},\"y\":\"ü\\u00fc\","
                        + "\"z\":null,\"n\":12}");
        assertThat(hosted("{\"max_tokens\":7}")).isEqualTo("{\"anthropic_version\":\"v1\",\"max_tokens\":7}");
        assertThat(hosted("{}")).isEqualTo("{\"anthropic_version\":\"v1\"}");
    }

    @Test
    void theVersionIsTheClouds() {
        assertThat(hosted("{\"anthropic_version\":\"other\",\"a\":1}"))
                .isEqualTo("{\"anthropic_version\":\"v1\",\"a\":1}");
    }

    @Test
    void betasAreAddedToBodiesThatNameNone() {
        assertThat(hosted("{\"a\":1}", "b-1", "b-2"))
                .isEqualTo("{\"anthropic_version\":\"v1\",\"a\":1,\"anthropic_beta\":[\"b-1\",\"b-2\"]}");
        assertThat(hosted("{\"anthropic_beta\":[\"own\"]}", "b-1"))
                .isEqualTo("{\"anthropic_version\":\"v1\",\"anthropic_beta\":[\"own\"]}");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> hosted("{\"a\":")).isInstanceOf(RefusedException.class);
    }

    private static String hosted(String body, String... betas) {
        // Bodies lie within larger arrays.
        byte[] bytes = ("xx" + body + "yy").getBytes(StandardCharsets.UTF_8);
        Slice slice = new Slice(bytes, 2, bytes.length - 2);
        return new String(
                HostedBody.of(slice, "v1", Set.of("model", "stream"), List.of(betas))
                        .toBytes(),
                StandardCharsets.UTF_8);
    }
}
