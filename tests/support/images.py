"""Images for cases. Each identity has one store in which busybox (and, when a case asks,
python-3.11) is built once; a case gets a store of its own with hard links to that one's
layers. An image that is there already costs the builder milliseconds, so it is always asked."""
import os
import pathlib
import subprocess

from identity import remove_tree

SHARED = ("layers", "images", "keys")


class Images:
    def __init__(self, identity, source, directory, environment):
        self.identity = identity
        self.source = source
        self.environment = environment
        self.home = directory / f"images-{identity.uid}"
        self.store = self.home / "store"
        self.reasons = {}

    def build(self, recipe):
        """Remembers why the image could not be built, if it could not."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.identity.give(self.home)
        built = subprocess.run(
            self.identity.wrap(["sandbox-build", str(self.source / "recipes" / recipe)]),
            env={**self.environment, "SANDBOX_STORE": str(self.store), "HOME": str(self.home)},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=900)
        last = (built.stderr.strip().splitlines() or [f"exit {built.returncode}"])[-1]
        self.reasons[recipe] = None if built.returncode == 0 else f"{recipe} was not built: {last}"
        return self.reasons[recipe]

    def reason(self, recipe):
        return self.reasons.get(recipe, f"{recipe} was not built")

    def lend(self, store):
        """A fresh store that has the images. Links, not copies: layers are never written to."""
        store.mkdir(mode=0o700)
        self.identity.give(store)
        parts = [str(self.store / part) for part in SHARED if (self.store / part).is_dir()]
        if not parts:
            return
        copy = ["cp", "-al", "--", *parts, str(store)]
        if subprocess.run(copy, capture_output=True).returncode != 0 and os.geteuid() != 0:
            # Layers hold files of subordinate ids: only a namespace that maps them can copy.
            for part in SHARED:
                remove_tree(store / part)
            subprocess.run(["unshare", "--map-root-user", "--map-auto", *copy], check=True,
                           capture_output=True)


def recipes_exist(source):
    return (pathlib.Path(source) / "recipes/busybox/recipe.yaml").exists()
