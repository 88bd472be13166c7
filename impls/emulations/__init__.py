"""Emulations, in NumPy, of the float32 arithmetic of published Adam kernels.

Each follows one kernel's formula, order of operations and contractions into fused multiply-adds,
so that its numeric consequences can be read off without its hardware: nothing here ran on a GPU,
and nothing is the kernel's code. Divisions, roots and powers are rounded correctly; those of
kernels that are built with fast-math are off by some more units. Where a sum of two products
leaves the compiler a choice, the first is fused.
"""

from optimspec.impls.emulations.bitsandbytes import BitsandbytesAdamW
from optimspec.impls.emulations.deepspeed_cpu import DeepSpeedCPUAdam
from optimspec.impls.emulations.llmc import LlmcAdamW
from optimspec.impls.emulations.multi_tensor import (
    ApexFusedAdam,
    DeepSpeedFusedAdam,
    TransformerEngineFusedAdam,
)
from optimspec.impls.emulations.torch_cuda import TorchCudaFusedAdam, TorchCudaFusedAdamW

__all__ = [
    "ApexFusedAdam",
    "BitsandbytesAdamW",
    "DeepSpeedCPUAdam",
    "DeepSpeedFusedAdam",
    "LlmcAdamW",
    "TorchCudaFusedAdam",
    "TorchCudaFusedAdamW",
    "TransformerEngineFusedAdam",
]
