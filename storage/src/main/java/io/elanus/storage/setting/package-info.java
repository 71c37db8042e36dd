/// What configuration records are made of.
///
/// A component declares its settings as a record; each record component carries a [Setting] with its documentation,
/// default and range, and a type that knows its unit ([java.time.Duration], [DataSize], numbers, boolean, text, or
/// a nested record). Keys of the configuration file are the record path in lower case with dashes. [Settings] fills
/// records; the server's wiring joins the records of all modules into one tree.
///
/// Thread rule: immutable, free to share.
@NullMarked
package io.elanus.storage.setting;

import org.jspecify.annotations.NullMarked;
