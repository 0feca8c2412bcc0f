package dev.mizan.admin;

import dev.mizan.identity.Holder.Profile;
import dev.mizan.identity.TeamMembers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The members of a team: who they are and in what role, kept with the team. */
final class Members {
    /** How many members a team has at most. */
    static final int MAX = 10_000;

    private static final String FIELD = TeamMembers.MEMBERS;
    private static final String EXPECTED = "an object with user_id and role (admin or user)";

    private Members() {}

    /**
     * A member.
     *
     * @param role {@code admin} or {@code user}
     * @param limits what is set of them for this team, by {@link MemberFields#OF_MEMBER}
     */
    record Member(String user, String role, Map<String, JsonNode> limits) {
        Member {
            limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
        }

        /** A member of whom nothing is set. */
        Member(String user, String role) {
            this(user, role, Map.of());
        }

        /** The same with {@code more} set of them. */
        Member with(Map<String, JsonNode> more) {
            Map<String, JsonNode> all = new LinkedHashMap<>(limits);
            all.putAll(more);
            return new Member(user, role, all);
        }
    }

    static List<Member> of(Profile team) {
        List<Member> members = new ArrayList<>();
        for (JsonNode one : Json.read(team.details()).path(FIELD)) {
            members.add(new Member(
                    one.path("user_id").asString(""), one.path("role").asString("user"), MemberFields.ofMember(one)));
        }
        return members;
    }

    static boolean has(Profile team, String user) {
        return of(team).stream().anyMatch(member -> member.user.equals(user));
    }

    /** {@code team} with {@code members}; whoever is one already gets the new role, and what is set anew of them. */
    static Profile with(Profile team, List<Member> members) {
        List<Member> all = new ArrayList<>(of(team));
        for (Member member : members) {
            Map<String, JsonNode> before = all.stream()
                    .filter(one -> one.user.equals(member.user))
                    .findFirst()
                    .map(Member::limits)
                    .orElse(Map.of());
            all.removeIf(one -> one.user.equals(member.user));
            all.add(new Member(member.user, member.role, before).with(member.limits));
        }
        if (all.size() > MAX) {
            throw Problem.value("member", Integer.toString(all.size()), "at most " + MAX + " members");
        }
        return set(team, all);
    }

    /** {@code team} without {@code user}. */
    static Profile without(Profile team, String user) {
        List<Member> all = new ArrayList<>(of(team));
        all.removeIf(one -> one.user.equals(user));
        return set(team, all);
    }

    private static Profile set(Profile team, List<Member> members) {
        ObjectNode details = (ObjectNode) Json.read(team.details());
        ArrayNode array = details.putArray(FIELD);
        for (Member member : members) {
            ObjectNode row = array.addObject().put("user_id", member.user).put("role", member.role);
            member.limits.forEach((name, value) -> MemberFields.put(row, name, value));
        }
        return team.withDetails(details.toString());
    }

    /** Reads {@code {"role","user_id"}}, or a list of such. */
    static List<Member> read(String field, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        List<Member> members = new ArrayList<>();
        for (JsonNode one : value.isArray() ? value : Json.array().add(value)) {
            String user = HolderCalls.text(one.path("user_id"));
            String role = one.path("role").asString("user");
            if (user.isEmpty()
                    || user.length() > FieldReader.TEXT_LENGTH_MAX
                    || !(role.equals("admin") || role.equals("user"))) {
                throw Problem.value(field, one.toString(), EXPECTED);
            }
            members.add(new Member(user, role, MemberFields.ofMember(one)));
        }
        return members;
    }
}
