package dev.bpfaudit.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// Reads the XML reports of JUnit's console launcher and of surefire, which agree in what matters.
final class JUnitReport {
  private JUnitReport() {}

  /// @throws IOException if there is no such file, or no report in it
  static List<TestResult> read(Path file) throws IOException {
    NodeList cases;
    try {
      cases =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getElementsByTagName("testcase");
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + " is no JUnit report: " + e.getMessage(), e);
    }
    List<TestResult> results = new ArrayList<>();
    for (int i = 0; i < cases.getLength(); i++) {
      results.add(result((Element) cases.item(i)));
    }
    return results;
  }

  private static TestResult result(Element testcase) {
    String type = testcase.getAttribute("classname");
    String simple = type.substring(type.lastIndexOf('.') + 1);
    String name = testcase.getAttribute("name");
    String method = name.replaceFirst("[(\\[].*", "");
    return new TestResult(
        simple + "." + method, simple + "." + name.replaceFirst("\\(\\)$", ""), outcome(testcase));
  }

  private static Outcome outcome(Element testcase) {
    for (String failed : List.of("failure", "error")) {
      NodeList found = testcase.getElementsByTagName(failed);
      if (found.getLength() > 0) {
        return new Outcome.Failed(found.item(0).getTextContent().strip());
      }
    }
    NodeList skipped = testcase.getElementsByTagName("skipped");
    return skipped.getLength() == 0
        ? new Outcome.Passed()
        : new Outcome.Skipped(reason((Element) skipped.item(0)));
  }

  /// The console launcher puts the reason, or the exception that ended the test, into the text;
  /// surefire into an attribute.
  private static String reason(Element skipped) {
    String text =
        skipped.hasAttribute("message")
            ? skipped.getAttribute("message")
            : skipped.getTextContent().strip();
    return text.lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^org\\.opentest4j\\.TestAbortedException: ", "")
        .replaceFirst("^public .* is @Disabled$", "disabled");
  }
}
