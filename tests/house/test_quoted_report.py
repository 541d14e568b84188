"""What the README says of the embedded model is what the report in docs/reports says."""

import html
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADING = "## What the embedded model may be used for"


def plain(markup: str) -> str:
    """The words of HTML or Markdown, one space between them."""
    words = html.unescape(re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>|\*\*", " ", markup, flags=re.DOTALL))
    return re.sub(r"\s+", " ", words).replace(" :", ":")


def test_every_quoted_limit_stands_in_the_report() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    quoted = [line[2:] for line in section.splitlines() if line.startswith("- ")]
    report = plain((ROOT / "docs" / "reports" / "embedded.html").read_text(encoding="utf-8"))
    assert len(quoted) >= 5
    for line in quoted:
        assert plain(line).strip() in report, line
