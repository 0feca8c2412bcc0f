package dev.mizan.admin;

import dev.mizan.identity.Holder.Kind;
import dev.mizan.identity.Holder.Profile;
import dev.mizan.identity.KeyProfile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a request that makes or changes a holder, by LiteLLM's names. */
final class HolderFields {
    private final HolderShape shape;
    private final ObjectNode json;
    private final FieldReader fields;
    private final LitellmFields all;

    /**
     * Checks the names of all fields.
     *
     * @param others fields that are read elsewhere
     */
    HolderFields(HolderShape shape, Exchange exchange, ObjectNode json, Set<String> others) {
        Set<String> acted = new HashSet<>(shape.own());
        acted.addAll(shape.limits());
        acted.addAll(others);
        this.shape = shape;
        this.json = json;
        this.all = new LitellmFields(json, acted);
        this.fields = new FieldReader(json, exchange.now(), exchange.zone());
    }

    ObjectNode json() {
        return json;
    }

    /** Reads single fields. */
    FieldReader reader() {
        return fields;
    }

    /** The id; empty if there is none. */
    String id() {
        return fields.text(shape.idField(), "");
    }

    /** The id in the store; of a customer it has the tenant, which may be empty. */
    String storedId(String id) {
        return HolderShape.stored(shape.kind(), shape.kind() == Kind.CUSTOMER ? fields.tenant("", "") : "", id);
    }

    /** What is said about fields that are kept but not acted on. */
    List<String> warnings() {
        return new ArrayList<>(all.warnings());
    }

    /** {@code old} with what the fields say. */
    Profile applyTo(Profile old) {
        String otherwise = shape.kind() == Kind.CUSTOMER ? "" : KeyProfile.DEFAULT.tenant();
        return new Profile(
                shape.aliasField().isEmpty() ? "" : fields.text(shape.aliasField(), old.alias()),
                shape.has("user_email") ? fields.text("user_email", old.email()) : old.email(),
                shape.hasTenant() ? fields.tenant(old.tenant(), otherwise) : old.tenant(),
                shape.has("plan") ? fields.text("plan", old.plan()) : old.plan(),
                shape.has("models") ? fields.models(old.models()) : old.models(),
                AllowanceFields.read(fields, shape.limits(), old.allowance()),
                shape.has("metadata") ? fields.metadata(old.metadata()) : old.metadata(),
                all.keep(old.details()).toString(),
                shape.has("blocked") ? fields.flag("blocked", old.blocked()) : old.blocked());
    }
}
