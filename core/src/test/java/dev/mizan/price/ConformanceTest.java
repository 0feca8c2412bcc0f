package dev.mizan.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import dev.mizan.usage.UsageReader;
import dev.mizan.usage.UsageReading;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads real usage objects of many providers, where the reference data lies beside the checkout, and compares counts
 * and costs with those that are known to be right.
 */
class ConformanceTest {
    private static final Instant AT = Instant.parse("2025-11-06T12:00:00Z");
    private static final BigDecimal TOLERANCE_USD = new BigDecimal("0.000000001");

    private final PriceCatalog catalog = PriceCatalog.shipped();
    private final List<String> wrong = new ArrayList<>();

    @Test
    void everyReferenceCaseGivesTheRightCountsAndCosts() throws IOException {
        Optional<Path> file = reference();
        assumeTrue(file.isPresent(), "no reference data beside the checkout");
        int cases = 0;
        int checks = 0;

        for (String line : Files.readAllLines(file.get())) {
            JsonNode one = JsonMapper.shared().readTree(line);
            byte[] body = one.path("body").toString().getBytes(StandardCharsets.UTF_8);
            cases++;
            for (JsonNode extracted : one.path("extracted")) {
                for (JsonNode extractor : extracted.path("extractors")) {
                    checks++;
                    check(cases, body, one.path("model").asString(""), extracted.path("usage"), extractor);
                }
            }
        }

        assertThat(wrong).as("of %d checks", checks).isEmpty();
        assertThat(cases).isEqualTo(809);
        assertThat(checks).isGreaterThan(9_800);
    }

    private void check(int number, byte[] body, String model, JsonNode usage, JsonNode extractor) {
        String provider = extractor.path("provider_id").asString();
        String flavor = extractor.path("api_flavor").asString();
        String name = "case " + number + " " + provider + "/" + flavor + " " + model;
        Optional<UsageReader> reader = UsageReader.of(provider, flavor);
        if (reader.isEmpty()) {
            wrong.add(name + ": no reader");
            return;
        }
        UsageReading reading = reader.get().read(body);
        if (!reading.isComplete()
                || !reading.problem().isEmpty()
                || !reading.model().equals(model)) {
            wrong.add(name + ": " + reading);
        }
        totals(reading.usage()).forEach((total, count) -> {
            if (usage.path(total).asLong(0) != count) {
                wrong.add(name + ": " + total + " " + count + " (expected: "
                        + usage.path(total).asLong(0) + ")");
            }
        });
        checkPrice(name, catalog.price(provider, model, reading.usage(), AT), extractor);
    }

    private void checkPrice(String name, Priced priced, JsonNode extractor) {
        boolean known = extractor.has("input_price");
        switch (priced) {
            case Priced.Known(Receipt receipt) -> {
                if (!known) {
                    wrong.add(name + ": priced by " + receipt.cardId() + " (expected: not)");
                    return;
                }
                compare(name + " input", receipt.inputCost().usd(), extractor.path("input_price"));
                compare(name + " output", receipt.outputCost().usd(), extractor.path("output_price"));
                BigDecimal total = extractor.has("total_price")
                        ? decimal(extractor.path("total_price"))
                        : decimal(extractor.path("input_price")).add(decimal(extractor.path("output_price")));
                if (receipt.totalCost().usd().subtract(total).abs().compareTo(TOLERANCE_USD.multiply(BigDecimal.TWO))
                        > 0) {
                    wrong.add(name + " total: " + receipt.totalCost() + " (expected: " + total + ")");
                }
            }
            case Priced.Unknown(String reason) -> {
                if (known) {
                    wrong.add(name + ": " + reason);
                }
            }
        }
    }

    private void compare(String name, BigDecimal found, JsonNode expected) {
        if (found.subtract(decimal(expected)).abs().compareTo(TOLERANCE_USD) > 0) {
            wrong.add(name + ": " + found.toPlainString() + " (expected: " + expected.asString() + ")");
        }
    }

    private static BigDecimal decimal(JsonNode text) {
        return new BigDecimal(text.asString());
    }

    /** The counts of the reference data, which overlap, as sums of units, which don't. */
    private static Map<String, Long> totals(Usage usage) {
        Map<String, Long> totals = new LinkedHashMap<>();
        totals.put("input_tokens", usage.inputTokens());
        totals.put("output_tokens", usage.outputTokens());
        totals.put(
                "cache_read_tokens",
                sum(usage, Unit.CACHE_READ, Unit.CACHE_AUDIO_READ, Unit.CACHE_IMAGE_READ, Unit.CACHE_VIDEO_READ));
        totals.put("cache_write_tokens", sum(usage, Unit.CACHE_WRITE_5M, Unit.CACHE_WRITE_1H));
        totals.put("cache_audio_read_tokens", usage.get(Unit.CACHE_AUDIO_READ));
        totals.put("cache_image_read_tokens", usage.get(Unit.CACHE_IMAGE_READ));
        totals.put("cache_video_read_tokens", usage.get(Unit.CACHE_VIDEO_READ));
        totals.put("input_audio_tokens", sum(usage, Unit.INPUT_AUDIO, Unit.CACHE_AUDIO_READ));
        totals.put("input_image_tokens", sum(usage, Unit.INPUT_IMAGE, Unit.CACHE_IMAGE_READ));
        totals.put("input_video_tokens", sum(usage, Unit.INPUT_VIDEO, Unit.CACHE_VIDEO_READ));
        totals.put("output_reasoning_tokens", usage.get(Unit.REASONING));
        totals.put("output_audio_tokens", usage.get(Unit.OUTPUT_AUDIO));
        totals.put("output_image_tokens", usage.get(Unit.OUTPUT_IMAGE));
        totals.put("web_searches", usage.toolUses().getOrDefault("web_search", 0L));
        return totals;
    }

    private static long sum(Usage usage, Unit... units) {
        long sum = 0;
        for (Unit unit : units) {
            sum += usage.get(unit);
        }
        return sum;
    }

    private static Optional<Path> reference() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared/reference/usage-cases.jsonl");
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }
}
