package dev.mizan.dialect;

/**
 * The model that a body names, and where.
 *
 * @param name empty if it names none
 * @param from where its JSON string starts in the body, quote included; -1 if there is none
 * @param to where it ends
 */
public record ModelField(String name, int from, int to) {
    /** Of a body that names none. */
    public static final ModelField NONE = new ModelField("", -1, -1);

    /** The name; throws the refusal of a call that names no model if it is empty. */
    public String named() {
        if (name.isEmpty()) {
            throw Refusal.field("model", "'model' is missing (expected: the name of a model).")
                    .thrown();
        }
        return name;
    }
}
