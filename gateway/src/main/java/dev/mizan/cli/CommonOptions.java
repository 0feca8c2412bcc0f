package dev.mizan.cli;

import dev.mizan.CannotStartException;
import dev.mizan.Configuration;
import dev.mizan.ConfigurationReader;
import dev.mizan.config.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command understands, and the configuration they name. */
final class CommonOptions {
    private static final Path DEFAULT_FILE = Path.of("mizan.yaml");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: mizan.yaml if it exists, else the environment).")
    private @Nullable Path config;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "The data folder (default: the configuration's, else ./data).")
    private @Nullable Path data;

    /** The configuration file: the one named, else {@code mizan.yaml} if it exists. */
    Optional<Path> file() {
        if (config != null) {
            return Optional.of(config);
        }
        return Files.exists(DEFAULT_FILE) ? Optional.of(DEFAULT_FILE) : Optional.empty();
    }

    /** The configuration file named by {@code --config}. */
    Optional<Path> named() {
        return Optional.ofNullable(config);
    }

    /** The data folder named by {@code --data}. */
    Optional<Path> data() {
        return Optional.ofNullable(data);
    }

    /**
     * The configuration, with {@code --data} put into it.
     *
     * @throws CannotStartException with everything that is wrong with it
     */
    Configuration configuration() {
        try {
            ConfigurationReader reader = ConfigurationReader.ofProcess();
            Optional<Path> file = file();
            Configuration read = file.isPresent() ? reader.file(file.get()) : reader.environment();
            return data == null ? read : read.withFolder(data);
        } catch (ConfigurationException e) {
            throw new CannotStartException(e.text(), e);
        }
    }
}
