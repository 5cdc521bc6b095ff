package dev.bpfaudit.store;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A host whose maps come, grow, change, shrink and go at random.
final class ChangingHost {
  private static final int MAPS = 6;

  private final Random random;
  private final List<Growing> maps = new ArrayList<>();
  private long nextId = 1;
  private long seconds;

  ChangingHost(Random random) {
    this.random = random;
  }

  private record Growing(BpfMap map, TreeMap<Bytes, Bytes> rows) {}

  Capture next() {
    if (maps.size() < MAPS) {
      maps.add(born());
    }
    maps.forEach(this::change);
    if (random.nextInt(10) == 0) {
      maps.remove(random.nextInt(maps.size()));
    }
    SequencedMap<BpfMap, FlatTable> tables = new java.util.LinkedHashMap<>();
    for (Growing growing : maps) {
      BpfMap map = growing.map;
      tables.put(map, Samples.table((int) map.keySize(), (int) map.valueSize(), growing.rows));
    }
    return Samples.capture(Samples.HOST, Samples.NOON.plusSeconds(seconds++), tables);
  }

  private Growing born() {
    int keySize = 1 + random.nextInt(20);
    int valueSize = random.nextInt(4) == 0 ? 0 : random.nextInt(100);
    Growing growing =
        new Growing(Samples.map(nextId++, "changing", keySize, valueSize), new TreeMap<>());
    put(growing, 1 << random.nextInt(11));
    return growing;
  }

  private void change(Growing growing) {
    switch (random.nextInt(8)) {
      case 0 -> growing.rows.clear();
      case 1 -> put(growing, 200);
      case 2, 3 -> put(growing, 1 + random.nextInt(5));
      case 4 -> growing.rows.keySet().removeIf(key -> random.nextInt(4) == 0);
      case 5 -> growing.rows.replaceAll((key, old) -> Samples.bytes(random, old.length()));
      default -> {}
    }
  }

  private void put(Growing growing, int count) {
    for (int i = 0; i < count; i++) {
      growing.rows.put(
          Samples.bytes(random, (int) growing.map.keySize()),
          Samples.bytes(random, (int) growing.map.valueSize()));
    }
  }
}
