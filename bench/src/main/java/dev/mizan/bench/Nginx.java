package dev.mizan.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx as a reverse proxy and nothing else: the floor that the gateway is compared with. */
public final class Nginx implements AutoCloseable {
    private final Process process;
    private final Target plain;
    private final Target stream;

    private Nginx(Process process, Target plain, Target stream) {
        this.process = process;
        this.plain = plain;
        this.stream = stream;
    }

    /** Starts it in front of {@code upstream}, with all its files in {@code scratch}. */
    public static Nginx start(Path scratch, URI upstream, int workers) throws IOException, InterruptedException {
        int plainPort = Ports.free();
        int streamPort = Ports.free();
        Path config = Files.writeString(scratch.resolve("nginx.conf"), """
                worker_processes %d;
                daemon off;
                pid %s/nginx.pid;
                error_log %s/nginx.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  client_body_temp_path %s/body; proxy_temp_path %s/proxy; fastcgi_temp_path %s/fastcgi;
                  uwsgi_temp_path %s/uwsgi; scgi_temp_path %s/scgi;
                  keepalive_requests 1000000000;
                  upstream provider { server %s; keepalive 256; keepalive_requests 1000000000; }
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  server { listen 127.0.0.1:%d; location / { proxy_pass http://provider; } }
                  server { listen 127.0.0.1:%d; location / { proxy_pass http://provider; proxy_buffering off; } }
                }
                """.formatted(
                        workers,
                        scratch,
                        scratch,
                        scratch,
                        scratch,
                        scratch,
                        scratch,
                        scratch,
                        upstream.getAuthority(),
                        plainPort,
                        streamPort));
        Process process = new ProcessBuilder(List.of("nginx", "-p", scratch.toString(), "-c", config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("nginx.out").toFile())
                .start();
        Ports.await(plainPort, process);
        return new Nginx(
                process,
                new Target("nginx", URI.create("http://127.0.0.1:" + plainPort), "none"),
                new Target("nginx", URI.create("http://127.0.0.1:" + streamPort), "none"));
    }

    /** Where to send calls of this shape: streams are not buffered. */
    public Target target(Shape shape) {
        return switch (shape) {
            case PLAIN -> plain;
            case STREAM -> stream;
        };
    }

    /** Processor time of master and workers so far. */
    public Processor processor() {
        return Processor.of(Processor.withDescendants(process.toHandle()));
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
