"""Makes the service worker and what it imports of its build, for the tests in node: python make_build.py FOLDER."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pwa.templating.render import compiled_templates  # noqa: E402
from pwa.templating.translation import catalogues  # noqa: E402
from pwa.web.build import carer_files  # noqa: E402
from tests.bundles import what_the_phone_says_itself  # noqa: E402


def make_build(folder: Path) -> None:
    """The four modules that stand beside service_worker/ on a phone, and the worker with them in one script."""
    templates, described = compiled_templates(), (ROOT / "pwa" / "changes.json").read_text(encoding="utf-8")
    modules = {
        "templates.js": templates,
        "catalogues.js": f"export default {json.dumps(catalogues(templates + what_the_phone_says_itself()))};",
        "described.js": f"export default {described};",
        "build.js": f'export default "thisbuild"; export const files = {json.dumps(carer_files({}))};',
    }
    for name, text in modules.items():
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(["node", Path(__file__).with_name("make_worker.mjs"), folder], check=True)


make_build(Path(sys.argv[1]))
