package dev.bpfaudit.store;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Bytes on their way into a BLOB, one block of at most 1 MiB in memory at a time. A block is: 0
/// (as it is) or 1 (deflated) in one byte, its length and its stored length in four bytes each, the
/// stored bytes. It is deflated only where a sample of it shrinks by half, because deflating costs
/// more time than writing.
final class PackingStream extends InputStream {
  static final int BLOCK = 1 << 20;

  private static final int BLOCKS_AT_ONCE = 4;

  /// No block of deflate grows to more than this many times its stored length.
  static final long MAX_RATIO = 1040;

  private static final int HEADER = 9;
  private static final int SAMPLE = 1 << 12;
  private static final int SPARED_PERCENT = 50;

  private final List<MemorySegment> parts;
  private final Runnable meanwhile;

  /// The next block as it is and deflated, each with room for the header before it.
  private final byte[] raw;

  private final byte[] packed;
  private ByteBuffer ready = ByteBuffer.allocate(0);
  private int part;
  private int blocks;
  private long partAt;

  /// Will deliver `parts`, one after the other.
  PackingStream(List<MemorySegment> parts) {
    this(parts, () -> {});
  }

  /// Will deliver `parts`, one after the other.
  ///
  /// @param meanwhile runs between some blocks and others
  PackingStream(List<MemorySegment> parts, Runnable meanwhile) {
    this.parts = List.copyOf(parts);
    this.meanwhile = meanwhile;
    long total = parts.stream().mapToLong(MemorySegment::byteSize).sum();
    this.raw = new byte[HEADER + Math.toIntExact(Math.min(BLOCK, total))];
    this.packed = new byte[raw.length];
  }

  @Override
  public int read() {
    return fill() ? ready.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int taken = Math.min(length, ready.remaining());
    ready.get(target, offset, taken);
    return taken;
  }

  /// Whether a byte is ready, after packing the next block if need be.
  private boolean fill() {
    if (ready.hasRemaining()) {
      return true;
    }
    if (++blocks % BLOCKS_AT_ONCE == 0) {
      meanwhile.run();
    }
    int length = gather();
    if (length == 0) {
      return false;
    }
    int deflated = worthDeflating(length) ? deflate(HEADER, length) : 0;
    ready = deflated > 0 ? block(packed, 1, length, deflated) : block(raw, 0, length, length);
    return true;
  }

  /// Puts the header before the bytes that stand in `block`.
  private static ByteBuffer block(byte[] block, int how, int length, int stored) {
    ByteBuffer.wrap(block).put((byte) how).putInt(length).putInt(stored);
    return ByteBuffer.wrap(block, 0, HEADER + stored);
  }

  private int gather() {
    int to = HEADER;
    while (to < raw.length && part < parts.size()) {
      MemorySegment from = parts.get(part);
      int taken = Math.toIntExact(Math.min(raw.length - to, from.byteSize() - partAt));
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, partAt, raw, to, taken);
      to += taken;
      partAt += taken;
      if (partAt == from.byteSize()) {
        part++;
        partAt = 0;
      }
    }
    return to - HEADER;
  }

  private boolean worthDeflating(int length) {
    if (length <= SAMPLE) {
      return true;
    }
    int stored = deflate(HEADER + (length - SAMPLE) / 2, SAMPLE);
    return stored > 0 && stored * 100 < SAMPLE * (100 - SPARED_PERCENT);
  }

  /// The deflated length, 0 if it is not shorter.
  private int deflate(int from, int length) {
    try (Deflater deflater = new Deflater(Deflater.BEST_SPEED, true)) {
      deflater.setInput(raw, from, length);
      deflater.finish();
      int stored = deflater.deflate(packed, HEADER, length - 1);
      return deflater.finished() ? stored : 0;
    }
  }

  /// The next block of a stream that a packing stream delivered, unpacked; empty at its end.
  ///
  /// @throws IOException if it is not such a stream
  static byte[] nextBlock(InputStream in) throws IOException {
    byte[] header = in.readNBytes(HEADER);
    if (header.length == 0) {
      return header;
    }
    if (header.length < HEADER) {
      throw new IOException("ends inside a block header");
    }
    ByteBuffer fields = ByteBuffer.wrap(header);
    int how = fields.get();
    int length = fields.getInt();
    int stored = fields.getInt();
    if (how < 0 || how > 1 || length < 1 || length > BLOCK || stored < 0 || stored > length) {
      throw new IOException("no block header");
    }
    byte[] bytes = in.readNBytes(stored);
    if (bytes.length < stored || (how == 0 && stored != length)) {
      throw new IOException("ends inside a block");
    }
    return how == 0 ? bytes : inflate(bytes, length);
  }

  private static byte[] inflate(byte[] bytes, int length) throws IOException {
    byte[] raw = new byte[length];
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(bytes);
      if (inflater.inflate(raw) != length) {
        throw new IOException("a block inflates to less than its length");
      }
      return raw;
    } catch (DataFormatException e) {
      throw new IOException("a block cannot be inflated", e);
    }
  }
}
