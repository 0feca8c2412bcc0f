package dev.mizan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.ledger.Line;
import dev.mizan.licence.Licence;
import dev.mizan.licence.LicenceKeys;
import dev.mizan.licence.LicenceSettings;
import dev.mizan.licence.LicenceText;
import dev.mizan.money.NanoUsd;
import dev.mizan.upstream.FakeUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Calls with a licence, on the data plane of a whole gateway. */
class LicenceCallTest {
    private static final long FAR = 4_000_000_000_000L;

    @Test
    void aLicenceCallsWhereAKeyDoesAndIsOnTheLine(@TempDir Path folder) throws IOException {
        LicenceKeys keys = new LicenceKeys(LicenceSettings.DEFAULT, folder.resolve("data"));
        String good = sign(keys, "DMZ-xyz", FAR);
        String expired = sign(keys, "DMZ-old", 1_000);
        try (FakeUpstream upstream = FakeUpstream.start();
                Gateway gateway = Gateway.over(upstream, folder)) {
            for (String header : new String[] {"X-License-Key: ", "x-api-key: ", "Authorization: Bearer "}) {
                Reply reply = call(gateway, header + good);
                assertThat(reply.status()).isEqualTo(200);
                Line line = gateway.books().call(reply.requestId());
                assertThat(line.principal().keyId()).isEqualTo("DMZ-xyz");
                assertThat(line.principal().licence()).isEqualTo("DMZ-xyz");
                assertThat(line.principal().plan()).isEqualTo("BASIC");
                assertThat(line.principal().user()).isEqualTo("Acero Muhasebe");
            }
            assertThat(upstream.received().getLast().toString()).doesNotContain(good);

            Reply late = call(gateway, "X-License-Key: " + expired);
            assertThat(late.status()).isEqualTo(403);
            assertThat(text(late)).contains("\"licence_expired\"");
            Reply forged = call(gateway, "X-License-Key: " + good + "A");
            assertThat(forged.status()).isEqualTo(401);
            assertThat(text(forged)).contains("\"licence_invalid\"");
        }
    }

    @Test
    void whatIsBeyondTheQuotaIsServedAtItsPriceAndMarkedOnTheLine(@TempDir Path folder) throws IOException {
        LicenceKeys keys = new LicenceKeys(LicenceSettings.DEFAULT, folder.resolve("data"));
        String licence = LicenceText.sign(
                new Licence("DMZ-pre", "Acero Muhasebe", "PREMIUM", "default", 0, FAR), "DMZ-", keys.privateKey());
        // 0.76 lira at 38 to the dollar: two cents for each token beyond the month's 18.
        String plans = """
                currency: {rates: {TRY: 38}}
                plans:
                  PREMIUM:
                    limits: [{meter: tokens, per: month, cap: 18, at_cap: {overage: 0.76 TRY}, alert_at: [80]}]
                """;
        try (FakeUpstream upstream = FakeUpstream.start();
                Gateway gateway = Gateway.start(folder, Gateway.models(upstream) + Gateway.PRICES + plans)) {
            long used = 0;
            for (int i = 0; i < 3; i++) {
                Reply reply = call(gateway, "X-License-Key: " + licence);
                assertThat(reply.status()).isEqualTo(200);
                Line line = gateway.books().call(reply.requestId());
                long before = Math.max(0, used - 18);
                used += line.usage().totalTokens();
                long beyond = Math.max(0, used - 18) - before;

                assertThat(line.cost().overage()).isEqualTo(NanoUsd.ofNanos(20_000_000 * beyond));
                assertThat(line.cost().charged())
                        .isEqualTo(line.cost().provider().plus(line.cost().overage()));
                assertThat(reply.header("x-mizan-cost-usd"))
                        .isEqualTo(line.cost().charged().toDecimal());
            }
            assertThat(used).isGreaterThan(30);

            try (Caller caller = new Caller(gateway.port(), "")) {
                JsonNode usage = caller.send("GET", "/api/v1/usage/my", new byte[0], "X-License-Key: " + licence)
                        .reply()
                        .json();
                assertThat(usage.path("quota").path("used").asLong()).isEqualTo(used);
                assertThat(usage.path("alerts").get(0).path("threshold").asInt())
                        .isEqualTo(80);
            }
        }
    }

    private static Reply call(Gateway gateway, String header) throws IOException {
        try (Caller caller = new Caller(gateway.port(), "")) {
            return caller.post("/v1/chat/completions", Calls.chat("once"), header)
                    .reply();
        }
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    private static String sign(LicenceKeys keys, String id, long expires) {
        return LicenceText.sign(
                new Licence(id, "Acero Muhasebe", "BASIC", "default", 0, expires), "DMZ-", keys.privateKey());
    }
}
