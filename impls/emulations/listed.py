"""The emulations that the suite is run on as a list, and what it must say of each in float32.

beta2 is 0.9999, where 1 - beta2^t in float32 loses enough digits to show on curated cases. With
0.999, whether it shows is up to the inputs that a random search happens to draw.
"""

from __future__ import annotations

from typing import Final

from optimspec.impls.shipped import Shipped


def _listed(name: str, spec: str, about: str, verdict: str = "conforms", *edits: str) -> Shipped:
    return Shipped(
        f"optimspec.impls.emulations:{name}",
        spec,
        f"{about}: an emulation; nothing ran on a GPU.",
        verdict,
        edits,
        {"betas": (0.9, 0.9999)},
    )


EMULATIONS: Final[tuple[Shipped, ...]] = (
    _listed("TorchCudaFusedAdam", "adam", "PyTorch 2.11's CUDA Adam(fused=True)", "imprecise"),
    _listed("TorchCudaFusedAdamW", "adamw", "PyTorch 2.11's CUDA AdamW(fused=True)", "imprecise"),
    _listed("ApexFusedAdam", "adamw", "apex's FusedAdam"),
    _listed("DeepSpeedFusedAdam", "adamw", "DeepSpeed's FusedAdam"),
    _listed("TransformerEngineFusedAdam", "adamw", "Transformer Engine's FusedAdam"),
    _listed("DeepSpeedCPUAdam", "adamw", "DeepSpeed's Adam for CPUs", "imprecise"),
    _listed("LlmcAdamW", "adamw", "llm.c's AdamW", "imprecise"),
    _listed(
        "BitsandbytesAdamW",
        "adamw",
        "bitsandbytes' 32-bit AdamW, whose decay comes after the update",
        "imprecise",
        "decay-after-update",
    ),
)
"""In the order in which a report shows them."""
