package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import dev.mizan.ledger.Line;
import dev.mizan.report.LineBuilder;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Sums over a ledger in a real database: each must be the sum of the lines that the same API gives out. */
@TestInstance(Lifecycle.PER_CLASS)
class SpendEndpointsTest {
    private static final List<String> GROUPS =
            List.of("tenant", "team", "user", "key", "alias", "provider", "model", "endpoint", "status", "cache");
    private static final List<String> ZONES =
            List.of("UTC", "Europe/Istanbul", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe");
    private static final List<String> COUNTS =
            List.of("calls", "attempts", "failed", "input_tokens", "output_tokens", "total_tokens");
    /** Of the usage; uses of tools among them. */
    private static final List<String> UNITS = List.of("input", "cache_read", "output", "tool:web_search");

    private static final List<String> AMOUNTS = List.of("provider_cost_usd", "charged_cost_usd", "saved_usd");

    private AdminHarness api;
    private String own;
    private List<JsonNode> lines = List.of();

    @BeforeAll
    void open(@TempDir Path folder) {
        api = new AdminHarness(folder, true);
        own = api.newKey("{}");
        List<Line> random = new ArrayList<>();
        Random dice = new Random(20261122);
        long start = Instant.parse("2026-09-25T00:00:00Z").toEpochMilli();
        for (int i = 0; i < 1_500; i++) {
            long time = start + dice.nextLong(Duration.ofDays(58).toMillis());
            random.add(line(dice, time));
        }
        api.book(folder, random);
        lines = api.get("/api/v1/ledger?format=ndjson", MASTER)
                .body()
                .lines()
                .map(Json::read)
                .toList();
        assertThat(lines).hasSameSizeAs(random);
    }

    @AfterAll
    void close() {
        api.close();
    }

    private Line line(Random dice, long time) {
        LineBuilder line = LineBuilder.at(time);
        if (dice.nextInt(20) == 0) {
            line.attemptOf("01K00000000000000000000000");
        }
        line.tenant("tenant-" + dice.nextInt(3))
                .team(dice.nextBoolean() ? "" : "core")
                .user("user-" + dice.nextInt(4))
                .key(dice.nextInt(5) == 0 ? api.keyOf(own).id() : "key_" + dice.nextInt(3))
                .target(dice.nextBoolean() ? "openai" : "claude", "model-" + dice.nextInt(4))
                .usage(Usage.builder()
                        .set(Unit.INPUT, dice.nextInt(10_000))
                        .set(Unit.CACHE_READ, dice.nextInt(3) * 100L)
                        .set(Unit.OUTPUT, dice.nextInt(5_000))
                        .tool("web_search", dice.nextInt(4) == 0 ? dice.nextInt(5) : 0)
                        .build())
                .cost(BigDecimal.valueOf(dice.nextInt(2_000_000_000), 9).toPlainString());
        if (dice.nextInt(10) == 0) {
            line.failed("upstream_error", 502);
        }
        if (dice.nextInt(10) == 0) {
            line.saved("0.000000007");
        }
        return line.build();
    }

    @Test
    void everySumIsTheSumOfItsLines() {
        Random dice = new Random(7);
        for (int round = 0; round < 60; round++) {
            List<String> groupBy = new ArrayList<>();
            for (String group : GROUPS) {
                if (dice.nextInt(5) == 0 && groupBy.size() < 4) {
                    groupBy.add(group);
                }
            }
            String bucket = List.of("all", "hour", "day", "month").get(dice.nextInt(4));
            // The last one's clocks move by half an hour: what its hours are then is a matter of taste.
            ZoneId zone = ZoneId.of(ZONES.get(dice.nextInt(bucket.equals("hour") ? 4 : 5)));
            long from = Instant.parse("2026-09-20T00:00:00Z").toEpochMilli() + dice.nextInt(4_000) * 900_000L;
            long to = from + dice.nextInt(4_000) * 900_000L;
            String tenant = dice.nextBoolean() ? "" : "tenant-" + dice.nextInt(3);

            String query = "from=" + from + "&to=" + to + "&bucket=" + bucket + "&time_zone=" + zone + "&group_by="
                    + String.join(",", groupBy) + (tenant.isEmpty() ? "" : "&tenant=" + tenant);
            JsonNode body = api.get("/api/v1/spend?" + query, MASTER).json();

            Map<String, Map<String, BigDecimal>> expected = new TreeMap<>();
            Map<String, BigDecimal> total = new TreeMap<>();
            for (JsonNode line : lines) {
                long time = Instant.parse(line.path("time").stringValue()).toEpochMilli();
                if (time >= from
                        && time < to
                        && (tenant.isEmpty()
                                || line.path("tenant").stringValue().equals(tenant))) {
                    String name = bucket(time, bucket, zone) + values(line, groupBy);
                    add(expected.computeIfAbsent(name, n -> new TreeMap<>()), line);
                    add(total, line);
                }
            }
            Map<String, Map<String, BigDecimal>> found = new TreeMap<>();
            for (JsonNode row : body.path("data")) {
                String time = bucket.equals("all") ? "" : row.path("time").stringValue();
                found.put(time + values(row, groupBy), figures(row));
            }
            assertThat(found).as(query).isEqualTo(expected);
            assertThat(figures(body.path("total")))
                    .as(query)
                    .isEqualTo(total.isEmpty() ? figures(Json.object()) : total);
        }
    }

    @Test
    void meansAreOfTheCallsThatHaveOne() {
        JsonNode total = api.get("/api/v1/spend?from=2026-09-01&to=2026-12-01&status=ok", MASTER)
                .json()
                .path("total");
        JsonNode failed = api.get("/api/v1/spend?from=2026-09-01&to=2026-12-01&status=error", MASTER)
                .json()
                .path("total");

        assertThat(total.path("avg_latency_ms").decimalValue()).isEqualByComparingTo("1250");
        assertThat(total.path("avg_first_token_ms").decimalValue()).isEqualByComparingTo("250");
        assertThat(failed.path("avg_latency_ms").decimalValue()).isEqualByComparingTo("90");
        assertThat(failed.path("avg_first_token_ms").isNull()).isTrue();
    }

    @Test
    void withoutATimeItIsThisMonthWhereTheGatewayIs() {
        JsonNode body = api.get("/api/v1/spend", MASTER).json();

        assertThat(body.path("from").stringValue()).isEqualTo("2026-11-01T00:00:00+03:00");
        assertThat(body.path("to").stringValue()).isEqualTo("2026-12-01T00:00:00+03:00");
        assertThat(body.path("time_zone").stringValue()).isEqualTo("Europe/Istanbul");
        assertThat(body.path("data").size()).isEqualTo(1);
        assertThat(body.path("data").get(0)).isEqualTo(body.path("total"));
    }

    @Test
    void timesAreWidenedToWholeQuartersOfAnHour() {
        JsonNode body = api.get("/api/v1/spend?from=2026-11-01T10:07:00Z&to=2026-11-01T10:31:00Z", MASTER)
                .json();

        assertThat(body.path("from").stringValue()).isEqualTo("2026-11-01T13:00:00+03:00");
        assertThat(body.path("to").stringValue()).isEqualTo("2026-11-01T13:45:00+03:00");
    }

    @Test
    void theFirstGroupsAreTheDearestAndTheRestIsOne() {
        String query = "from=2026-09-01&to=2026-12-01&group_by=model&bucket=month";
        JsonNode whole = api.get("/api/v1/spend?" + query, MASTER).json();
        JsonNode top = api.get("/api/v1/spend?top=1&" + query, MASTER).json();
        JsonNode all = api.get("/api/v1/spend?from=2026-09-01&to=2026-12-01&group_by=model", MASTER)
                .json();

        assertThat(top.path("total")).isEqualTo(whole.path("total"));
        String dearest = all.at("/data/0/model").stringValue();
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode row : top.path("data")) {
            assertThat(row.path("model").isNull()
                            || row.path("model").stringValue().equals(dearest))
                    .isTrue();
            sum = sum.add(new BigDecimal(row.path("provider_cost_usd").stringValue()));
        }
        assertThat(sum)
                .isEqualByComparingTo(whole.at("/total/provider_cost_usd").stringValue());
        assertThat(top.path("data").size()).isEqualTo(6);
        for (int i = 1; i < all.path("data").size(); i++) {
            assertThat(new BigDecimal(
                            all.at("/data/" + i + "/provider_cost_usd").stringValue()))
                    .isLessThanOrEqualTo(new BigDecimal(
                            all.at("/data/" + (i - 1) + "/provider_cost_usd").stringValue()));
        }
    }

    @Test
    void aKeySeesItsOwnSumsAndNotWhatTheOperatorPays() {
        JsonNode mine = api.get("/api/v1/spend?from=2026-09-01&to=2026-12-01&group_by=key", own)
                .json();
        JsonNode all = api.get(
                        "/api/v1/spend?from=2026-09-01&to=2026-12-01&key="
                                + api.keyOf(own).id(),
                        MASTER)
                .json();

        assertThat(mine.path("data").size()).isEqualTo(1);
        assertThat(mine.at("/data/0/key").stringValue())
                .isEqualTo(api.keyOf(own).id());
        assertThat(mine.toString()).doesNotContain("provider_cost_usd");
        assertThat(mine.at("/total/charged_cost_usd")).isEqualTo(all.at("/total/charged_cost_usd"));
        assertThat(api.get("/api/v1/spend?key=key_1", own).status()).isEqualTo(403);
    }

    @Test
    void theOverviewIsTheSumOfItsDays() {
        JsonNode body = api.get("/api/v1/overview", MASTER).json();

        assertThat(body.path("date").stringValue()).isEqualTo("2026-11-22");
        assertThat(body.path("days").size()).isEqualTo(30);
        assertThat(body.at("/days/0/date").stringValue()).isEqualTo("2026-10-24");
        assertThat(body.at("/days/29/date").stringValue()).isEqualTo("2026-11-22");
        BigDecimal days = BigDecimal.ZERO;
        long calls = 0;
        for (JsonNode day : body.path("days")) {
            days = days.add(new BigDecimal(day.path("provider_cost_usd").stringValue()));
            calls += day.path("calls").longValue();
        }
        JsonNode month = body.path("this_month");
        JsonNode spent = api.get("/api/v1/spend?from=2026-10-24&to=2026-11-23", MASTER)
                .json()
                .path("total");
        assertThat(days).isEqualByComparingTo(spent.path("provider_cost_usd").stringValue());
        assertThat(calls).isEqualTo(spent.path("calls").longValue());
        assertThat(month).isEqualTo(api.get("/api/v1/spend", MASTER).json().path("total"));
        assertThat(body.path("last_month"))
                .isEqualTo(api.get("/api/v1/spend?from=2026-10-01&to=2026-11-01", MASTER)
                        .json()
                        .path("total"));
        assertThat(body.path("models").size()).isEqualTo(8);
        assertThat(api.get("/api/v1/overview", own).body()).doesNotContain("provider_cost_usd");
    }

    @Test
    void anExportOfSumsIsATable() {
        Reply csv = api.get("/api/v1/spend?from=2026-10-01&to=2026-11-01&group_by=tenant,team&format=csv", MASTER);

        assertThat(csv.body().lines().findFirst().orElse(""))
                .isEqualTo("tenant,team,calls,attempts,failed,usage,input_tokens,output_tokens,total_tokens,"
                        + "provider_cost_usd,charged_cost_usd,saved_usd,avg_latency_ms,avg_first_token_ms");
        assertThat(csv.body().lines().count()).isEqualTo(7);
        assertThat(api.get("/api/v1/spend?from=2026-10-01&to=2026-11-01&group_by=tenant&format=ndjson", MASTER)
                        .body()
                        .lines()
                        .count())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            group_by=modell               | group_by
            group_by=model,model          | group_by
            group_by=tenant,team,user,key,model | group_by
            group_by=,                    | group_by
            bucket=week                   | bucket
            bucket=                       | bucket
            top=0                         | top
            top=many                      | top
            time_zone=Istanbul            | time_zone
            from=now                      | from
            to=2026-11-31                 | to
            from=2026-12-01&to=2026-11-01 | from
            from=999999999999999          | from
            colour=red                    | colour
            tenant=%00                    | tenant
            """)
    void wrongParametersAreRefusedByName(String query, String param) {
        Reply reply = api.get("/api/v1/spend?" + query, MASTER);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.param()).isEqualTo(param);
    }

    @Test
    void aCursorThatIsNoneIsRefused() {
        assertThat(api.get("/api/v1/ledger?cursor=%27--", MASTER).param()).isEqualTo("cursor");
        assertThat(api.get("/api/v1/ledger/%00", MASTER).status()).isEqualTo(404);
        assertThat(api.get("/key/info?key=%00", MASTER).param()).isEqualTo("key");
    }

    private static void add(Map<String, BigDecimal> sums, JsonNode line) {
        boolean call = line.path("kind").stringValue().equals("call");
        boolean failed = call && !line.path("status").stringValue().equals("ok");
        sums.merge("calls", BigDecimal.valueOf(call ? 1 : 0), BigDecimal::add);
        sums.merge("attempts", BigDecimal.valueOf(call ? 0 : 1), BigDecimal::add);
        sums.merge("failed", BigDecimal.valueOf(failed ? 1 : 0), BigDecimal::add);
        for (String count : COUNTS.subList(3, 6)) {
            sums.merge(count, line.path(count).decimalValue(), BigDecimal::add);
        }
        for (String unit : UNITS) {
            sums.merge(unit, line.path("usage").path(unit).decimalValue(BigDecimal.ZERO), BigDecimal::add);
        }
        for (String amount : AMOUNTS) {
            sums.merge(amount, new BigDecimal(line.path(amount).stringValue()), BigDecimal::add);
        }
        sums.replaceAll((name, sum) -> plain(sum));
    }

    private static Map<String, BigDecimal> figures(JsonNode row) {
        Map<String, BigDecimal> figures = new TreeMap<>();
        COUNTS.forEach(count -> figures.put(count, plain(row.path(count).decimalValue(BigDecimal.ZERO))));
        UNITS.forEach(
                unit -> figures.put(unit, plain(row.path("usage").path(unit).decimalValue(BigDecimal.ZERO))));
        AMOUNTS.forEach(amount ->
                figures.put(amount, plain(new BigDecimal(row.path(amount).asString("0")))));
        return figures;
    }

    private static BigDecimal plain(BigDecimal number) {
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    private static String values(JsonNode row, List<String> groupBy) {
        StringBuilder values = new StringBuilder();
        groupBy.forEach(group -> values.append('|').append(row.path(group).stringValue()));
        return values.toString();
    }

    private static String bucket(long millis, String bucket, ZoneId zone) {
        ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(zone);
        ZonedDateTime start =
                switch (bucket) {
                    case "hour" -> time.truncatedTo(ChronoUnit.HOURS);
                    case "day" -> time.toLocalDate().atStartOfDay(zone);
                    case "month" -> time.toLocalDate().withDayOfMonth(1).atStartOfDay(zone);
                    default -> time;
                };
        return bucket.equals("all") ? "" : SpendJson.zoned(start.toInstant().toEpochMilli(), zone);
    }
}
