"""Images for cases. Each identity has one store in which busybox (and what else a case asks
for) is built once; a case gets a store of its own with hard links to that one's
layers. An image that is there already costs the builder milliseconds, so it is always asked."""
import json
import os
import pathlib
import subprocess

from identity import remove_tree


class Images:
    def __init__(self, identity, source, directory, environment, ready=None):
        self.identity = identity
        self.source = source
        self.environment = environment
        self.home = directory / f"images-{identity.uid}"
        self.store = self.home / "store"
        self.ready = ready  # somebody else's store, whose images are ours too
        self.reasons = {}

    def build(self, recipe):
        """Remembers why the image could not be built, if it could not."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.identity.give(self.home)
        if self.ready:
            return self._adopt(recipe)
        built = subprocess.run(
            self.identity.wrap(["sandbox-build", str(self.source / "recipes" / recipe)]),
            env={**self.environment, "SANDBOX_STORE": str(self.store), "HOME": str(self.home)},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=900)
        last = (built.stderr.strip().splitlines() or [f"exit {built.returncode}"])[-1]
        self.reasons[recipe] = None if built.returncode == 0 else f"{recipe} was not built: {last}"
        return self.reasons[recipe]

    def _adopt(self, recipe):
        if not self.store.exists():
            subprocess.run(["cp", "-a", "--", self.ready, self.store], check=True)
            if self.identity.uid != 0:
                subprocess.run(["chown", "-R", f"{self.identity.uid}:{self.identity.uid}", self.store], check=True)
        found = (self.store / "images/names" / recipe).exists()
        self.reasons[recipe] = None if found else f"{recipe} is not in {self.ready}"
        return self.reasons[recipe]

    def reason(self, recipe):
        return self.reasons.get(recipe, f"{recipe} was not built")

    def lend(self, store, recipes=("busybox",)):
        """A fresh store that has these images and no others: python-3.11 alone is thousands of
        files. Links, not copies: layers are never written to."""
        store.mkdir(mode=0o700)
        self.identity.give(store)
        parts = [part for recipe in recipes for part in self._parts(recipe)]
        layers = [part for part in parts if part.startswith("layers/")]
        if not parts:
            return
        # A case may write to what says of them how old they are.
        subprocess.run(["cp", "-a", "--parents", "--", *(part for part in parts if part not in layers), str(store)],
                       cwd=self.store, check=True, capture_output=True)
        link = ["cp", "-al", "--parents", "--", *layers, str(store)]
        if subprocess.run(link, cwd=self.store, capture_output=True).returncode != 0 and os.geteuid() != 0:
            # They hold files of subordinate ids: only a namespace that maps them can copy.
            remove_tree(store / "layers")
            subprocess.run(["unshare", "--map-root-user", "--map-auto", *link], cwd=self.store, check=True,
                           capture_output=True)

    def _parts(self, recipe):
        """Paths in the store: the image's record and name, its layers, and what led to them."""
        name = pathlib.Path("images/names", recipe)
        if not (self.store / name).exists():
            return []
        record = pathlib.Path("images", (self.store / name).read_text().strip() + ".json")
        image = json.loads((self.store / record).read_text())
        digests = {image["digest"], *(layer["digest"] for layer in image["layers"])}
        layers = [f"layers/{layer['digest'].removeprefix('sha256:')}" for layer in image["layers"]]
        keys = [f"keys/{path.name}" for path in (self.store / "keys").iterdir()
                if any(digest in path.read_text() for digest in digests)]
        return [str(name), str(record), *layers, *keys]


def recipes_exist(source):
    return (pathlib.Path(source) / "recipes/busybox/recipe.yaml").exists()
