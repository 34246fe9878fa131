"""What the gateways must not bring into a serving process."""

import subprocess
import sys


def test_gateways_bring_no_command_line_along():
    """httpx alone would load rich, click and pygments, five megabytes that a server never uses."""
    program = (
        "import sys, node.gateways.fetch, node.gateways.deliver, node.gateways.blobs, node.gateways.workshop, httpx;"
        "print(sorted({'rich', 'click', 'pygments', 'PIL', 'av', 'obstore', 'httpx._main'} & set(sys.modules)))"
    )

    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
