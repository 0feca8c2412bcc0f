package dev.mizan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SubstitutionTest {
    private final Map<String, String> environment = Map.of("HOST", "db", "EMPTY", "", "ODD", "${HOST}");
    private final Substitution substitution = new Substitution(name -> Optional.ofNullable(environment.get(name)));

    @Test
    void putsVariablesIn() {
        assertThat(substitution.apply("a ${HOST} b ${HOST}")).isEqualTo("a db b db");
        assertThat(substitution.apply("no variable: $HOST {HOST}")).isEqualTo("no variable: $HOST {HOST}");
    }

    @Test
    void takesTheDefaultWhereTheVariableIsMissingOrEmpty() {
        assertThat(substitution.apply("${NONE:-x:-y}")).isEqualTo("x:-y");
        assertThat(substitution.apply("${EMPTY:-x}")).isEqualTo("x");
        assertThat(substitution.apply("${NONE:-}")).isEmpty();
        assertThat(substitution.apply("${EMPTY}")).isEmpty();
    }

    @Test
    void doesNotLookIntoAValue() {
        assertThat(substitution.apply("${ODD}")).isEqualTo("${HOST}");
    }

    @Test
    void leavesAnEscapedOneAlone() {
        assertThat(substitution.apply("$${HOST} ${HOST}")).isEqualTo("${HOST} db");
    }

    @Test
    void namesTheVariableThatIsNotSet() {
        assertThatThrownBy(() -> substitution.apply("${NONE}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NONE is not set")
                .hasMessageContaining("${NONE:-default}");
    }

    @Test
    void refusesWhatIsMalformed() {
        assertThatThrownBy(() -> substitution.apply("${HOST")).hasMessageContaining("closing brace");
        assertThatThrownBy(() -> substitution.apply("${A B}")).hasMessageContaining("names no variable");
        assertThatThrownBy(() -> substitution.apply("${}")).hasMessageContaining("names no variable");
    }
}
