package dev.mizan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    @Property(tries = 200)
    void noProviderHasAConnectionKeptForLong(@ForAll String told) {
        assertThat(Connection.keptSeconds(told)).isBetween(0L, 55L);
    }

    @Test
    void connectionsAreKeptForLessThanTheProviderSays() {
        assertThat(Connection.keptSeconds(null)).isEqualTo(55);
        assertThat(Connection.keptSeconds("timeout=5, max=1000")).isEqualTo(4);
        assertThat(Connection.keptSeconds("max=1000, timeout=99999999999999999999"))
                .isEqualTo(54);
        assertThat(Connection.keptSeconds("timeout=0")).isZero();
        assertThat(Connection.keptSeconds("timeout=soon")).isEqualTo(55);
    }
}
