#!/bin/sh
# Makes the Java runtime of the image: docker/runtime.sh FOLDER. Needs JAVA_HOME, a JDK 25.
set -eu
exec "$JAVA_HOME/bin/jlink" --output "$1" --strip-debug --no-header-files --no-man-pages --compress zip-6 \
  --add-modules java.se,jdk.incubator.vector,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.nio.mapmode,jdk.unsupported,jdk.zipfs
