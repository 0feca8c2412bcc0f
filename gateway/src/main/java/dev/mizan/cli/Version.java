package dev.mizan.cli;

import java.util.Objects;
import picocli.CommandLine;

/** The version in the jar's manifest; {@code development} outside of a jar. */
final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"mizan " + Objects.requireNonNullElse(version, "development")};
    }
}
