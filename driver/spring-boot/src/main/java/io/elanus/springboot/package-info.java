/// What Spring Boot sets up by itself when this artifact is on the class path: a `DataSource` from `elanus.url`, or
/// over a database inside the application when `elanus-embedded` is there and no URL is given, and a vector store of
/// Spring AI when there is an embedding model.
///
/// An application whose only database this is gets an ordinary `DataSource`, which all of Spring uses. One that has
/// another beside it asks for ours by the name `elanusDataSource`; nothing else finds it.
///
/// Whatever the application declares itself is left alone. Thread rule: that of Spring's beans.
@NullMarked
package io.elanus.springboot;

import org.jspecify.annotations.NullMarked;
