"""The record of a run on a GPU is what the run writes, though neither imports the other."""

import json
from pathlib import Path

from optimspec.conformance import gpu_record
from optimspec.conformance.gpu_record import GPU_VERSION, GpuRun, schema
from optimspec.impls.gpu import record
from optimspec.impls.gpu.finding import Rule

RULE = Rule("speed.one", "It is fast.", "docs/gpu.md")


def test_what_the_run_writes_is_read_whole():
    findings = [RULE.measured(True, "So it is.", 0.95, 0.92, {"ms": float("nan")})]
    run = record.Run("2026-01-02", {"gpu": "H200"}, {"speed": [*findings, RULE.not_run("no")]})

    read = GpuRun.model_validate_json(run.written())

    assert json.loads(read.model_dump_json()) == json.loads(run.written())
    assert record.GPU_VERSION == GPU_VERSION


def test_the_schema_is_published():
    published = Path(gpu_record.__file__).with_name("gpu.schema.json")
    assert published.read_text(encoding="utf-8") == schema()
