package dev.mizan.licence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mizan.identity.Authenticator;
import dev.mizan.identity.Key;
import dev.mizan.ledger.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LicencesTest {
    private static final Key SK =
            new Key("key_1", new Principal("t", "", "", "key_1", "", "", ""), false, Long.MAX_VALUE, Set.of());

    @TempDir
    Path folder;

    private final MemoryRevocations revocations = new MemoryRevocations();
    private final Authenticator others = text -> text.equals("sk-1") ? Optional.of(SK) : Optional.empty();

    private Licences process() {
        return new Licences(others, revocations, folder, () -> LicenceSettings.DEFAULT);
    }

    private static Licence licence(String id) {
        return new Licence(id, "Acero Muhasebe", "BASIC", "shop", 1_000, 5_000);
    }

    @Test
    void aLicenceIsAKeyWithItsOwnIdItsHolderAndItsPackage() {
        Licences licences = process();

        Key key = licences.authenticate(licences.issue(licence("DMZ-xyz"))).orElseThrow();

        assertThat(key.id()).isEqualTo("DMZ-xyz");
        assertThat(key.principal())
                .isEqualTo(new Principal("shop", "", "Acero Muhasebe", "DMZ-xyz", "", "DMZ-xyz", "BASIC"));
        assertThat(key.isLicence()).isTrue();
        assertThat(key.blocked()).isFalse();
        assertThat(key.isExpired(4_999)).isFalse();
        assertThat(key.isExpired(5_000)).isTrue();
        assertThat(licences.authenticate("sk-1")).contains(SK);
        assertThat(licences.authenticate("sk-2")).isEmpty();
    }

    @Test
    void whatLooksLikeALicenceAndIsNoneIsBlocked() {
        Licences licences = process();
        assertThat(licences.authenticate("DMZ-a.b.c").orElseThrow().blocked()).isTrue();

        String text = licences.issue(licence("DMZ-xyz"));

        assertThat(licences.authenticate(text + "x").orElseThrow().blocked()).isTrue();
        assertThat(licences.authenticate("DMZ-" + "a".repeat(LicenceText.LENGTH_MAX))
                        .orElseThrow()
                        .isLicence())
                .isTrue();
    }

    @Test
    void aRevocationHoldsAtOnceHereAndAtTheNextLookElsewhere() {
        Licences here = process();
        String text = here.issue(licence("DMZ-xyz"));
        Licences elsewhere = process();
        assertThat(elsewhere.authenticate(text).orElseThrow().blocked()).isFalse();

        here.revoke("DMZ-xyz", 2_000, "master");

        assertThat(here.authenticate(text).orElseThrow().blocked()).isTrue();
        elsewhere.refresh();
        assertThat(elsewhere.authenticate(text).orElseThrow().blocked()).isTrue();
        assertThat(process().authenticate(text).orElseThrow().blocked()).isTrue();
        assertThat(here.revoke("DMZ-xyz", 9_000, "again").atMillis()).isEqualTo(2_000);
    }

    @Test
    void aGatewayThatRunsTakesTheKeyThatIsMadeLater() {
        Licences running = process();

        String text = process().issue(licence("DMZ-xyz"));
        running.refresh();

        assertThat(running.authenticate(text).orElseThrow().id()).isEqualTo("DMZ-xyz");
    }

    @Test
    void verifiedLicencesAreRememberedUpToABound() {
        Licences licences = process();
        String first = licences.issue(licence("L-0"));
        for (int i = 0; i < 3; i++) {
            assertThat(licences.authenticate(first)).isPresent();
        }
        assertThat(licences.remembered()).isEqualTo(1);

        var key = new LicenceKeys(LicenceSettings.DEFAULT, folder).privateKey();
        IntStream.rangeClosed(1, Licences.REMEMBERED_MAX + 1)
                .parallel()
                .forEach(i -> licences.authenticate(LicenceText.sign(licence("L-" + i), "DMZ-", key)));

        assertThat(licences.remembered()).isBetween(Licences.REMEMBERED_MAX / 2, Licences.REMEMBERED_MAX);
        assertThat(licences.authenticate(first).orElseThrow().id()).isEqualTo("L-0");
    }

    @Test
    void whatIsNoLicenceIsRememberedUpToABoundToo() {
        Licences licences = process();
        String good = licences.issue(licence("L-0"));
        licences.authenticate(good);
        for (int i = 0; i < Licences.REFUSED_MAX; i++) {
            licences.authenticate("DMZ-" + i);
            licences.authenticate("DMZ-" + i);
        }
        assertThat(licences.refused()).isEqualTo(Licences.REFUSED_MAX);

        assertThat(licences.authenticate("DMZ-one-more").orElseThrow().blocked())
                .isTrue();

        assertThat(licences.refused()).isEqualTo(1);
        assertThat(licences.remembered()).isEqualTo(1);
    }

    @Test
    void theKeyIsMadeOnceAndItsOwnersAlone() throws IOException {
        LicenceKeys keys = new LicenceKeys(LicenceSettings.DEFAULT, folder);
        assertThat(keys.publicKey()).isEmpty();

        var made = keys.privateKey();

        assertThat(keys.privateKey()).isEqualTo(made);
        assertThat(Files.getPosixFilePermissions(folder.resolve(LicenceKeys.FILE)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(folder.resolve(LicenceKeys.PUBLIC_FILE)))
                .startsWith("-----BEGIN PUBLIC KEY-----\n")
                .doesNotContain("PRIVATE");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void aGatewayWithThePublicKeyAloneVerifiesAndCantIssue(@TempDir Path elsewhere) throws IOException {
        String text = process().issue(licence("DMZ-xyz"));
        String pem = Files.readString(folder.resolve(LicenceKeys.PUBLIC_FILE));
        for (String given : List.of(pem, pem.replaceAll("-----[A-Z ]+-----|\n", ""))) {
            Licences verifier = new Licences(
                    others,
                    new MemoryRevocations(),
                    elsewhere,
                    () -> new LicenceSettings("DMZ-", given, Optional.empty()));

            assertThat(verifier.authenticate(text).orElseThrow().id()).isEqualTo("DMZ-xyz");
            assertThatThrownBy(() -> verifier.issue(licence("DMZ-abc"))).hasMessageContaining("no such file");
        }
    }

    @Test
    void halvesThatDoNotBelongTogetherAreRefused() throws Exception {
        new LicenceKeys(LicenceSettings.DEFAULT, folder).privateKey();
        String stranger = Base64.getEncoder()
                .encodeToString(KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPublic()
                        .getEncoded());
        LicenceSettings settings = new LicenceSettings("DMZ-", stranger, Optional.of(folder.resolve(LicenceKeys.FILE)));

        assertThatThrownBy(() -> new LicenceKeys(settings, folder).privateKey())
                .hasMessageContaining("not the private key of the public key");
        assertThatThrownBy(() -> LicenceKeys.parsePublic("bm8=")).hasMessageContaining("Ed25519");
    }
}
