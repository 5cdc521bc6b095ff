package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;

/// SHA-256 over the fields of one link of a chain, each after its length in four bytes; numbers
/// take eight bytes, big-endian, and a time is its seconds and nanoseconds. The first field is the
/// hash of the link before, so a hash covers all history of its host.
final class LinkHash {
  private final MessageDigest sha256 = digest();

  static Bytes sha256(byte[] bytes) {
    return Bytes.of(digest().digest(bytes));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  LinkHash add(Bytes field) {
    return add(field.toArray());
  }

  LinkHash add(String field) {
    return add(field.getBytes(StandardCharsets.UTF_8));
  }

  LinkHash add(long field) {
    return add(ByteBuffer.allocate(Long.BYTES).putLong(field).array());
  }

  LinkHash add(Instant field) {
    return add(field.getEpochSecond()).add(field.getNano());
  }

  private LinkHash add(byte[] field) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
    sha256.update(field);
    return this;
  }

  Bytes hash() {
    return Bytes.of(sha256.digest());
  }
}
