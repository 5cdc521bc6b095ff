package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Verification;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one command has to say, ready to be written in any [Format].
public sealed interface Document
    permits AuditReport,
        BaselineState,
        Document.DoctorResult,
        Document.MapContents,
        Document.MapList,
        Document.SchemaList,
        Document.SnapshotLog,
        Document.SnapshotTaken,
        Document.VerifyResult,
        Notice,
        TracerState,
        Written {

  /// A snapshot was stored.
  ///
  /// @param unread the maps of which entries are missing: `Unreadable` or `Partial`
  record SnapshotTaken(Run run, SnapshotHeader snapshot, List<MapState> unread)
      implements Document {
    public SnapshotTaken {
      unread = List.copyOf(unread);
    }
  }

  /// The stored snapshots.
  ///
  /// @param snapshots newest first
  /// @param baseline number of the baseline, 0 if there is none
  record SnapshotLog(List<SnapshotHeader> snapshots, long baseline) implements Document {
    public SnapshotLog {
      snapshots = List.copyOf(snapshots);
    }
  }

  /// The maps of a host, without their entries.
  record MapList(Origin origin, List<BpfMap> maps) implements Document {
    public MapList {
      maps = List.copyOf(maps);
    }
  }

  /// Maps with their entries.
  ///
  /// @param programs all that were loaded then: they name the tail-call slots
  record MapContents(Origin origin, List<MapState> maps, List<BpfProgram> programs)
      implements Document {
    public MapContents {
      maps = List.copyOf(maps);
      programs = List.copyOf(programs);
    }
  }

  /// What walking the hash chain found.
  ///
  /// @param expected the hash that was to be in the chain, null if none was given; that it is not
  ///   there is one of the faults
  record VerifyResult(Verification verification, @Nullable Bytes expected) implements Document {}

  /// What this kernel allows.
  record DoctorResult(HostFacts host, List<Probe> probes) implements Document {
    public DoctorResult {
      probes = List.copyOf(probes);
    }
  }

  /// The names of the published JSON schemas.
  record SchemaList(List<String> names) implements Document {
    public SchemaList {
      names = List.copyOf(names);
    }
  }
}
