package dev.mizan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mizan.config.ConfigurationException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LicensingReaderTest {
    private static LicensingSettings read(String yaml) {
        return new ConfigurationReader(name -> Optional.empty())
                .parse("f.yaml", yaml)
                .licensing();
    }

    private static String refused(String yaml) {
        return catchThrowableOfType(ConfigurationException.class, () -> read(yaml))
                .text();
    }

    @Test
    void ratesAreFixedOrDated() {
        LicensingSettings settings = read("""
                currency:
                  display: TRY
                  rates:
                    TRY: 38
                    EUR: [{from: 2026-01-01, rate: 0.9}, {from: 2026-02-01, rate: 0.92}]
                """);

        assertThat(settings.currency().display()).isEqualTo("TRY");
        assertThat(settings.currency().rates().rate("TRY", LocalDate.of(1999, 1, 1)))
                .contains(new BigDecimal("38"));
        assertThat(settings.currency().rates().rate("EUR", LocalDate.of(2025, 12, 31)))
                .isEmpty();
        assertThat(settings.currency().rates().rate("EUR", LocalDate.of(2026, 1, 31)))
                .contains(new BigDecimal("0.9"));
        assertThat(settings.currency().rates().rate("EUR", LocalDate.of(2026, 2, 1)))
                .contains(new BigDecimal("0.92"));
    }

    @Test
    void wrongRatesAreRefusedByName() {
        assertThat(refused("currency: {display: TRY}")).contains("display", "'TRY'", "one of currency.rates");
        assertThat(refused("currency: {rates: {TRY: 0}}")).contains("TRY");
        assertThat(refused("currency: {rates: {TRY: -1}}")).contains("TRY");
        assertThat(refused("currency: {rates: {USD: 2}}")).contains("USD is the book currency");
        assertThat(refused("currency: {rates: {lira: 2}}")).contains("lira");
        assertThat(refused("currency: {rates: {TRY: [{from: 2026-02-30, rate: 1}]}}"))
                .contains("2026-02-30");
        assertThat(refused("currency: {rates: {TRY: [{rate: 1}]}}")).contains("from");
    }

    @Test
    void licencesHaveAPrefixAndKeys() {
        assertThat(read("").licences().prefix()).isEqualTo("DMZ-");
        assertThat(read("licences: {prefix: ACME-, private_key_file: /k.pem}")
                        .licences()
                        .privateKeyFile())
                .contains(Path.of("/k.pem"));
        assertThat(refused("licences: {prefix: sk-}")).contains("prefix");
        assertThat(refused("licences: {prefix: DMZ}")).contains("prefix");
        assertThat(refused("licences: {public_key: bm8=}"))
                .contains("Ed25519 public key")
                .doesNotContain("bm8=");
    }
}
