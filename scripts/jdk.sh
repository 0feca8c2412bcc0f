# Finds a JDK 25 or newer. Sourced by ./mizan, ./check and others, never run. Sets and exports JAVA_HOME.

MIZAN_JDK=25

# The major version of the JDK in folder $1, or nothing if there is none.
jdk_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" | head -n 1
  else
    "$1/bin/java" -version 2>&1 | sed -n '1s/.* version "\([0-9]*\).*/\1/p'
  fi
}

# Where a JDK may be, best first, one folder a line.
jdk_candidates() {
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
  local java
  if java=$(command -v java); then
    while [ -L "$java" ]; do
      case "$(readlink "$java")" in
        /*) java=$(readlink "$java") ;;
        *) java=$(dirname "$java")/$(readlink "$java") ;;
      esac
    done
    dirname "$(dirname "$java")"
  fi
  local folder
  for folder in ${MIZAN_JDK_FOLDERS-/usr/lib/jvm /opt /usr/local /usr/local/lib/jvm "${HOME:-/root}/.sdkman/candidates/java" \
    "${HOME:-/root}/.jdks" "${HOME:-/root}/.asdf/installs/java" "${HOME:-/root}/.local/share/mise/installs/java" \
    /Library/Java/JavaVirtualMachines /opt/homebrew/opt}; do
    for folder in "$folder"/* "$folder"/*/Contents/Home "$folder"/*/libexec/openjdk.jdk/Contents/Home; do
      [ ! -d "$folder/bin" ] || printf '%s\n' "$folder"
    done
  done
}

# Sets JAVA_HOME, or says what to install and fails.
find_jdk() {
  local folder version
  while IFS= read -r folder; do
    version=$(jdk_version "$folder")
    if [ "${version:-0}" -ge "$MIZAN_JDK" ]; then
      JAVA_HOME=$folder
      export JAVA_HOME
      return 0
    fi
  done <<EOF
$(jdk_candidates)
EOF
  cat >&2 <<EOF
Mizan needs a JDK $MIZAN_JDK (with javac), and found none: not in JAVA_HOME, not on the PATH, not in the usual folders.
Install one, for instance:
  Debian, Ubuntu   apt-get install openjdk-$MIZAN_JDK-jdk-headless, or temurin-$MIZAN_JDK-jdk from Adoptium
  Fedora           dnf install java-$MIZAN_JDK-openjdk-devel
  macOS            brew install openjdk@$MIZAN_JDK
  SDKMAN           sdk install java $MIZAN_JDK-tem
or set JAVA_HOME to where it is.
EOF
  return 2
}
