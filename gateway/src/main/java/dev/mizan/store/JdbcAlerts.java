package dev.mizan.store;

import dev.mizan.alert.Alert;
import dev.mizan.alert.AlertJson;
import dev.mizan.alert.AlertStore;
import dev.mizan.alert.Firing;
import dev.mizan.alert.UnpricedModels;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.StatementContext;

/** Alerts in the database. Blocking; safe for use by many threads. */
public final class JdbcAlerts implements AlertStore, UnpricedModels {
    /** One statement, so that of many processes one sees a row changed. */
    private static final String ONCE = """
            INSERT INTO alert_once (name, until_millis) VALUES (:once, :until)
            ON CONFLICT (name) DO UPDATE SET until_millis = excluded.until_millis
            WHERE alert_once.until_millis <= :from""";

    private static final String INSERT = """
            INSERT INTO alert (id, kind, subject, account, window_start, percent, level, action, meter, used, cap,
                at_millis, texts)
            VALUES (:id, :kind, :subject, :account, :window_start, :percent, :level, :action, :meter, :used, :cap,
                :at_millis, :texts)""";

    private static final String INSERT_DELIVERY = """
            INSERT INTO alert_delivery (alert_id, channel, state, attempts, next_at, error, changed_at)
            VALUES (:id, :channel, 'waiting', 0, :at, '', :at)""";

    private static final String DUE = """
            SELECT alert_id, attempts, next_at FROM alert_delivery
            WHERE channel = :channel AND state = 'waiting' AND next_at <= :now ORDER BY next_at, alert_id LIMIT 1""";

    private static final String CLAIM = """
            UPDATE alert_delivery SET next_at = :lease, attempts = attempts + 1
            WHERE alert_id = :id AND channel = :channel AND state = 'waiting' AND next_at = :seen""";

    private static final String SETTLE = """
            UPDATE alert_delivery SET state = :state, next_at = :next, error = :error, changed_at = :at
            WHERE alert_id = :id AND channel = :channel AND state = 'waiting'""";

    private static final String PAGE = """
            SELECT * FROM alert
            WHERE (:cursor = '' OR id < :cursor) AND (:kind = '' OR kind = :kind) AND (:level = '' OR level = :level)
                AND (:subject = '' OR subject = :subject) AND at_millis >= :from AND at_millis < :to
            ORDER BY id DESC LIMIT :limit""";

    private static final String STATES = """
            SELECT channel,
                sum(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS waiting,
                sum(CASE WHEN state = 'waiting' AND error <> '' THEN 1 ELSE 0 END) AS failing,
                sum(CASE WHEN state = 'given_up' THEN 1 ELSE 0 END) AS given_up,
                max(CASE WHEN state = 'delivered' THEN changed_at ELSE 0 END) AS delivered_at
            FROM alert_delivery GROUP BY channel""";

    private static final String LAST_ERROR = """
            SELECT error FROM alert_delivery WHERE channel = :channel AND state = 'waiting' AND error <> ''
            ORDER BY changed_at DESC LIMIT 1""";

    private static final String UNPRICED = """
            SELECT provider, model, count(*) AS lines FROM (
                SELECT provider, model FROM ledger_line
                WHERE unpriced_reason <> '' AND time_millis >= :from AND time_millis < :to
                ORDER BY time_millis DESC LIMIT :max) AS newest
            GROUP BY provider, model ORDER BY provider, model""";

    /** For how long after its end what fired once is known: a threshold may be heard of late. */
    private static final long ONCE_KEPT_MILLIS = 7 * 86_400_000L;

    private static final int CLAIM_TRIES_MAX = 10;

    private final Database database;

    /** Alerts in {@code database}. */
    public JdbcAlerts(Database database) {
        this.database = database;
    }

    @Override
    public boolean fire(Firing firing, Set<String> channels) {
        Alert alert = firing.alert();
        if (hasFired(firing)) {
            return false;
        }
        return database.write(handle -> {
            int changed = handle.createUpdate(ONCE)
                    .bind("once", firing.once())
                    .bind("from", firing.fromMillis())
                    .bind("until", firing.untilMillis())
                    .execute();
            if (changed == 0) {
                return false;
            }
            bind(handle.createUpdate(INSERT), alert).execute();
            for (String channel : channels) {
                handle.createUpdate(INSERT_DELIVERY)
                        .bind("id", alert.id())
                        .bind("channel", channel)
                        .bind("at", alert.atMillis())
                        .execute();
            }
            return true;
        });
    }

    @Override
    public Optional<Delivery> claim(String channel, long nowMillis, long leaseUntilMillis) {
        for (int i = 0; i < CLAIM_TRIES_MAX; i++) {
            Optional<Due> due = database.read(handle -> handle.createQuery(DUE)
                    .bind("channel", channel)
                    .bind("now", nowMillis)
                    .map((row, context) -> new Due(row.getString(1), row.getInt(2), row.getLong(3)))
                    .findFirst());
            if (due.isEmpty()) {
                return Optional.empty();
            }
            Due seen = due.get();
            Optional<Delivery> mine = database.write(handle -> {
                int changed = handle.createUpdate(CLAIM)
                        .bind("id", seen.id)
                        .bind("channel", channel)
                        .bind("seen", seen.nextAt)
                        .bind("lease", leaseUntilMillis)
                        .execute();
                return changed == 0
                        ? Optional.empty()
                        : Optional.of(new Delivery(alert(handle, seen.id), channel, seen.attempts + 1));
            });
            if (mine.isPresent()) {
                return mine;
            }
        }
        // Others take them faster than this one can: they are being delivered.
        return Optional.empty();
    }

    @Override
    public void delivered(Delivery delivery, long nowMillis) {
        settle(delivery, "delivered", "", 0, nowMillis);
    }

    @Override
    public void failed(Delivery delivery, String error, long nextAtMillis, long nowMillis) {
        settle(delivery, "waiting", error, nextAtMillis, nowMillis);
    }

    @Override
    public void givenUp(Delivery delivery, String error, long nowMillis) {
        settle(delivery, "given_up", error, 0, nowMillis);
    }

    @Override
    public Page page(Filter filter, String cursor, int limit) {
        return database.read(handle -> {
            List<Alert> alerts = handle.createQuery(PAGE)
                    .bind("cursor", cursor)
                    .bind("kind", filter.kind())
                    .bind("level", filter.level())
                    .bind("subject", filter.subject())
                    .bind("from", filter.fromMillis())
                    .bind("to", filter.toMillis())
                    .bind("limit", limit + 1)
                    .map(JdbcAlerts::alert)
                    .list();
            boolean more = alerts.size() > limit;
            List<Alert> page = more ? alerts.subList(0, limit) : alerts;
            Map<String, List<DeliveryState>> deliveries = deliveries(handle, page);
            return new Page(
                    page.stream()
                            .map(alert -> new Fired(alert, deliveries.getOrDefault(alert.id(), List.of())))
                            .toList(),
                    more ? page.getLast().id() : "");
        });
    }

    @Override
    public Map<String, ChannelState> states() {
        return database.read(handle -> {
            Map<String, ChannelState> states = new LinkedHashMap<>();
            handle.createQuery(STATES)
                    .map((row, context) -> {
                        String channel = row.getString("channel");
                        return Map.entry(
                                channel,
                                new ChannelState(
                                        row.getLong("waiting"),
                                        row.getLong("failing"),
                                        row.getLong("given_up"),
                                        lastError(handle, channel),
                                        row.getLong("delivered_at")));
                    })
                    .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
            return states;
        });
    }

    @Override
    public int prune(long beforeMillis, int max) {
        List<String> old = database.read(
                handle -> handle.createQuery("SELECT id FROM alert WHERE id < :floor ORDER BY id LIMIT :max")
                        .bind("floor", UlidTime.floor(beforeMillis))
                        .bind("max", max)
                        .mapTo(String.class)
                        .list());
        if (old.isEmpty()) {
            return 0;
        }
        return database.write(handle -> {
            handle.createUpdate("DELETE FROM alert_delivery WHERE alert_id <= :last")
                    .bind("last", old.getLast())
                    .execute();
            handle.createUpdate("DELETE FROM alert_once WHERE until_millis < :over")
                    .bind("over", beforeMillis - ONCE_KEPT_MILLIS)
                    .execute();
            return handle.createUpdate("DELETE FROM alert WHERE id <= :last")
                    .bind("last", old.getLast())
                    .execute();
        });
    }

    @Override
    public List<Unpriced> between(long fromMillis, long toMillis) {
        return database.read(handle -> handle.createQuery(UNPRICED)
                .bind("from", fromMillis)
                .bind("to", toMillis)
                .bind("max", LINES_MAX)
                .map((row, context) -> new Unpriced(row.getString(1), row.getString(2), row.getLong(3)))
                .list());
    }

    private record Due(String id, int attempts, long nextAt) {}

    /** Mostly it has: then nothing is locked. */
    private boolean hasFired(Firing firing) {
        return database.read(handle ->
                handle.createQuery("SELECT count(*) FROM alert_once WHERE name = :once AND until_millis > :from")
                                .bind("once", firing.once())
                                .bind("from", firing.fromMillis())
                                .mapTo(Long.class)
                                .one()
                        > 0);
    }

    private void settle(Delivery delivery, String state, String error, long nextAt, long atMillis) {
        database.write(handle -> handle.createUpdate(SETTLE)
                .bind("id", delivery.alert().id())
                .bind("channel", delivery.channel())
                .bind("state", state)
                .bind("next", nextAt)
                .bind("error", error)
                .bind("at", atMillis)
                .execute());
    }

    private static String lastError(Handle handle, String channel) {
        return handle.createQuery(LAST_ERROR)
                .bind("channel", channel)
                .mapTo(String.class)
                .findFirst()
                .orElse("");
    }

    private static Map<String, List<DeliveryState>> deliveries(Handle handle, List<Alert> alerts) {
        Map<String, List<DeliveryState>> deliveries = new HashMap<>();
        if (alerts.isEmpty()) {
            return deliveries;
        }
        handle.createQuery("SELECT * FROM alert_delivery WHERE alert_id IN (<ids>) ORDER BY alert_id, channel")
                .bindList("ids", alerts.stream().map(Alert::id).toList())
                .map((row, context) -> Map.entry(
                        row.getString("alert_id"),
                        new DeliveryState(
                                row.getString("channel"),
                                row.getString("state"),
                                row.getInt("attempts"),
                                row.getString("error"),
                                row.getLong("changed_at"))))
                .forEach(entry -> deliveries
                        .computeIfAbsent(entry.getKey(), id -> new ArrayList<>())
                        .add(entry.getValue()));
        return deliveries;
    }

    private static Alert alert(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM alert WHERE id = :id")
                .bind("id", id)
                .map(JdbcAlerts::alert)
                .one();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Alert alert) {
        return statement
                .bind("id", alert.id())
                .bind("kind", alert.kind().label())
                .bind("subject", alert.subject())
                .bind("account", alert.account())
                .bind("window_start", alert.windowStartMillis())
                .bind("percent", alert.percent())
                .bind("level", alert.level().name())
                .bind("action", alert.action().name())
                .bind("meter", alert.meter())
                .bind("used", alert.used())
                .bind("cap", alert.cap())
                .bind("at_millis", alert.atMillis())
                .bind("texts", AlertJson.writeTexts(alert.texts()));
    }

    private static Alert alert(ResultSet row, StatementContext context) throws SQLException {
        return new Alert(
                row.getString("id"),
                Alert.Kind.of(row.getString("kind")).orElseThrow(),
                row.getString("subject"),
                row.getString("account"),
                row.getLong("window_start"),
                row.getInt("percent"),
                Alert.Level.valueOf(row.getString("level")),
                Alert.Action.valueOf(row.getString("action")),
                row.getString("meter"),
                row.getLong("used"),
                row.getLong("cap"),
                row.getLong("at_millis"),
                AlertJson.readTexts(row.getString("texts")));
    }
}
