package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_btf_info;

/// Digests of the BTF objects that describe maps, each read once. An id may be given away again, so
/// one instance serves one capture.
final class BtfDigests {
  private final Map<Long, Bytes> known = new HashMap<>();

  /// SHA-256 of the raw BTF data; empty for id 0 and for the kernel's own BTF.
  ///
  /// @throws UnreadableException if the kernel does not hand it out
  Bytes of(long btfId) throws UnreadableException {
    if (btfId == 0) {
      return Bytes.EMPTY;
    }
    Bytes digest = known.get(btfId);
    if (digest == null) {
      digest = read(btfId);
      known.put(btfId, digest);
    }
    return digest;
  }

  private static Bytes read(long btfId) throws UnreadableException {
    int number = Lib_1.bpf_btf_get_fd_by_id((int) btfId);
    if (number < 0) {
      throw new UnreadableException("open BTF " + btfId, number);
    }
    try (Fd fd = new Fd(number);
        Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_btf_info.allocate(arena);
      fill(fd, info, btfId);
      if (bpf_btf_info.kernel_btf(info) != 0) {
        return Bytes.EMPTY;
      }
      MemorySegment data = arena.allocate(Integer.toUnsignedLong(bpf_btf_info.btf_size(info)));
      info.fill((byte) 0);
      bpf_btf_info.btf(info, data.address());
      bpf_btf_info.btf_size(info, Math.toIntExact(data.byteSize()));
      fill(fd, info, btfId);
      return sha256(data);
    }
  }

  private static void fill(Fd fd, MemorySegment info, long btfId) throws UnreadableException {
    int failed = ObjectInfo.fill(fd, info);
    if (failed < 0) {
      throw new UnreadableException("read BTF " + btfId, failed);
    }
  }

  static Bytes sha256(MemorySegment data) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(data.asByteBuffer());
      return Bytes.of(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
