package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.Map;
import net.sf.jasperreports.engine.JasperCompileManager;
import net.sf.jasperreports.engine.JasperExportManager;
import net.sf.jasperreports.engine.JasperFillManager;
import net.sf.jasperreports.engine.JasperPrint;
import net.sf.jasperreports.engine.JasperReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JasperTest {
    @RegisterExtension
    static final Server SERVER = new Server();

    private static final String REPORT = """
            <jasperReport name="sales" language="java" pageWidth="595" pageHeight="842" columnWidth="555"
                leftMargin="20" rightMargin="20" topMargin="20" bottomMargin="20">
              <parameter name="least" class="java.math.BigDecimal"/>
              <query language="sql"><![CDATA[
                SELECT id, name, amount, day FROM sales WHERE amount > $P{least} ORDER BY id]]></query>
              <field name="id" class="java.lang.Long"/>
              <field name="name" class="java.lang.String"/>
              <field name="amount" class="java.math.BigDecimal"/>
              <field name="day" class="java.sql.Date"/>
              <detail>
                <band height="20">
                  <element kind="textField" x="0" y="0" width="100" height="18"><expression>$F{id}</expression></element>
                  <element kind="textField" x="100" y="0" width="150" height="18" blankWhenNull="true">
                    <expression>$F{name}</expression></element>
                  <element kind="textField" x="250" y="0" width="100" height="18"><expression>$F{amount}</expression></element>
                  <element kind="textField" x="350" y="0" width="150" height="18"><expression>$F{day}</expression></element>
                </band>
              </detail>
            </jasperReport>
            """;

    @Test
    void fillsAReportAndExportsIt() throws Exception {
        System.setProperty("java.awt.headless", "true");
        SERVER.run("CREATE TABLE sales (id BIGINT PRIMARY KEY, name VARCHAR, amount DECIMAL(10,2), day DATE)");
        try (Connection connection = SERVER.connect();
                var insert = connection.prepareStatement("INSERT INTO sales VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i < 100; i++) {
                insert.setLong(1, i);
                insert.setString(2, i % 10 == 0 ? null : "sale " + i);
                insert.setBigDecimal(3, new java.math.BigDecimal(i).movePointLeft(1));
                insert.setDate(4, java.sql.Date.valueOf("2026-01-01"));
                insert.addBatch();
            }
            insert.executeBatch();
            JasperReport report = JasperCompileManager.compileReport(
                    new ByteArrayInputStream(REPORT.getBytes(StandardCharsets.UTF_8)));
            JasperPrint print = JasperFillManager.fillReport(
                    report, new java.util.HashMap<>(Map.of("least", new java.math.BigDecimal("1.5"))), connection);
            assertThat(print.getPages()).hasSize(3);
            byte[] pdf = JasperExportManager.exportReportToPdf(print);
            assertThat(new String(pdf, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
        }
    }
}
