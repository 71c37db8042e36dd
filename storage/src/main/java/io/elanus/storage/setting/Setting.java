package io.elanus.storage.setting;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Documentation, default and range of one component of a configuration record. Values are written as a person
/// would write them in the file: `200 ms`, `16 MB`, `0.75`.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    String doc();

    String byDefault();

    /// Least value; empty: none beyond that of the type.
    String min() default "";

    /// Greatest value; empty: none.
    String max() default "";
}
