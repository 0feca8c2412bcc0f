package dev.mizan.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mizan.dialect.ErrorCode;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.Quota;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class KeyFieldsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final ZoneId ISTANBUL = ZoneId.of("Europe/Istanbul");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"key_alais":"x"}                    | key_alais
            {"models":"fast"}                    | models
            {"models":["fast",7]}                | models
            {"models":[""]}                      | models
            {"models":["a\\u0007"]}              | models
            {"tags":"a"}                         | tags
            {"metadata":[]}                      | metadata
            {"metadata":"x"}                     | metadata
            {"blocked":"yes"}                    | blocked
            {"user_id":7}                        | user_id
            {"user_id":"a\\nb"}                  | user_id
            {"team_id":["a"]}                    | team_id
            {"tenant":{}}                        | tenant
            {"tenant":"a","organization_id":"b"} | organization_id
            {"plan":1}                           | plan
            {"duration":30}                      | duration
            {"duration":"30"}                    | duration
            {"duration":"0d"}                    | duration
            {"duration":"1y"}                    | duration
            {"duration":"-3d"}                   | duration
            {"duration":"999999999d"}            | duration
            {"duration":"1201mo"}                | duration
            {"max_budget":"12"}                  | max_budget
            {"max_budget":-1}                    | max_budget
            {"max_budget":1e999999999}           | max_budget
            {"soft_budget":true}                 | soft_budget
            {"rpm_limit":1.5}                    | rpm_limit
            {"tpm_limit":"833"}                  | tpm_limit
            {"max_requests_per_day":-3}          | max_requests_per_day
            {"budget_duration":30}               | budget_duration
            {"budget_duration":"2mo"}            | budget_duration
            {"budget_duration":"in_flight"}      | budget_duration
            {"budget_limits":[{"max_budget":1}]} | budget_limits
            {"model_max_budget":[]}              | model_max_budget
            {"model_max_budget":{"a":{}}}        | model_max_budget
            {"model_max_budget":{"a":{"budget_limit":"x"}}} | model_max_budget
            {"model_rpm_limit":{"a":"5"}}        | model_rpm_limit
            {"temp_budget_increase":5}           | temp_budget_increase
            {"allowed_routes":["/v1/nothing"]}   | allowed_routes
            {"allowed_networks":["10.0.0"]}      | allowed_networks
            {"allowed_networks":["10.0.0.0/x"]}  | allowed_networks
            {"allowed_networks":["10.0.0.0/33"]} | allowed_networks
            {"auto_rotate":"no"}                 | auto_rotate
            {"allowed_routes":"x"}               | allowed_routes
            """)
    void aWrongFieldIsRefusedByName(String json, String field) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> profile(json));

        assertThat(refused.problem().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.problem().param()).isEqualTo(field);
        assertThat(refused.problem().values()).containsKeys("field", "expected");
    }

    @ParameterizedTest
    @CsvSource({
        "1s,2026-11-22T10:00:01Z",
        "5m,2026-11-22T10:05:00Z",
        "12h,2026-11-22T22:00:00Z",
        "30d,2026-12-22T10:00:00Z",
        "2w,2026-12-06T10:00:00Z",
        "3mo,2027-02-22T10:00:00Z",
        "100d,2027-03-02T10:00:00Z"
    })
    void durationsEndWhereTheySay(String duration, Instant end) {
        assertThat(profile("{\"duration\":\"" + duration + "\"}").expiresAtMillis())
                .isEqualTo(end.toEpochMilli());
    }

    @Test
    void textsAndListsAreAcceptedAtTheirBoundsAndRefusedOnePastThem() {
        assertThat(profile(text("user_id", 256)).user()).hasSize(256);
        assertThat(refusedField(text("user_id", 257))).isEqualTo("user_id");
        assertThat(profile(list("tags", 50)).tags()).hasSize(50);
        assertThat(refusedField(list("tags", 51))).isEqualTo("tags");
        assertThat(profile(list("models", 1_000)).models()).hasSize(1_000);
        assertThat(refusedField(list("models", 1_001))).isEqualTo("models");
        assertThat(profile("{\"metadata\":{\"a\":\"" + "x".repeat(65_528) + "\"}}")
                        .metadata())
                .hasSize(65_536);
        assertThat(refusedField("{\"metadata\":{\"a\":\"" + "x".repeat(65_529) + "\"}}"))
                .isEqualTo("metadata");
    }

    @Test
    void anOrganizationIsATenant() {
        assertThat(profile("{\"organization_id\":\"acme\"}").tenant()).isEqualTo("acme");
        assertThat(profile("{\"organization_id\":\"acme\",\"tenant\":\"acme\"}").tenant())
                .isEqualTo("acme");
        assertThat(profile("{\"tenant\":null}").tenant()).isEqualTo("default");
    }

    @Test
    void doublesAndBlanksAroundAreDropped() {
        assertThat(profile("{\"tags\":[\" a \",\"b\",\"a\"]}").tags()).containsExactly("a", "b");
    }

    @Test
    void moneyIsRoundedDownToNanoUsdAndBounded() {
        assertThat(profile("{\"max_budget\":0.1000000019}").allowance().amounts())
                .isEqualTo(Map.of(Quota.MAX_BUDGET, 100_000_001L));
        assertThat(profile("{\"max_budget\":4503599.627370496}").allowance().amounts())
                .isEqualTo(Map.of(Quota.MAX_BUDGET, 1L << 52));
        assertThat(refusedField("{\"max_budget\":4503599.627370497}")).isEqualTo("max_budget");
        assertThat(refusedField("{\"rpm_limit\":123456789012345678901234567890}"))
                .isEqualTo("rpm_limit");
    }

    @Test
    void numbersThatAreKeptKeepTheirDigits() {
        assertThat(profile("{\"config\":{\"a\":0.1000000000000000055}}").settings())
                .isEqualTo("{\"config\":{\"a\":0.1000000000000000055}}");
    }

    private static String refusedField(String json) {
        return catchThrowableOfType(ProblemException.class, () -> profile(json))
                .problem()
                .param();
    }

    private static KeyProfile profile(String json) {
        return new KeyFields((ObjectNode) Json.read(json), Set.of("key"), NOW, ISTANBUL).applyTo(KeyProfile.DEFAULT);
    }

    private static String text(String field, int length) {
        return "{\"" + field + "\":\"" + "x".repeat(length) + "\"}";
    }

    private static String list(String field, int length) {
        StringBuilder json = new StringBuilder("{\"" + field + "\":[\"x0\"");
        for (int i = 1; i < length; i++) {
            json.append(",\"x").append(i).append('"');
        }
        return json.append("]}").toString();
    }
}
