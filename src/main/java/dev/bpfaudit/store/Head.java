package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The side file that remembers the newest link of each host's chain. H2 falls back to an older
/// state without a word when the end of its file is lost; this file tells.
///
/// A line per host: link, number of the newest snapshot, hash in hex, host. It is written before
/// the commit and renamed after it, so that a full disk shows before, and a crash between leaves it
/// one link behind, never ahead.
final class Head {
  private static final String TITLE = "bpfaudit store head 1";
  private static final String ACCEPT =
      "Compare with a hash that was kept elsewhere (bpfaudit verify --expect HASH); to go on without"
          + " knowing whether the store's end was lost, put an empty file in its place.";

  private final StoreDirectory directory;

  Head(StoreDirectory directory) {
    this.directory = directory;
  }

  /// The newest links as last written; nothing if the file is not there.
  ///
  /// @throws StoreException DAMAGED if it is not such a file
  Optional<List<ChainEnd>> read() {
    try {
      List<String> lines = Files.readAllLines(directory.head(), StandardCharsets.ISO_8859_1);
      if (lines.isEmpty()) {
        return Optional.of(List.of()); // somebody accepts that nothing is known
      }
      if (!lines.getFirst().equals(TITLE)) {
        throw damaged();
      }
      return Optional.of(lines.stream().skip(1).map(this::parse).toList());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Failures.of("read " + directory.head(), e, Kind.UNWRITABLE);
    }
  }

  /// @throws StoreException DAMAGED if links are known although there is no store
  void requireNothingLost() {
    Optional<ChainEnd> known = read().stream().flatMap(List::stream).findFirst();
    if (known.isPresent()) {
      throw Failures.damaged(
          "open store " + directory.path(),
          "the head file knows snapshot @" + known.get().number() + ", but the store file is gone");
    }
  }

  /// Nobody may write to a store whose head file is gone: the next head would hide that its end may
  /// have been lost.
  ///
  /// @throws StoreException DAMAGED if it is
  void requireThere() {
    if (read().isEmpty()) {
      throw new StoreException(
          Kind.DAMAGED,
          "write to store " + directory.path(),
          "its file head, which remembers the newest link, is gone",
          ACCEPT);
    }
  }

  private ChainEnd parse(String line) {
    String[] words = line.split(" ", 4);
    try {
      return new ChainEnd(
          words[3], Long.parseLong(words[0]), Long.parseLong(words[1]), Bytes.fromHex(words[2]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw damaged();
    }
  }

  /// Writes the draft of a new head.
  void prepare(Collection<ChainEnd> ends) {
    StringBuilder text = new StringBuilder(TITLE).append('\n');
    for (ChainEnd end : ends) {
      text.append(
          String.format(
              Locale.ROOT, "%d %d %s %s%n", end.link(), end.number(), end.hash(), end.host()));
    }
    try (FileChannel channel =
        FileChannel.open(
            draft(),
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            StoreDirectory.PRIVATE_FILE)) {
      channel.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1)));
      channel.force(true);
    } catch (IOException e) {
      throw Failures.of("write " + draft(), e, Kind.UNWRITABLE);
    }
  }

  /// Puts the draft in the place of the head.
  void publish() {
    try {
      Files.move(draft(), directory.head(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw Failures.of("write " + directory.head(), e, Kind.UNWRITABLE);
    }
  }

  private Path draft() {
    return directory.path().resolve("head.draft");
  }

  private StoreException damaged() {
    return new StoreException(
        Kind.DAMAGED, "read " + directory.head(), "it is not the head file of a store", ACCEPT);
  }
}
