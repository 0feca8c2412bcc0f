package dev.mizan.alert;

import dev.mizan.limit.Meter;
import dev.mizan.messages.Language;
import dev.mizan.money.NanoUsd;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Map;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Alerts as JSON: in webhooks, in the API, and their texts in a column. Safe for use by many threads. */
public final class AlertJson {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build())
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private AlertJson() {}

    /** {@code alert}, with what it says in {@code language} as its message. Money is a number of USD. */
    public static ObjectNode of(Alert alert, Language language) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("id", alert.id());
        json.put("kind", alert.kind().label());
        json.put("level", alert.level().name());
        json.put("action", alert.action().name());
        json.put("message", alert.text(language).title());
        json.put("subject", alert.subject());
        json.put("account", alert.account());
        json.put("meter", alert.meter());
        json.put("used", amount(alert.meter(), alert.used()));
        json.put("cap", amount(alert.meter(), alert.cap()));
        json.put("percent", alert.percent());
        if (alert.windowStartMillis() == 0) {
            json.putNull("window_start");
        } else {
            json.put("window_start", time(alert.windowStartMillis()));
        }
        json.put("at", time(alert.atMillis()));
        json.set("texts", texts(alert.texts()));
        return json;
    }

    /** {@code node} as UTF-8. */
    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** An object without fields. */
    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** {@code texts} as {@link #readTexts} reads them. */
    public static String writeTexts(Map<Language, Alert.Text> texts) {
        return MAPPER.writeValueAsString(texts(texts));
    }

    /** What {@link #writeTexts} wrote. */
    public static Map<Language, Alert.Text> readTexts(String json) {
        JsonNode node = MAPPER.readTree(json);
        Map<Language, Alert.Text> texts = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            JsonNode text = node.path(language.tag());
            texts.put(
                    language,
                    new Alert.Text(
                            text.path("title").asString(""), text.path("body").asString("")));
        }
        return texts;
    }

    private static ObjectNode texts(Map<Language, Alert.Text> texts) {
        ObjectNode json = MAPPER.createObjectNode();
        for (Language language : Language.values()) {
            Alert.Text text = texts.getOrDefault(language, new Alert.Text("", ""));
            json.putObject(language.tag()).put("title", text.title()).put("body", text.body());
        }
        return json;
    }

    private static BigDecimal amount(String meter, long amount) {
        return meter.equals(Meter.COST.label()) ? NanoUsd.ofNanos(amount).usd() : BigDecimal.valueOf(amount);
    }

    private static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }
}
