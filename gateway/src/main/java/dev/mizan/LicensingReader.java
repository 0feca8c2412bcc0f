package dev.mizan;

import dev.mizan.config.Settings;
import dev.mizan.licence.LicenceKeys;
import dev.mizan.licence.LicenceSettings;
import dev.mizan.money.ExchangeRates;
import dev.mizan.report.CurrencySettings;
import dev.mizan.usagelog.UsageLogSettings;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/** Reads {@code currency}, {@code licences} and {@code usage_log}. */
final class LicensingReader {
    private LicensingReader() {}

    static LicensingSettings read(Settings settings) {
        return new LicensingSettings(
                currency(settings.group("currency")), licences(settings.group("licences")), usageLog(settings));
    }

    private static Optional<UsageLogSettings> usageLog(Settings settings) {
        if (!settings.has("usage_log")) {
            return Optional.empty();
        }
        Settings log = settings.group("usage_log");
        return Optional.of(new UsageLogSettings(
                Path.of(log.text("directory", "")),
                log.text("format", "compact").equals("full")
                        ? UsageLogSettings.Format.FULL
                        : UsageLogSettings.Format.COMPACT));
    }

    private static CurrencySettings currency(Settings currency) {
        ExchangeRates rates = ExchangeRates.NONE;
        Settings configured = currency.group("rates");
        for (Map.Entry<String, Settings> entry : configured.groups().entrySet()) {
            String code = entry.getKey();
            if (code.equals(ExchangeRates.USD)) {
                configured.refuse(code, "a rate of its own (expected: other currencies; USD is the book currency)");
                continue;
            }
            rates = entry.getValue().isList()
                    ? dated(entry.getValue(), code, rates)
                    : rates.with(code, LocalDate.MIN, configured.number(code).orElseThrow());
        }
        String display = currency.text("display", ExchangeRates.USD);
        if (!rates.currencies().contains(display)) {
            currency.refuse("display", "'" + display + "' (expected: one of currency.rates, or USD)");
        }
        return new CurrencySettings(display, rates);
    }

    private static ExchangeRates dated(Settings list, String code, ExchangeRates before) {
        ExchangeRates rates = before;
        for (Settings item : list.items()) {
            String from = item.text("from", "");
            BigDecimal rate = item.number("rate").orElseThrow();
            try {
                rates = rates.with(code, LocalDate.parse(from), rate);
            } catch (DateTimeException e) {
                item.refuse("from", "'" + from + "' (expected: the first day it holds, as YYYY-MM-DD)");
            }
        }
        return rates;
    }

    private static LicenceSettings licences(Settings licences) {
        LicenceSettings read = new LicenceSettings(
                licences.text("prefix", LicenceSettings.DEFAULT.prefix()),
                licences.text("public_key", ""),
                licences.has("private_key_file")
                        ? Optional.of(Path.of(licences.text("private_key_file", "")))
                        : Optional.empty());
        if (!read.publicKey().isEmpty()) {
            try {
                LicenceKeys.parsePublic(read.publicKey());
            } catch (IllegalArgumentException e) {
                licences.refuse("public_key", "no key (expected: an Ed25519 public key, X.509 in PEM)");
            }
        }
        return read;
    }
}
