package dev.mizan.store;

import dev.mizan.ledger.Call;
import dev.mizan.ledger.Cost;
import dev.mizan.ledger.Line;
import dev.mizan.ledger.Outcome;
import dev.mizan.ledger.Principal;
import dev.mizan.ledger.Target;
import dev.mizan.money.NanoUsd;
import dev.mizan.price.Receipt;
import dev.mizan.usage.UsageSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * The columns of {@code ledger_line} in their order, and how a line fills them and is read from them.
 *
 * <p>Not safe for use by many threads.
 */
final class LineColumns {
    /** Every column that a line fills. */
    static final List<String> NAMES = List.of(
            "id",
            "kind",
            "request_id",
            "attempt_id",
            "time_millis",
            "admitted_at_millis",
            "tenant",
            "team",
            "user_id",
            "key_id",
            "end_user",
            "licence",
            "plan",
            "endpoint",
            "operation",
            "document_type",
            "chat_id",
            "message_id",
            "tags",
            "requested_model",
            "alias",
            "dialect",
            "streaming",
            "provider",
            "deployment",
            "model",
            "input_tokens",
            "output_tokens",
            "units",
            "service_tier",
            "usage_source",
            "provider_cost",
            "charged_cost",
            "overrun",
            "overage",
            "saved",
            "unpriced_reason",
            "card_id",
            "price_tier",
            "receipt",
            "status",
            "error_code",
            "http_status",
            "duration_micros",
            "first_token_micros",
            "attempts",
            "cache",
            "complexity",
            "region",
            "corrects",
            "via");

    /** {@link #NAMES}, separated by commas. */
    static final String LIST = String.join(", ", NAMES);

    /** Those that ledgers did not have at first: {@link Sink#added}. */
    private static final Set<String> ADDED = Set.of("via");

    /** Those of them that hold numbers; the others hold texts. */
    private static final Set<String> NUMBERS = Set.of(
            "time_millis",
            "admitted_at_millis",
            "streaming",
            "input_tokens",
            "output_tokens",
            "provider_cost",
            "charged_cost",
            "overrun",
            "overage",
            "saved",
            "http_status",
            "duration_micros",
            "first_token_micros",
            "attempts");

    private static final List<Line.Kind> KINDS = List.of(Line.Kind.values());
    private static final List<Outcome.Status> STATUSES = List.of(Outcome.Status.values());
    private static final List<UsageSource> SOURCES = List.of(UsageSource.values());

    private final LineJson json = new LineJson();

    /** Takes a line's values, column by column. */
    interface Sink {
        void text(String value) throws SQLException;

        void number(long value) throws SQLException;

        /** A text of a column that ledgers did not have at first: in lines of before it is empty. */
        default void added(String value) throws SQLException {
            text(value);
        }
    }

    /** Gives the values of {@code line} to {@code sink}, in the order of {@link #NAMES}. */
    void write(Line line, Sink sink) throws SQLException {
        sink.text(line.id());
        sink.text(line.kind().label());
        sink.text(line.requestId());
        sink.text(line.attemptId());
        sink.number(line.timeMillis());
        sink.number(line.admittedAtMillis());
        write(line.principal(), sink);
        write(line.call(), sink);
        sink.text(line.target().provider());
        sink.text(line.target().deployment());
        sink.text(line.target().upstreamModel());
        sink.number(line.usage().inputTokens());
        sink.number(line.usage().outputTokens());
        sink.text(json.units(line.usage()));
        sink.text(line.usage().tier().label());
        sink.text(line.usageSource().label());
        write(line.cost(), sink);
        write(line.outcome(), sink);
        sink.text(line.cache());
        sink.text(line.complexity());
        sink.text(line.region());
        sink.text(line.corrects());
        sink.added(json.texts(line.target().via()));
    }

    /** The line in the current row of {@code row}, which has at least {@link #NAMES}. */
    Line read(ResultSet row) throws SQLException {
        return new Line(
                row.getString("id"),
                labelled(KINDS, Line.Kind::label, row.getString("kind")),
                row.getString("request_id"),
                row.getString("attempt_id"),
                row.getLong("time_millis"),
                row.getLong("admitted_at_millis"),
                principal(row),
                call(row),
                new Target(
                        row.getString("provider"),
                        row.getString("deployment"),
                        row.getString("model"),
                        json.texts(row.getString("via"))),
                json.usage(row.getString("units"), row.getString("service_tier")),
                labelled(SOURCES, UsageSource::label, row.getString("usage_source")),
                cost(row),
                outcome(row),
                row.getString("cache"),
                row.getString("complexity"),
                row.getString("region"),
                row.getString("corrects"));
    }

    /** Whether {@code column} holds numbers. */
    static boolean isNumber(String column) {
        return NUMBERS.contains(column);
    }

    /** Gives the values in the current row of {@code row}, which begins with {@link #NAMES}, to {@code sink}. */
    static void copy(ResultSet row, Sink sink) throws SQLException {
        for (int i = 0; i < NAMES.size(); i++) {
            if (isNumber(NAMES.get(i))) {
                sink.number(row.getLong(i + 1));
            } else {
                String value = row.getString(i + 1);
                String text = value == null ? "" : value;
                if (ADDED.contains(NAMES.get(i))) {
                    sink.added(text);
                } else {
                    sink.text(text);
                }
            }
        }
    }

    private static void write(Principal principal, Sink sink) throws SQLException {
        sink.text(principal.tenant());
        sink.text(principal.team());
        sink.text(principal.user());
        sink.text(principal.keyId());
        sink.text(principal.endUser());
        sink.text(principal.licence());
        sink.text(principal.plan());
    }

    private void write(Call call, Sink sink) throws SQLException {
        sink.text(call.endpoint());
        sink.text(call.operation());
        sink.text(call.documentType());
        sink.text(call.chatId());
        sink.text(call.messageId());
        sink.text(json.texts(call.tags()));
        sink.text(call.requestedModel());
        sink.text(call.alias());
        sink.text(call.dialect());
        sink.number(call.streaming() ? 1 : 0);
    }

    private void write(Cost cost, Sink sink) throws SQLException {
        sink.number(cost.provider().nanos());
        sink.number(cost.charged().nanos());
        sink.number(cost.overrun().nanos());
        sink.number(cost.overage().nanos());
        sink.number(cost.saved().nanos());
        sink.text(cost.unpricedReason());
        sink.text(cost.receipt().cardId());
        sink.text(cost.receipt().tier());
        sink.text(json.receipt(cost.receipt()));
    }

    private static void write(Outcome outcome, Sink sink) throws SQLException {
        sink.text(outcome.status().label());
        sink.text(outcome.errorCode());
        sink.number(outcome.httpStatus());
        sink.number(outcome.durationMicros());
        sink.number(outcome.firstTokenMicros());
        sink.number(outcome.attempts());
    }

    private static Principal principal(ResultSet row) throws SQLException {
        return new Principal(
                row.getString("tenant"),
                row.getString("team"),
                row.getString("user_id"),
                row.getString("key_id"),
                row.getString("end_user"),
                row.getString("licence"),
                row.getString("plan"));
    }

    private Call call(ResultSet row) throws SQLException {
        return new Call(
                row.getString("endpoint"),
                row.getString("operation"),
                row.getString("document_type"),
                row.getString("chat_id"),
                row.getString("message_id"),
                json.texts(row.getString("tags")),
                row.getString("requested_model"),
                row.getString("alias"),
                row.getString("dialect"),
                row.getInt("streaming") != 0);
    }

    private Cost cost(ResultSet row) throws SQLException {
        Receipt receipt = json.receipt(row.getString("card_id"), row.getString("price_tier"), row.getString("receipt"));
        return new Cost(
                money(row, "provider_cost"),
                money(row, "charged_cost"),
                receipt,
                money(row, "overrun"),
                money(row, "overage"),
                money(row, "saved"),
                row.getString("unpriced_reason"));
    }

    private static Outcome outcome(ResultSet row) throws SQLException {
        return new Outcome(
                labelled(STATUSES, Outcome.Status::label, row.getString("status")),
                row.getString("error_code"),
                row.getInt("http_status"),
                row.getLong("duration_micros"),
                row.getLong("first_token_micros"),
                row.getInt("attempts"));
    }

    private static NanoUsd money(ResultSet row, String column) throws SQLException {
        return NanoUsd.ofNanos(row.getLong(column));
    }

    private interface Label<E> {
        String of(E constant);
    }

    private static <E> E labelled(List<E> constants, Label<E> label, String text) {
        for (E constant : constants) {
            if (label.of(constant).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("'" + text + "' in the ledger (expected: one of " + constants + ")");
    }
}
