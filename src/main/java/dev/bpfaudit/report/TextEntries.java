package dev.bpfaudit.report;

import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.model.Bytes;
import java.io.IOException;
import java.util.Optional;

/// The changed entries of one map: a line each where key and values are short, else a block.
final class TextEntries {
  private static final int SHOWN = 20;
  private static final String INDENT = "  ";

  private final Page page;
  private final ValueText before;
  private final ValueText now;
  private final TextPair pair;
  private final TextLongEntry block;

  TextEntries(Page page, ValueText before, ValueText now) {
    this.page = page;
    this.before = before;
    this.now = now;
    this.pair = new TextPair(page);
    this.block = new TextLongEntry(page, before, now);
  }

  /// What stands below an entry.
  interface Footnote {
    void write(EntryChange change) throws IOException;
  }

  void write(EntryChanges changes, Footnote footnote) throws IOException {
    long room = page.verbose() ? Long.MAX_VALUE : SHOWN;
    for (EntryChange change : changes) {
      if (room-- == 0) {
        page.line(Paint.DIM, INDENT + "… and " + (changes.size() - SHOWN) + " more: --verbose");
        return;
      }
      write(change);
      footnote.write(change);
    }
  }

  private void write(EntryChange change) throws IOException {
    switch (change) {
      case EntryChange.Added(Bytes key, Bytes is) -> single("+", Paint.GREEN, now, key, is);
      case EntryChange.Removed(Bytes key, Bytes was) -> single("-", Paint.RED, before, key, was);
      case EntryChange.Changed(Bytes key, Bytes was, Bytes is) -> changed(key, was, is);
    }
  }

  private void single(String sign, Paint paint, ValueText text, Bytes key, Bytes value)
      throws IOException {
    Optional<String> shortKey = text.key(key);
    Optional<String> shortValue = text.value(value);
    if (shortKey.isPresent() && shortValue.isPresent()) {
      String line = head(sign, shortKey.get()) + shortValue.get();
      if (line.length() <= page.width()) {
        page.line(paint, line.stripTrailing());
        return;
      }
    }
    block.key(INDENT + sign + " ", paint, text.key(key), key);
    block.value(paint, text, value);
  }

  private void changed(Bytes key, Bytes was, Bytes is) throws IOException {
    Optional<String> shortKey = now.key(key);
    Optional<String> old = before.value(was);
    Optional<String> fresh = now.value(is);
    boolean oneLine = shortKey.isPresent() && old.isPresent() && fresh.isPresent();
    if (oneLine && pair.line(head("~", shortKey.get()), old.get(), fresh.get())) {
      return;
    }
    block.key(INDENT + "~ ", Paint.YELLOW, shortKey, key);
    block.difference(was, is);
  }

  private static String head(String sign, String key) {
    return INDENT + sign + " " + (key.isEmpty() ? "" : key + "   ");
  }
}
