package dev.mizan.identity;

import dev.mizan.limit.Limit;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;

/**
 * A named bundle of limits and models with a price, attached to tenants, teams, users, keys or licences. The source
 * documents also say package.
 *
 * @param price what its holder pays for each {@link #per}, ≥ 0; 0 for free
 * @param currency ISO 4217 code of {@code price}
 * @param per {@code month}, or a duration such as {@code 30d}
 * @param models aliases that it allows; empty for all
 * @param limits limits of its holder; their subject is a pattern that {@link Limit#on} replaces
 */
public record Plan(String name, BigDecimal price, String currency, String per, Set<String> models, List<Limit> limits) {
    public Plan {
        models = Set.copyOf(models);
        limits = List.copyOf(limits);
    }
}
