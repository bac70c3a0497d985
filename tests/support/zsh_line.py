"""Types each argument into a zsh(1) on a terminal, with the file of completions named by the first
and nothing of the user's, presses the tab key, and prints what stands in the line then."""
import os
import pathlib
import pty
import select
import sys
import tempfile
import time

SETUP = """
PROMPT='ready> '
fpath=({folder} $fpath)
autoload -Uz compinit && compinit -u -d {folder}/dump
tell() {{ print -r -- "$BUFFER" >>{folder}/lines }}
zle -N tell
bindkey '^X' tell
"""
ENOUGH = 30 * int(os.environ.get("CASE_PATIENCE", "1"))  # seconds


class Shell:
    """One that has shown its prompt."""

    def __init__(self, folder):
        self.lines = folder / "lines"
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(ZDOTDIR=str(folder), TERM="xterm")
            os.execvp("zsh", ["zsh", "-o", "no_global_rcs", "-i"])
        # What is typed before the line editor is there goes to the terminal's own.
        self.wait_until(lambda said: b"ready> " in said)

    def wait_until(self, done):
        said, deadline = b"", time.monotonic() + ENOUGH
        while not done(said):
            if time.monotonic() > deadline:
                sys.exit(f"not in time; zsh said {said!r}")
            if select.select([self.terminal], [], [], 0.05)[0]:
                said += os.read(self.terminal, 65536)

    def complete(self, text):
        before = self.lines.read_text().count("\n") if self.lines.exists() else 0
        os.write(self.terminal, text.encode() + b"\t\x18")
        self.wait_until(lambda _: self.lines.exists() and self.lines.read_text().count("\n") > before)
        os.write(self.terminal, b"\x15")
        return self.lines.read_text().splitlines()[before]

    def end(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def main(completions, texts):
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        (folder / "_sandbox").write_text(pathlib.Path(completions).read_text())
        (folder / ".zshrc").write_text(SETUP.format(folder=folder))
        shell = Shell(folder)
        for text in texts:
            print(shell.complete(text).rstrip())
        shell.end()


main(sys.argv[1], sys.argv[2:])
