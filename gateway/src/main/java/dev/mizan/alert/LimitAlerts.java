package dev.mizan.alert;

import com.github.f4b6a3.ulid.UlidFactory;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Standing;
import dev.mizan.limit.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The alerts of limits: which share has which level, what fires once for how long, and what the notice lists. Safe for
 * use by many threads.
 */
final class LimitAlerts {
    private static final Duration IN_FLIGHT_ONCE = Duration.ofHours(1);
    private static final Duration EXCEEDED_WINDOW_MIN = Duration.ofDays(1);

    private final AlertTexts texts;
    private final UlidFactory ids;

    LimitAlerts(AlertTexts texts, UlidFactory ids) {
        this.texts = texts;
        this.ids = ids;
    }

    /** What {@code percent} of a limit being reached fires. */
    Firing firing(AlertSettings settings, Standings standings, Standing standing, int percent, long atMillis) {
        Limit limit = standing.limit();
        Alert.Level level = settings.levels().of(percent);
        List<Standing> others = percent >= 100 ? standings.of(limit.subject()) : List.of();
        Alert alert = new Alert(
                ids.create(atMillis).toString(),
                Alert.Kind.LIMIT,
                limit.subject().toString(),
                limit.account(),
                windowStart(standing),
                percent,
                level,
                action(limit, percent, level),
                limit.meter().label(),
                standing.used(),
                limit.cap(),
                atMillis,
                texts.limit(standing, percent, others));
        return new Firing(alert, once(limit, percent), from(standing, atMillis), until(standing, atMillis));
    }

    /** Of each of {@code standings} the highest threshold that is reached, if one is. */
    List<Reached> reached(AlertSettings settings, List<Standing> standings, long atMillis) {
        List<Reached> reached = new ArrayList<>();
        for (Standing standing : standings) {
            int percent = highest(settings, standing);
            if (percent > 0) {
                reached.add(new Reached(standing, percent, atMillis));
            }
        }
        return reached;
    }

    /** A threshold that was reached, and when that was heard. */
    record Reached(Standing standing, int percent, long atMillis) {}

    /** What tells a threshold of a limit from any other. A lifetime has its cap in it: it ends with nothing else. */
    static String once(Limit limit, int percent) {
        String name = Alert.Kind.LIMIT.label() + "|" + limit.account() + "|" + percent;
        return limit.window() instanceof Window.Lifetime ? name + "|" + limit.cap() : name;
    }

    /** From when on what fired for {@code standing} must be over for it to fire again. */
    static long from(Standing standing, long atMillis) {
        return switch (standing.limit().window()) {
            case Window.Calendar calendar -> windowStart(standing);
            case Window.Lifetime lifetime -> 0;
            case Window.Sliding sliding -> atMillis;
            case Window.InFlight inFlight -> atMillis;
        };
    }

    /** Until when it does not fire again: the window's end, or a whole window from now on where it slides. */
    static long until(Standing standing, long atMillis) {
        return switch (standing.limit().window()) {
            case Window.Calendar calendar -> calendar.endMillis(standing.startMillis());
            case Window.Lifetime lifetime -> Long.MAX_VALUE;
            case Window.Sliding sliding -> atMillis + sliding.lengthMillis();
            case Window.InFlight inFlight -> atMillis + IN_FLIGHT_ONCE.toMillis();
        };
    }

    private static long windowStart(Standing standing) {
        return standing.limit().window() instanceof Window.Calendar calendar
                ? calendar.startMillis(standing.startMillis())
                : standing.startMillis();
    }

    private static Alert.Action action(Limit limit, int percent, Alert.Level level) {
        if (percent >= 100 && !limit.atCap().serves()) {
            return Alert.Action.BLOCK;
        }
        return level == Alert.Level.INFO ? Alert.Action.MONITOR : Alert.Action.NOTIFY;
    }

    private static int highest(AlertSettings settings, Standing standing) {
        // Of a cap of nothing all is used from the start: that is a ban, and no news.
        if (standing.limit().cap() == 0) {
            return 0;
        }
        int highest = settings.limitExceeded() && isLong(standing.limit().window()) && standing.isUsed(100) ? 100 : 0;
        for (int percent : standing.limit().alertAt()) {
            if (percent > highest && standing.isUsed(percent)) {
                highest = percent;
            }
        }
        return highest;
    }

    /** Whether a window is so long that its end is worth a notice: a rate limit is reached every minute. */
    private static boolean isLong(Window window) {
        return switch (window) {
            case Window.Calendar calendar -> true;
            case Window.Lifetime lifetime -> true;
            case Window.Sliding sliding -> sliding.length().compareTo(EXCEEDED_WINDOW_MIN) >= 0;
            case Window.InFlight inFlight -> false;
        };
    }
}
