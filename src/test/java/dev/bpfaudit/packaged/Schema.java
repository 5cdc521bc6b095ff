package dev.bpfaudit.packaged;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.Set;

/// Validates documents against published schemas.
final class Schema {
  private Schema() {}

  static Set<ValidationMessage> violations(String schema, JsonNode document) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(schema)
        .validate(document);
  }
}
