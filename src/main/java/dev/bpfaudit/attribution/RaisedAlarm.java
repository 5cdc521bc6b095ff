package dev.bpfaudit.attribution;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.SnapshotHeader;

/// An alarm, and the first snapshot after the earlier one that raised it.
public record RaisedAlarm(Alarm alarm, SnapshotHeader snapshot) {}
