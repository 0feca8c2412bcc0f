package dev.mizan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.store.Database;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LicenceCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void configure() throws Exception {
        Files.writeString(
                folder.resolve("mizan.yaml"),
                "storage: {data: " + folder.resolve("data") + "}\ntime_zone: Europe/Istanbul\n");
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] all = Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--config", folder.resolve("mizan.yaml").toString()))
                .toArray(String[]::new);
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    @Test
    void aLicenceIsIssuedShownAndRevoked() {
        assertThat(run(
                        "licence",
                        "issue",
                        "--customer",
                        "Acero Muhasebe",
                        "--package",
                        "PREMIUM",
                        "--expires",
                        "2099-12-31",
                        "--json"))
                .isZero();
        String key = json().path("license_key").stringValue();
        String id = json().path("license_id").stringValue();
        assertThat(id).startsWith("DMZ-");
        assertThat(json().path("expires_at").stringValue()).isEqualTo("2099-12-31T21:00:00Z");

        assertThat(run("licence", "show", key, "--json")).isZero();
        assertThat(json().path("status").stringValue()).isEqualTo("valid, revocations not looked at");
        Database.open(folder.resolve("data"), "", Database.Access.CHANGE).close();
        assertThat(run("licence", "show", key, "--json")).isZero();
        assertThat(json().path("status").stringValue()).isEqualTo("valid");
        assertThat(json().path("customer").stringValue()).isEqualTo("Acero Muhasebe");

        assertThat(run("licence", "revoke", key)).isZero();
        assertThat(out.toString()).startsWith(id + " is revoked since ");
        assertThat(run("licence", "show", key)).isEqualTo(1);
        assertThat(out.toString()).contains(": revoked, package PREMIUM");
    }

    @Test
    void aLicenceOfAnotherServerIsInvalid() {
        assertThat(run("licence", "issue", "--customer", "c", "--package", "BASIC", "--days", "1"))
                .isZero();
        String key = out.toString().strip();
        assertThat(err.toString()).doesNotContain(key);

        assertThat(run("licence", "show", key)).isZero();
        assertThat(run("licence", "show", key + "A")).isEqualTo(1);
        assertThat(run("licence", "revoke", "DMZ-" + "a".repeat(60) + ".b.c")).isEqualTo(1);
        assertThat(run("licence", "show", key, "--json")).isZero();
    }

    @Test
    void revokingTakesTheFoldersLock() {
        try (Database serving = Database.open(folder.resolve("data"), "", Database.Access.SERVE)) {
            assertThat(serving.kind()).isEqualTo(Database.Kind.SQLITE);
            assertThat(run("licence", "revoke", "DMZ-xyz")).isNotZero();
            assertThat(err.toString()).contains("is in use by process");
            // Issuing changes no database.
            assertThat(run("licence", "issue", "--customer", "c", "--package", "BASIC", "--days", "1"))
                    .isZero();
        }
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertThat(run("licence", "issue", "--customer", "c", "--package", "BASIC"))
                .isEqualTo(2);
        assertThat(run("licence", "issue", "--package", "BASIC", "--days", "1")).isEqualTo(2);
        assertThat(run("licence", "issue", "--customer", "c", "--package", "BASIC", "--days", "0"))
                .isNotZero();
        assertThat(err.toString()).contains("--days: 0 (expected: 1 to 36500)");
        assertThat(run("licence", "issue", "--customer", " ", "--package", "BASIC", "--days", "1"))
                .isNotZero();
        assertThat(err.toString()).contains("customer: ' '");
    }
}
