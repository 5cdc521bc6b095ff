package dev.bpfaudit.model;

import java.util.List;

/// What the kernel tells of one map besides its entries: `struct bpf_map_info` of
/// `include/uapi/linux/bpf.h`, `/proc/self/fdinfo`, and the places where it is pinned. Unsigned
/// 32-bit numbers are `long`.
///
/// @param typeNumber the kernel's `enum bpf_map_type`
/// @param name at most 15 characters, not unique, not trustworthy
/// @param mapFlags flags given at creation
/// @param mapExtra per-type extra creation argument, 0 before 5.16
/// @param ifindex the device a map is offloaded to, with the network namespace that names it; 0 for
///   ordinary maps
/// @param frozen whether `BPF_MAP_FREEZE` was done
/// @param memlock bytes, as the kernel accounts them; they move with the contents of some types
/// @param btfId id of the BTF object that describes key and value, 0 if none
/// @param btfDigest SHA-256 of that BTF object's raw data, empty if there is none
/// @param ownerProgType for `prog_array`: the `enum bpf_prog_type` its slots accept, 0 until known
/// @param pins escaped paths, sorted; those in another mount namespace read `mnt:INODE:/path`
public record BpfMap(
    long id,
    long typeNumber,
    String name,
    long keySize,
    long valueSize,
    long maxEntries,
    long mapFlags,
    long mapExtra,
    long ifindex,
    long netnsDev,
    long netnsIno,
    boolean frozen,
    long memlock,
    long btfId,
    long btfKeyTypeId,
    long btfValueTypeId,
    long btfVmlinuxValueTypeId,
    Bytes btfDigest,
    long ownerProgType,
    List<String> pins) {

  public BpfMap {
    pins = pins.stream().sorted().distinct().toList();
  }

  public MapType type() {
    return MapType.of(typeNumber);
  }

  public String typeName() {
    return MapType.spell(typeNumber);
  }
}
