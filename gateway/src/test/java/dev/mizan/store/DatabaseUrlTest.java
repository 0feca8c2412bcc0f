package dev.mizan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DatabaseUrlTest {
    @Test
    void usersPasswordsAndParametersAreTakenApart() {
        DatabaseUrl url = DatabaseUrl.parse("postgres://mizan:p%40ss%2F+word@db.internal:6432/books?sslmode=require");

        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.internal:6432/books?sslmode=require");
        assertThat(url.user()).isEqualTo("mizan");
        assertThat(url.password()).isEqualTo("p@ss/+word");
        assertThat(url.toString()).doesNotContain("p@ss").doesNotContain("p%40ss");
    }

    @Test
    void whatIsLeftOutIsLeftToTheDriver() {
        assertThat(DatabaseUrl.parse("postgresql://localhost"))
                .isEqualTo(new DatabaseUrl("jdbc:postgresql://localhost/", "", ""));
        assertThat(DatabaseUrl.parse("postgresql:///books"))
                .isEqualTo(new DatabaseUrl("jdbc:postgresql://localhost/books", "", ""));
        assertThat(DatabaseUrl.parse("postgresql://me@[::1]:5432/books"))
                .isEqualTo(new DatabaseUrl("jdbc:postgresql://[::1]:5432/books", "me", ""));
    }

    @Test
    void jdbcAddressesPassThroughAndHideTheirPassword() {
        DatabaseUrl url = DatabaseUrl.parse("jdbc:postgresql://h/books?user=a&password=secret&ssl=true");

        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://h/books?user=a&password=secret&ssl=true");
        assertThat(url.toString()).isEqualTo("jdbc:postgresql://h/books?user=a&password=***&ssl=true");
    }

    @Test
    void otherAddressesAreRefusedWithoutRepeatingThem() {
        assertThatThrownBy(() -> DatabaseUrl.parse("mysql://root:secret@h/db"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mysql:…")
                .hasMessageContaining("expected: postgresql://")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> DatabaseUrl.parse("postgres://me:se cret@h/db"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("percent-encode")
                .hasMessageNotContaining("cret@");
    }
}
