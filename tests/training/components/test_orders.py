"""The component set as a manifest that `batch` takes."""

import json
from pathlib import Path

from pipeline.manifest import OrderRow, read_manifest
from training.components.cases import load_cases
from training.components.orders import write_orders


def test_every_case_is_an_order(tmp_path: Path) -> None:
    cases = load_cases()[:6]
    manifest = write_orders(cases, tmp_path)
    assert [str(row.id) for row in read_manifest(manifest, OrderRow)] == [case.id for case in cases]
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == [case.id for case in cases]
    assert {row["conditioner"] for row in rows} == {"canny", "scribble"}
    for row, case in zip(rows, cases, strict=True):
        assert f"component={case.component}" in row["tags"]
        assert len(json.loads((tmp_path / row["elements"]).read_text(encoding="utf-8"))) == len(case.elements)
        assert (tmp_path / row["wireframe"]).exists()
