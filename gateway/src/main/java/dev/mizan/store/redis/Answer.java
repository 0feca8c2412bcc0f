package dev.mizan.store.redis;

import io.vertx.redis.client.Response;

/** What a script answered: a code, Redis' time, the sequence, and what the script's own comment says. */
record Answer(Response response) {
    static final int OK = 0;
    static final int REFUSED = 1;
    static final int MISSING = 2;
    static final int LOST = 3;
    static final int BUILDING = 4;
    static final int WINDOWS = 5;
    static final int GONE = 6;

    /** Where the script's own figures begin. */
    static final int HEAD = 3;

    int code() {
        return (int) at(0);
    }

    long nowMillis() {
        return at(1);
    }

    long sequence() {
        return at(2);
    }

    int size() {
        return response.size();
    }

    long at(int index) {
        return response.get(index).toLong();
    }
}
