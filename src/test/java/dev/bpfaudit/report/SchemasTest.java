package dev.bpfaudit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is written is what the published schemas say, and they let nothing else pass.
class SchemasTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  static Stream<Document> documents() {
    return Documents.all().values().stream();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyDocumentFitsItsSchema(Document document) throws JsonProcessingException {
    String json = Rendered.of(document, Format.JSON);
    assertThat(json).endsWith("}\n");
    assertThat(faults(MAPPER.readTree(json))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLineFitsItsSchema(Document document) throws JsonProcessingException {
    for (String line : Rendered.of(document, Format.JSONL).lines().toList()) {
      assertThat(faults(MAPPER.readTree(line))).as(line).isEmpty();
    }
  }

  @Test
  void everySchemaIsUsed() throws JsonProcessingException {
    Set<String> seen = new TreeSet<>();
    for (Document document : Documents.all().values()) {
      seen.add(name(MAPPER.readTree(Rendered.of(document, Format.JSON))));
      for (String line : Rendered.of(document, Format.JSONL).lines().toList()) {
        seen.add(name(MAPPER.readTree(line)));
      }
    }
    assertThat(seen).containsExactlyElementsOf(Schemas.names());
  }

  @Test
  void reportsEndInExactlyOneSummaryLine() {
    for (Document document : Documents.all().values()) {
      if (document instanceof AuditReport) {
        var lines = Rendered.of(document, Format.JSONL).lines().toList();
        assertThat(lines).filteredOn(line -> line.contains("\"kind\": \"summary\"")).hasSize(1);
        assertThat(lines.getLast()).contains("\"kind\": \"summary\"");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void aFieldTooManyOrTooFewDoesNotFit(Document document) throws JsonProcessingException {
    JsonNode tree = MAPPER.readTree(Rendered.of(document, Format.JSON));
    ObjectNode more = tree.deepCopy();
    assertThat(faults(more.put("surprise", 1))).isNotEmpty();
    for (String field : tree.propertyStream().map(Map.Entry::getKey).toList()) {
      ObjectNode less = tree.deepCopy();
      less.remove(field);
      if (!field.equals("schema")) {
        assertThat(faults(less)).as(field).isNotEmpty();
      }
    }
  }

  @Test
  void aDefinitionIsTheSameInEverySchema() throws JsonProcessingException {
    Map<String, JsonNode> known = new HashMap<>();
    for (String name : Schemas.names()) {
      for (var definition : MAPPER.readTree(Schemas.text(name)).path("$defs").properties()) {
        JsonNode other = known.putIfAbsent(definition.getKey(), definition.getValue());
        assertThat(definition.getValue())
            .as(name)
            .isEqualTo(other == null ? definition.getValue() : other);
      }
    }
  }

  @Test
  void anUnknownNameIsToldTheKnownOnes() {
    assertThatThrownBy(() -> Schemas.text("reprot"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("report-line");
  }

  private static Set<ValidationMessage> faults(JsonNode json) {
    JsonSchema schema = FACTORY.getSchema(Schemas.text(name(json)));
    return schema.validate(json);
  }

  private static String name(JsonNode json) {
    return json.path("schema").asText().replaceFirst("^bpfaudit\\.(.*)/1$", "$1");
  }
}
