package dev.bpfaudit.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Things of one kind that come again and again in one stretch of facts: the first time whole,
/// afterwards only as the number they got then.
final class Repeated<T> {
  private final Map<T, Integer> numbers = new HashMap<>();
  private final List<T> things = new ArrayList<>();

  /// @param whole writes a thing that comes for the first time
  void write(FactWriter out, T thing, BiConsumer<FactWriter, T> whole) {
    Integer number = numbers.get(thing);
    if (number != null) {
      out.number(number);
      return;
    }
    out.number(numbers.size());
    numbers.put(thing, numbers.size());
    whole.accept(out, thing);
  }

  /// @param whole reads a thing that comes for the first time
  T read(FactReader in, Function<FactReader, T> whole) {
    long number = in.number();
    if (number >= 0 && number < things.size()) {
      return things.get((int) number);
    }
    if (number != things.size()) {
      throw new IllegalArgumentException("refers to what has not come yet");
    }
    things.add(whole.apply(in));
    return things.getLast();
  }
}
