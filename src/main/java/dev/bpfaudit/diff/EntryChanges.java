package dev.bpfaudit.diff;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// The changed entries of one map, ascending by key: row numbers into the two tables, so that a
/// million changes are two arrays and not a million objects. Walking makes one [EntryChange] at a
/// time.
public final class EntryChanges implements Iterable<EntryChange> {
  private static final int NO_ROW = -1;
  private static final EntryChanges NONE =
      new Collector(FlatTable.empty(0, 0), FlatTable.empty(0, 0)).finish();

  private final FlatTable before;
  private final FlatTable now;
  private final int[] beforeRows;
  private final int[] nowRows;
  private final long added;
  private final long removed;

  private EntryChanges(
      FlatTable before, FlatTable now, int[] beforeRows, int[] nowRows, long added, long removed) {
    this.before = before;
    this.now = now;
    this.beforeRows = beforeRows;
    this.nowRows = nowRows;
    this.added = added;
    this.removed = removed;
  }

  public static EntryChanges none() {
    return NONE;
  }

  /// What it takes to make `before` into `now`.
  public static EntryChanges between(FlatTable before, FlatTable now) {
    Collector changes = new Collector(before, now);
    long was = 0;
    long is = 0;
    while (was < before.count() || is < now.count()) {
      int order =
          was == before.count()
              ? 1
              : is == now.count() ? -1 : FlatTable.compareKeys(before, was, now, is);
      if (order < 0) {
        changes.removed(was++);
      } else if (order > 0) {
        changes.added(is++);
      } else {
        if (!FlatTable.sameValue(before, was, now, is)) {
          changes.changed(was, is);
        }
        was++;
        is++;
      }
    }
    return changes.finish();
  }

  public long added() {
    return added;
  }

  public long removed() {
    return removed;
  }

  public long changed() {
    return beforeRows.length - added - removed;
  }

  public long size() {
    return beforeRows.length;
  }

  public boolean isEmpty() {
    return beforeRows.length == 0;
  }

  private EntryChange at(int index) {
    int was = beforeRows[index];
    int is = nowRows[index];
    if (was == NO_ROW) {
      return new EntryChange.Added(Bytes.of(now.key(is)), Bytes.of(now.value(is)));
    }
    Bytes key = Bytes.of(before.key(was));
    Bytes old = Bytes.of(before.value(was));
    return is == NO_ROW
        ? new EntryChange.Removed(key, old)
        : new EntryChange.Changed(key, old, Bytes.of(now.value(is)));
  }

  @Override
  public Iterator<EntryChange> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < beforeRows.length;
      }

      @Override
      public EntryChange next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return at(next++);
      }
    };
  }

  /// Gathers changes in key order.
  static final class Collector {
    private final FlatTable before;
    private final FlatTable now;
    private int[] beforeRows = new int[16];
    private int[] nowRows = new int[16];
    private int size;
    private long added;
    private long removed;

    Collector(FlatTable before, FlatTable now) {
      this.before = before;
      this.now = now;
    }

    void added(long row) {
      added++;
      put(NO_ROW, Math.toIntExact(row));
    }

    void removed(long row) {
      removed++;
      put(Math.toIntExact(row), NO_ROW);
    }

    void changed(long was, long is) {
      put(Math.toIntExact(was), Math.toIntExact(is));
    }

    private void put(int was, int is) {
      if (size == beforeRows.length) {
        beforeRows = Arrays.copyOf(beforeRows, size * 2);
        nowRows = Arrays.copyOf(nowRows, size * 2);
      }
      beforeRows[size] = was;
      nowRows[size++] = is;
    }

    EntryChanges finish() {
      return new EntryChanges(
          before,
          now,
          Arrays.copyOf(beforeRows, size),
          Arrays.copyOf(nowRows, size),
          added,
          removed);
    }
  }
}
