package dev.mizan.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestNameTest {
    private static final List<String> KNOWN = List.of("retries", "routing", "fallbacks", "max_output_tokens");

    @Test
    void findsWhatWasMisspelt() {
        assertThat(NearestName.of("retires", KNOWN)).contains("retries");
        assertThat(NearestName.of("fallback", KNOWN)).contains("fallbacks");
        assertThat(NearestName.of("Routing", KNOWN)).contains("routing");
        assertThat(NearestName.of("max-output-tokens", KNOWN)).contains("max_output_tokens");
    }

    @Test
    void findsNothingWhereNothingIsNear() {
        assertThat(NearestName.of("colour", KNOWN)).isEmpty();
        assertThat(NearestName.of("a", List.of("b"))).isEmpty();
        assertThat(NearestName.of("retries", List.of())).isEmpty();
    }

    @Test
    void prefersTheNearest() {
        assertThat(NearestName.of("cache_reed", List.of("cache_write", "cache_read")))
                .contains("cache_read");
    }
}
