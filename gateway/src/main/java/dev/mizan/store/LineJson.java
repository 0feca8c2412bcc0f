package dev.mizan.store;

import dev.mizan.money.NanoUsd;
import dev.mizan.price.Component;
import dev.mizan.price.Receipt;
import dev.mizan.usage.ServiceTier;
import dev.mizan.usage.Unit;
import dev.mizan.usage.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON texts in the ledger's columns: tags, units and receipts. Written by hand, because a line has three of them
 * and the writer writes tens of thousands of lines a second. Not safe for use by many threads.
 */
final class LineJson {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Unit[] UNITS = Unit.values();
    /** How their count is written: no unit's name is the end of another's, and tools stand in an object behind. */
    private static final String TOOL_CALLS = "\"" + Unit.TOOL_CALLS.label() + "\":";

    private static final Map<String, Unit> UNITS_BY_LABEL = unitsByLabel();
    private static final String TOOLS = "tools";
    private static final int COMPONENT_FIELDS = 6;

    private final StringBuilder text = new StringBuilder(512);

    /** {@code ["a","b"]}; empty for none. */
    String texts(List<String> texts) {
        if (texts.isEmpty()) {
            return "";
        }
        text.setLength(0);
        for (int i = 0; i < texts.size(); i++) {
            text.append(i == 0 ? '[' : ',');
            string(texts.get(i));
        }
        return text.append(']').toString();
    }

    List<String> texts(String json) {
        if (json.isEmpty()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        JSON.readTree(json).forEach(text -> texts.add(text.asString()));
        return texts;
    }

    /** {@code {"input":1200,"output":345,"tools":{"web_search":1}}}; what is zero is left out. */
    String units(Usage usage) {
        text.setLength(0);
        text.append('{');
        for (Unit unit : UNITS) {
            long count = usage.get(unit);
            if (count != 0) {
                text.append(text.length() == 1 ? "\"" : ",\"")
                        .append(unit.label())
                        .append("\":")
                        .append(count);
            }
        }
        if (!usage.toolUses().isEmpty()) {
            text.append(text.length() == 1 ? "\"tools\":" : ",\"tools\":");
            char before = '{';
            for (Map.Entry<String, Long> use : usage.toolUses().entrySet()) {
                text.append(before);
                string(use.getKey());
                text.append(':').append((long) use.getValue());
                before = ',';
            }
            text.append('}');
        }
        return text.append('}').toString();
    }

    /** The tool calls in what {@link #units} wrote, without reading the rest. */
    static long toolCalls(String units) {
        int at = units.indexOf(TOOL_CALLS);
        long count = 0;
        for (int i = at + TOOL_CALLS.length(); at >= 0 && Character.isDigit(units.charAt(i)); i++) {
            count = count * 10 + Character.digit(units.charAt(i), 10);
        }
        return count;
    }

    Usage usage(String json, String tier) {
        Usage.Builder usage = Usage.builder().tier(tier(tier));
        for (Map.Entry<String, JsonNode> entry : JSON.readTree(json).properties()) {
            if (entry.getKey().equals(TOOLS)) {
                for (Map.Entry<String, JsonNode> use : entry.getValue().properties()) {
                    usage.tool(use.getKey(), use.getValue().longValue());
                }
            } else {
                Unit unit = UNITS_BY_LABEL.get(entry.getKey());
                if (unit == null) {
                    throw new IllegalArgumentException(
                            "unit '" + entry.getKey() + "' (expected: one of " + UNITS_BY_LABEL.keySet() + ")");
                }
                usage.set(unit, entry.getValue().longValue());
            }
        }
        return usage.build();
    }

    /** {@code [["input",1200,150000000,1000000,1,180000]]}: name, quantity, price, per, whether input, cost. */
    String receipt(Receipt receipt) {
        List<Component> components = receipt.components();
        text.setLength(0);
        text.append('[');
        for (int i = 0; i < components.size(); i++) {
            Component component = components.get(i);
            text.append(i == 0 ? "[" : ",[");
            string(component.name());
            text.append(',')
                    .append(component.quantity())
                    .append(',')
                    .append(component.nanoUsd())
                    .append(',')
                    .append(component.per())
                    .append(component.input() ? ",1," : ",0,")
                    .append(component.cost().nanos())
                    .append(']');
        }
        return text.append(']').toString();
    }

    Receipt receipt(String cardId, String tier, String json) {
        List<Component> components = new ArrayList<>();
        for (JsonNode fields : JSON.readTree(json)) {
            if (fields.size() < COMPONENT_FIELDS) {
                throw new IllegalArgumentException("receipt " + json + " (expected: six fields a component)");
            }
            components.add(new Component(
                    fields.get(0).asString(),
                    fields.get(1).longValue(),
                    fields.get(2).longValue(),
                    fields.get(3).longValue(),
                    fields.get(4).longValue() != 0,
                    NanoUsd.ofNanos(fields.get(5).longValue())));
        }
        return new Receipt(cardId, tier, components);
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20) {
                text.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private static ServiceTier tier(String label) {
        for (ServiceTier tier : ServiceTier.values()) {
            if (tier.label().equals(label)) {
                return tier;
            }
        }
        throw new IllegalArgumentException("service tier '" + label + "'");
    }

    private static Map<String, Unit> unitsByLabel() {
        Map<String, Unit> units = new HashMap<>();
        for (Unit unit : UNITS) {
            units.put(unit.label(), unit);
        }
        return Map.copyOf(units);
    }
}
