package dev.bpfaudit.cli;

import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.report.AuditReport;
import dev.bpfaudit.report.Document;
import dev.bpfaudit.report.Format;
import dev.bpfaudit.report.LiveText;
import dev.bpfaudit.report.Notice;
import dev.bpfaudit.report.Renderer;
import dev.bpfaudit.report.Written;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;

/// Standard output of `watch`: documents one after the other, each flushed when it is whole. Talk
/// goes to standard error, and in JSON lines into the stream too.
final class WatchStream {
  private final AuditCommand command;
  private final Renderer renderer;
  private final LiveText live;
  private final boolean text;
  private final StatusLine status;
  private boolean apart = true;
  private boolean closed;

  /// @param command whose output and options these are
  WatchStream(AuditCommand command) {
    this.command = command;
    this.renderer = new Renderer(Main.TOOL, command.style());
    this.live = new LiveText(command.style());
    this.text = command.options().format() == Format.TEXT;
    Terminal terminal = command.context().terminal();
    this.status =
        new StatusLine(
            command.err(), terminal.stderr() && !command.options().quiet(), terminal.columns());
  }

  /// Whether nobody reads any more, as after `| head`.
  boolean closed() {
    return closed;
  }

  void writes(List<Written> writes, long nowNanos) {
    if (text) {
      print(writer -> live.write(writer, writes, nowNanos));
      apart &= writes.isEmpty();
    } else if (!writes.isEmpty()) {
      print(writer -> {
        for (Written written : writes) {
          renderer.render(written, Format.JSONL, writer);
        }
      });
    }
  }

  /// @param asText whether people are told too, as programs always are
  void report(AuditReport report, boolean asText) {
    if (text && asText) {
      live.interrupted();
      print(writer -> {
        writer.write(apart ? "" : "\n");
        renderer.render(report, Format.TEXT, writer);
        writer.write('\n');
      });
      apart = true;
    } else if (!text) {
      print(writer -> renderer.render(report, Format.JSONL, writer));
    }
  }

  void notice(Notice.Kind kind, String what) {
    status.clear();
    live.interrupted();
    if (kind == Notice.Kind.FAILED) {
      command.complain(KernelText.printable(what));
    } else {
      command.say(KernelText.printable(what));
    }
    if (!text) {
      Document notice = new Notice(command.context().clock().instant(), kind, what);
      print(writer -> renderer.render(notice, Format.JSONL, writer));
    }
  }

  /// A line on standard error.
  void say(String line) {
    status.clear();
    live.interrupted();
    command.say(line);
  }

  /// A line at the foot of a terminal, until something else is said.
  void status(String line) {
    status.show(line);
  }

  /// Writes what was held back.
  void end() {
    status.clear();
    if (text) {
      print(live::end);
    }
  }

  private void print(Output.Rendering rendering) {
    if (closed) {
      return;
    }
    Writer lazily = new FirstClears(new Output.StopWhenClosed(command.out()), status);
    try (Writer writer = new BufferedWriter(lazily, 1 << 16)) {
      rendering.to(writer);
    } catch (Output.StdoutClosedException _) {
      closed = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    closed |= command.out().checkError();
  }

  /// Takes the status line away before the first character.
  private static final class FirstClears extends Writer {
    private final Writer out;
    private final StatusLine status;

    FirstClears(Writer out, StatusLine status) {
      this.out = out;
      this.status = status;
    }

    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
      status.clear();
      out.write(buffer, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
