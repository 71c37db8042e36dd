package io.elanus.spark.job;

import static org.apache.spark.sql.functions.col;

import io.elanus.spark.ElanusDialect;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.jdbc.JdbcDialects;

/// Reads table `spark_films`, counts it, filters it, reads it in parts, appends to it and writes a new table; prints a
/// line for each.
public final class SparkJob {
    private SparkJob() {}

    /// @param arguments the JDBC URL
    public static void main(String[] arguments) throws IOException {
        JdbcDialects.registerDialect(new ElanusDialect());
        try (SparkSession spark = SparkSession.builder()
                .appName("elanus")
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate()) {
            run(spark, arguments[0]);
        }
    }

    private static void run(SparkSession spark, String url) {
        Dataset<Row> films = table(spark, url, "spark_films");
        say("schema", films.schema().simpleString());
        say("count", films.count());
        Dataset<Row> old = films.filter(col("year").lt(1980))
                .filter(col("title").startsWith("T"))
                .select("title");
        say("titles", old.sort("title").collectAsList());
        say("plan", old.queryExecution().executedPlan().toString().replace('\n', ' '));
        say("sum", films.groupBy("year").sum("rating").sort("year").collectAsList());
        say("parts", parts(spark, url).count());

        films.filter(col("id").equalTo(1))
                .withColumn("id", col("id").plus(100))
                .write()
                .mode(SaveMode.Append)
                .jdbc(url, "spark_films", properties());
        say("after append", table(spark, url, "spark_films").count());

        films.drop("plot").write().mode(SaveMode.Overwrite).jdbc(url, "spark_copy", properties());
        films.drop("plot").write().mode(SaveMode.Overwrite).jdbc(url, "spark_copy", properties());
        say("copy", table(spark, url, "spark_copy").sort("id").limit(2).collectAsList());
    }

    private static Dataset<Row> parts(SparkSession spark, String url) {
        return spark.read().jdbc(url, "spark_films", "id", 0, 10, 2, properties());
    }

    private static Dataset<Row> table(SparkSession spark, String url, String name) {
        return spark.read().jdbc(url, name, properties());
    }

    private static Properties properties() {
        var properties = new Properties();
        properties.put("driver", "io.elanus.jdbc.Driver");
        return properties;
    }

    private static void say(String what, Object value) {
        System.out.println("SPARK " + what + ": " + (value instanceof List<?> list ? list.toString() : value));
    }
}
