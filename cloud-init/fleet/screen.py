"""Where a fleet's progress is seen: lines that stay and, on a terminal, a table below them."""

import shutil
import sys
import time

HEADINGS = ("run", "state", "min", "instance", "zone", "note")


def table(rows):
    """Lines of a table of texts under HEADINGS, each column as wide as it must be."""
    rows = [HEADINGS, *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    return ["  ".join(text.rjust(width) if name == "min" else text.ljust(width)
                      for name, text, width in zip(HEADINGS, row, widths)).rstrip()
            for row in rows]


class Screen:
    """Owns what is on the terminal: `say` adds a line, `draw` puts the table below all of them."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stdout
        self.terminal, self.drawn = self.stream.isatty(), 0

    def say(self, text):
        self.clear()
        print(f"{time.strftime('%H:%M:%S')}  {text}", file=self.stream, flush=True)

    def draw(self, lines):
        """Cut to what the terminal shows; nothing where the output is no terminal."""
        if not self.terminal:
            return
        size = shutil.get_terminal_size()
        most = max(2, size.lines - 2)
        if len(lines) > most:
            lines = [*lines[:most - 1], f"... and {len(lines) - most + 1} more"]
        self.clear()
        self.stream.write("".join(f"{line[:size.columns - 1]}\n" for line in lines))
        self.stream.flush()
        self.drawn = len(lines)

    def clear(self):
        """Takes the table away."""
        if self.drawn:
            self.stream.write(f"\x1b[{self.drawn}A\x1b[J")
            self.drawn = 0
