package dev.mizan.price;

import java.util.List;

/**
 * Prices read from a file.
 *
 * @param providers what was read
 * @param notes what was left aside and why, one sentence each
 */
record PriceImport(List<ProviderPrices> providers, List<String> notes) {
    PriceImport {
        providers = List.copyOf(providers);
        notes = List.copyOf(notes);
    }
}
