package dev.mizan.admin;

import static dev.mizan.admin.AdminHarness.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mizan.admin.AdminHarness.Reply;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Signing in on the page, and what a session is good for. */
class SessionTest {
    @TempDir
    Path folder;

    private AdminHarness api;

    @BeforeEach
    void open() {
        api = new AdminHarness(folder);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void theMasterKeySignsInAsAdmin() {
        Reply reply = login(MASTER);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("role").stringValue()).isEqualTo("admin");
        assertThat(reply.header("set-cookie"))
                .startsWith("mizan_session=master.")
                .endsWith("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict")
                .doesNotContain(MASTER);
        assertThat(reply.body()).doesNotContain(MASTER);
        JsonNode session = api.get("/ui/session", "", "cookie", cookie(reply)).json();
        assertThat(session.path("role").stringValue()).isEqualTo("admin");
        assertThat(session.path("csrf")).isEqualTo(reply.json().path("csrf"));
        assertThat(session.path("time_zone").stringValue()).isEqualTo("Europe/Istanbul");
        assertThat(session.path("language").stringValue()).isEqualTo("en");
        assertThat(api.get("/key/list", "", "cookie", cookie(reply)).status()).isEqualTo(200);
    }

    @Test
    void aVirtualKeySignsInAsItself() {
        String text = api.newKey("{\"key_alias\":\"ayse's key\",\"tenant\":\"acme\"}");
        Reply reply = login(text);

        assertThat(reply.json().path("role").stringValue()).isEqualTo("user");
        assertThat(reply.json().path("key_alias").stringValue()).isEqualTo("ayse's key");
        assertThat(api.get("/api/v1/overview", "", "cookie", cookie(reply)).status())
                .isEqualTo(200);
        assertThat(api.get("/key/list", "", "cookie", cookie(reply)).status()).isEqualTo(403);
        String nameless = api.newKey("{}");
        assertThat(login(nameless).json().path("key_alias").stringValue())
                .isEqualTo("sk-..." + nameless.substring(nameless.length() - 4));
    }

    @Test
    void behindTlsTheCookieIsForTlsOnly() {
        Reply reply = api.post("/ui/login", "", "{\"key\":\"" + MASTER + "\"}", "x-forwarded-proto", "https");

        assertThat(reply.header("set-cookie")).endsWith("; Secure");
    }

    @Test
    void aRequestThatChangesSomethingNeedsTheToken() {
        Reply signedIn = login(MASTER);
        String csrf = signedIn.json().path("csrf").stringValue();
        String other = login(MASTER).json().path("csrf").stringValue();

        for (String[] headers : new String[][] {
            {"cookie", cookie(signedIn)},
            {"cookie", cookie(signedIn), "x-csrf-token", ""},
            {"cookie", cookie(signedIn), "x-csrf-token", other},
            {"cookie", cookie(signedIn), "x-csrf-token", csrf.substring(1)}
        }) {
            Reply refused = api.post("/key/generate", "", "{}", headers);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.param()).isEqualTo("x-csrf-token");
        }
        assertThat(api.post("/key/generate", "", "{}", "cookie", cookie(signedIn), "x-csrf-token", csrf)
                        .status())
                .isEqualTo(200);
        assertThat(api.get("/key/list", MASTER).json().path("total_count").intValue())
                .isEqualTo(1);
    }

    @Test
    void signingOutEndsTheSession() {
        Reply signedIn = login(MASTER);
        String csrf = signedIn.json().path("csrf").stringValue();
        assertThat(api.post("/ui/logout", "", "{}", "cookie", cookie(signedIn)).status())
                .isEqualTo(403);

        Reply out = api.post("/ui/logout", "", "{}", "cookie", cookie(signedIn), "x-csrf-token", csrf);

        assertThat(out.status()).isEqualTo(200);
        assertThat(out.header("set-cookie")).startsWith("mizan_session=; Path=/; Max-Age=0;");
        assertThat(api.get("/ui/session", "", "cookie", cookie(signedIn)).status())
                .isEqualTo(401);
    }

    @Test
    void aSessionEndsWithItsTime() {
        String cookie = cookie(login(MASTER));

        api.clock.advance(Sessions.LIFETIME.minusMillis(1));
        assertThat(api.get("/ui/session", "", "cookie", cookie).status()).isEqualTo(200);
        api.clock.advance(Duration.ofMillis(1));
        assertThat(api.get("/ui/session", "", "cookie", cookie).status()).isEqualTo(401);
    }

    @Test
    void aSessionEndsWithItsKey() {
        String blocked = api.newKey("{\"key_alias\":\"b\"}");
        String deleted = api.newKey("{\"key_alias\":\"d\"}");
        String renewed = api.newKey("{\"key_alias\":\"r\"}");
        String expiring = api.newKey("{\"duration\":\"1h\"}");
        String blockedCookie = cookie(login(blocked));
        String deletedCookie = cookie(login(deleted));
        String renewedCookie = cookie(login(renewed));
        String expiringCookie = cookie(login(expiring));

        api.post("/key/block", MASTER, "{\"key\":\"" + blocked + "\"}");
        api.post("/key/delete", MASTER, "{\"keys\":[\"" + deleted + "\"]}");
        api.post("/key/" + api.keyOf(renewed).id() + "/regenerate", MASTER, "{\"grace_period\":\"1d\"}");
        api.clock.advance(Duration.ofHours(1));

        for (String cookie : new String[] {blockedCookie, deletedCookie, renewedCookie, expiringCookie}) {
            assertThat(api.get("/ui/session", "", "cookie", cookie).status()).isEqualTo(401);
        }
    }

    @Test
    void aCookieThatWasNotSignedHereIsNothing() {
        String text = api.newKey("{}");
        String value = cookie(login(text)).substring("mizan_session=".length());
        String[] parts = value.split("\\.", -1);

        for (String forged : new String[] {
            "",
            "master",
            "....",
            "master." + parts[1] + "." + parts[2] + "." + parts[3],
            parts[0] + ".9999999999999." + parts[2] + "." + parts[3],
            parts[0] + "." + parts[1] + "." + parts[2] + "." + "0".repeat(64),
            parts[0] + "." + parts[1] + "." + parts[2] + ".nothex",
            value + ".",
            "x".repeat(4_000)
        }) {
            assertThat(api.get("/ui/session", "", "cookie", "mizan_session=" + forged)
                            .status())
                    .as(forged)
                    .isEqualTo(401);
        }
        assertThat(api.get("/ui/session", "", "cookie", "mizan_session=" + value)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void wrongSignInsAreRefusedAndSlowedDown() {
        for (int i = 0; i < SignInPacer.FREE_FAILURES; i++) {
            Reply wrong = login("sk-wrong-wrong-wrong-wrong-" + i);
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.header("set-cookie")).isEmpty();
        }

        Reply slowed = login(MASTER);
        assertThat(slowed.status()).isEqualTo(429);
        assertThat(slowed.code()).isEqualTo("rate_limit_exceeded");
        assertThat(slowed.header("retry-after")).isEqualTo("1");

        api.clock.advance(Duration.ofSeconds(1));
        assertThat(login("sk-wrong-again-and-again-x").status()).isEqualTo(401);
        assertThat(login(MASTER).header("retry-after")).isEqualTo("2");
        api.clock.advance(Duration.ofSeconds(2));
        assertThat(login(MASTER).status()).isEqualTo(200);
        assertThat(login("sk-wrong-after-success-xxxx").status()).isEqualTo(401);
        assertThat(login(MASTER).status()).isEqualTo(200);
    }

    @Test
    void signingInNeedsJsonWithAKey() {
        assertThat(api.post("/ui/login", "", "{\"key\":7}").param()).isEqualTo("key");
        assertThat(api.post("/ui/login", "", "{}").param()).isEqualTo("key");
        assertThat(api.post("/ui/login", "", "key=" + MASTER).param()).isEqualTo("body");
        assertThat(api.send("POST", "/ui/login", "", "").param()).isEqualTo("content-type");
        String blocked = api.newKey("{\"blocked\":true}");
        assertThat(login(blocked).code()).isEqualTo("key_blocked");
    }

    @Test
    void thePacerForgetsAndIsBounded() {
        SignInPacer pacer = new SignInPacer(api.clock);
        for (int i = 0; i < 40; i++) {
            while (pacer.begin("192.0.2.1") > 0) {
                api.clock.advance(Duration.ofSeconds(1));
            }
        }
        assertThat(pacer.begin("192.0.2.1")).isEqualTo((int) SignInPacer.WAIT_MAX.toSeconds());
        assertThat(pacer.begin("192.0.2.2")).isZero();
        api.clock.advance(SignInPacer.FORGOTTEN_AFTER);
        assertThat(pacer.begin("192.0.2.1")).isZero();

        // One network of IPv6 is one caller.
        for (int i = 0; i < SignInPacer.FREE_FAILURES; i++) {
            assertThat(pacer.begin("2001:db8::" + i)).isZero();
        }
        assertThat(pacer.begin("2001:db8::ffff%eth0")).isEqualTo(1);
        assertThat(pacer.begin("2001:db8:0:1::1")).isZero();

        for (int i = 0; i < SignInPacer.ADDRESSES_MAX; i++) {
            pacer.begin("10." + (i >> 16) + "." + ((i >> 8) & 255) + "." + (i & 255));
        }
        assertThat(pacer.begin("2001:db8::1")).isZero();
    }

    @Test
    void endedSessionsAreRememberedUpToTheirBound() {
        Sessions sessions = new Sessions(api.keys, Clock.systemUTC());
        Sessions.Session first = sessions.begin(api.keys.key("master").orElseThrow());
        sessions.end(first);
        assertThat(sessions.find(first.text())).isEmpty();

        for (int i = 0; i < Sessions.ENDED_MAX; i++) {
            sessions.end(sessions.begin(api.keys.key("master").orElseThrow()));
        }
        assertThat(sessions.find(first.text())).isPresent();
        assertThat(first.toString()).doesNotContain(first.text()).doesNotContain(first.csrf());
    }

    private Reply login(String key) {
        return api.post("/ui/login", "", "{\"key\":\"" + key + "\"}");
    }

    private static String cookie(Reply reply) {
        String cookie = reply.header("set-cookie");
        return cookie.substring(0, cookie.indexOf(';'));
    }
}
