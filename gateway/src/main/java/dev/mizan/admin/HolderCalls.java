package dev.mizan.admin;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.mizan.dialect.ErrorCode;
import dev.mizan.identity.Holder;
import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.Holder.Profile;
import dev.mizan.identity.HolderStore.Saved;
import dev.mizan.identity.Holders;
import dev.mizan.identity.KeyProfile;
import dev.mizan.identity.StoredDirectory;
import dev.mizan.limit.Limit;
import dev.mizan.limit.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the calls on all kinds of holders have in common. Blocking; safe for use by many threads. */
final class HolderCalls {
    /** How many holders one call names at most. */
    static final int NAMED_MAX = 100;

    /** How many rows a list has at most. */
    static final int ROWS_MAX = 1_000;

    private static final int PAGE_MAX = 1_000_000;
    private static final int TRIES = 3;
    private static final String TOTAL = "x-mizan-total-count";
    private static final Logger LOG = LoggerFactory.getLogger(HolderCalls.class);

    private final Holders holders;
    private final StoredDirectory directory;
    private final HolderSpend spend;
    private final References references;

    HolderCalls(Holders holders, StoredDirectory directory, HolderSpend spend, References references) {
        this.holders = holders;
        this.directory = directory;
        this.spend = spend;
        this.references = references;
    }

    Holders holders() {
        return holders;
    }

    /** Makes the holder that {@code fields} describe, by a new id if they name none. */
    Holder make(HolderShape shape, HolderFields fields, Exchange exchange, List<String> warnings) {
        return make(shape, fields, profile -> profile, exchange, warnings);
    }

    /**
     * The same.
     *
     * @param more adds what {@code fields} do not know
     */
    Holder make(
            HolderShape shape,
            HolderFields fields,
            UnaryOperator<Profile> more,
            Exchange exchange,
            List<String> warnings) {
        String given = fields.id();
        String id = given.isEmpty() ? shape.label() + "_" + UlidCreator.getMonotonicUlid() : given;
        Profile profile = more.apply(fields.applyTo(Profile.DEFAULT));
        check(shape, fields, profile);
        Holder made = insert(shape, fields.storedId(id), profile, exchange)
                .orElseThrow(() -> refusal(ErrorCode.ALREADY_EXISTS, "error.exists", shape.idField(), id));
        setSpend(made, fields.json(), exchange, warnings);
        return made;
    }

    /** Changes the holder of {@code storedId}. */
    Holder change(HolderShape shape, String storedId, HolderFields fields, Exchange exchange, List<String> warnings) {
        return change(shape, storedId, fields, profile -> profile, exchange, warnings);
    }

    /**
     * The same.
     *
     * @param more adds what {@code fields} do not know
     */
    Holder change(
            HolderShape shape,
            String storedId,
            HolderFields fields,
            UnaryOperator<Profile> more,
            Exchange exchange,
            List<String> warnings) {
        Holder known = required(shape, storedId);
        check(shape, fields, more.apply(fields.applyTo(known.profile())));
        Holder changed = change(shape, storedId, profile -> more.apply(fields.applyTo(profile)), exchange);
        setSpend(changed, fields.json(), exchange, warnings);
        return changed;
    }

    /** Changes the holder of {@code storedId}, or makes it if there is none. */
    Holder put(HolderShape shape, String storedId, HolderFields fields, Exchange exchange, List<String> warnings) {
        Profile old = holders.find(shape.kind(), storedId).map(Holder::profile).orElse(Profile.DEFAULT);
        check(shape, fields, fields.applyTo(old));
        Holder put = put(shape, storedId, fields::applyTo, exchange);
        setSpend(put, fields.json(), exchange, warnings);
        return put;
    }

    /** The same, of a change that is no request's. */
    Holder put(HolderShape shape, String storedId, UnaryOperator<Profile> change, Exchange exchange) {
        // Another may make or delete it between the two steps.
        for (int i = 0; i < TRIES; i++) {
            if (holders.change(shape.kind(), storedId, change, by(exchange)) instanceof Saved.Done(Holder done)) {
                LOG.info("{} changed by {}", done, by(exchange));
                return done;
            }
            Optional<Holder> made = insert(shape, storedId, change.apply(Profile.DEFAULT), exchange);
            if (made.isPresent()) {
                return made.get();
            }
        }
        throw refusal(ErrorCode.ALREADY_EXISTS, "error.exists", shape.idField(), storedId);
    }

    /** Changes the holder of {@code storedId}. */
    Holder change(HolderShape shape, String storedId, UnaryOperator<Profile> change, Exchange exchange) {
        return switch (holders.change(shape.kind(), storedId, change, by(exchange))) {
            case Saved.Done(Holder done) -> {
                LOG.info("{} changed by {}", done, by(exchange));
                yield done;
            }
            case Saved.NotFound none -> throw notFound(shape, storedId);
            case Saved.Taken taken -> throw new IllegalStateException("a change makes nothing new");
        };
    }

    /** Deletes {@code holder}; one that somebody else has just deleted is gone, which is what was asked for. */
    void delete(Holder holder, Exchange exchange) {
        holders.delete(holder.kind(), holder.id(), by(exchange));
        LOG.info("{} deleted by {}", holder, by(exchange));
    }

    private Optional<Holder> insert(HolderShape shape, String storedId, Profile profile, Exchange exchange) {
        return switch (holders.make(shape.kind(), storedId, profile, by(exchange))) {
            case Saved.Done(Holder done) -> {
                LOG.info("{} made by {}", done, by(exchange));
                yield Optional.of(done);
            }
            case Saved.Taken taken -> Optional.empty();
            case Saved.NotFound none -> Optional.empty();
        };
    }

    private void check(HolderShape shape, HolderFields fields, Profile profile) {
        references.check(
                fields.json(),
                shape.has("plan") ? profile.plan() : "",
                profile.allowance().budget());
    }

    private void setSpend(Holder holder, ObjectNode json, Exchange exchange, List<String> warnings) {
        if (json.hasNonNull("spend") && holder.kind() != Kind.BUDGET && holder.kind() != Kind.PLAN) {
            warnings.addAll(spend.set(limits(holder), "spend", json, exchange));
        }
    }

    /** The holder of {@code storedId}. */
    Holder required(HolderShape shape, String storedId) {
        return holders.find(shape.kind(), storedId).orElseThrow(() -> notFound(shape, storedId));
    }

    /** The holders that the list {@code field} names; all of them are there, or the request is refused. */
    List<Holder> named(HolderShape shape, FieldReader fields, String field) {
        List<String> names = fields.texts(field, List.of(), NAMED_MAX, FieldReader.TEXT_LENGTH_MAX);
        if (names.isEmpty()) {
            throw Problem.value(field, fields.field(field).toString(), "a list of ids");
        }
        String tenant = shape.kind() == Kind.CUSTOMER ? fields.tenant("", "") : "";
        List<Holder> named = new ArrayList<>();
        for (String name : names) {
            named.add(required(shape, HolderShape.stored(shape.kind(), tenant, name)));
        }
        return named;
    }

    /** The row of {@code holder} with what it has spent in its budget's window, or without a budget since ever. */
    ObjectNode row(HolderShape shape, Holder holder) {
        ObjectNode row = HolderJson.row(shape, holder);
        if (shape.kind() == Kind.BUDGET || shape.kind() == Kind.PLAN) {
            return row;
        }
        Subject subject = StoredDirectory.subject(holder, tenant(holder));
        spend.put(row, limits(holder), () -> spend.total(subject));
        String budget = holder.allowance().budget();
        if (shape.kind() == Kind.TENANT || shape.kind() == Kind.CUSTOMER) {
            row.set(
                    "litellm_budget_table",
                    holders.find(Kind.BUDGET, budget)
                            .map(its -> HolderJson.row(HolderShape.BUDGET, its))
                            .orElseGet(() -> AllowanceShown.of(holder.allowance())));
        }
        return row;
    }

    /** The same as the answer of a call that made or changed it. */
    ObjectNode row(HolderShape shape, Holder holder, List<String> warnings) {
        ObjectNode row = row(shape, holder);
        row.set("warnings", KeyJson.array(warnings));
        return row;
    }

    /** A page of {@code all} as an array; the header says how many there are. */
    Answer list(HolderShape shape, List<Holder> all, Query query) {
        int page = query.number("page", 1, 1, PAGE_MAX);
        int size = query.number("page_size", ROWS_MAX, 1, ROWS_MAX);
        ArrayNode rows = Json.array();
        page(all, page, size).forEach(holder -> rows.add(row(shape, holder)));
        return Answer.json(rows).with(Map.of(TOTAL, Integer.toString(all.size())));
    }

    static List<Holder> page(List<Holder> all, int page, int size) {
        long from = Math.min(all.size(), (page - 1L) * size);
        return all.subList((int) from, (int) Math.min(all.size(), from + size));
    }

    private List<Limit> limits(Holder holder) {
        return directory.limitsOf(holder, tenant(holder));
    }

    /** Whose figures are meant: of a customer of every tenant those with the tenant that keys have by default. */
    private static String tenant(Holder holder) {
        String tenant = holder.profile().tenant();
        return tenant.isEmpty() ? KeyProfile.DEFAULT.tenant() : tenant;
    }

    /** Refuses fields that are not among {@code names}. */
    static FieldReader only(Exchange exchange, ObjectNode json, Set<String> names) {
        for (String name : json.propertyNames()) {
            if (!names.contains(name)) {
                throw Problem.unknownField(
                        name, String.join(", ", names.stream().sorted().toList()));
            }
        }
        return new FieldReader(json, exchange.now(), exchange.zone());
    }

    static ProblemException notFound(HolderShape shape, String storedId) {
        String id = storedId.substring(storedId.indexOf('\t') + 1);
        return refusal(ErrorCode.NOT_FOUND, "error.none", shape.idField(), id);
    }

    static ProblemException refusal(ErrorCode code, String text, String field, String value) {
        String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
        return new Problem(code, text, Map.of("field", field, "value", "'" + shown + "'"), field, 0).thrown();
    }

    static String by(Exchange exchange) {
        return exchange.caller().key().id();
    }

    /** A node's text; empty if it is none. */
    static String text(JsonNode node) {
        return node.isString() ? node.stringValue().strip() : "";
    }
}
