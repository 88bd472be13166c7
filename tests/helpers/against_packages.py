"""Run packages themselves, as their users do, beside what was read in their sources.

``PYTHON tests/helpers/against_packages.py``, with a Python that has some of the packages and NumPy,
prints for each row that it can run the largest relative difference over twelve steps of two
parameters, with the package's own settings and with others. It uses nothing of this project. Keras
is run with ``KERAS_BACKEND=jax``.
"""

import sys
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace

import numpy as np

from read_from_source import READ

OTHER = {
    "alpha": 0.03, "beta1": 0.8, "beta2": 0.95, "beta3": 0.7, "rho": 0.7, "mu": 0.6, "lambda": 0.2,
    "epsilon": 0.01, "epsilon_root": 0.02,
}  # fmt: skip


def torch_class(make):
    """Of a class of torch's kind."""

    def run(thetas, gradients, arguments):
        import torch

        parameters = [torch.nn.Parameter(torch.tensor(x)) for x in thetas]
        optimizer = make()(parameters, **arguments)
        for row in gradients:
            for parameter, g in zip(parameters, row, strict=True):
                parameter.grad = torch.tensor(g)
            optimizer.step()
            yield [x.detach().numpy().copy() for x in parameters]

    return run


def optax(make):
    """Of a transformation of optax."""

    def run(thetas, gradients, arguments):
        transformation = make()(**arguments)
        import jax
        import optax

        jax.config.update("jax_enable_x64", True)
        parameters = [jax.numpy.asarray(x) for x in thetas]
        state = transformation.init(parameters)
        for row in gradients:
            updates, state = transformation.update(
                [jax.numpy.asarray(g) for g in row], state, parameters
            )
            parameters = optax.apply_updates(parameters, updates)
            yield [np.array(x) for x in parameters]

    return run


def in_place(make, step):
    """Of ``make(arrays, arguments)``; ``step(optimizer, arrays, gradients)`` moves the arrays."""

    def run(thetas, gradients, arguments):
        arrays = [x.copy() for x in thetas]
        optimizer = make(arrays, arguments)
        for row in gradients:
            arrays = step(optimizer, arrays, row) or arrays
            yield [np.array(x) for x in arrays]

    return run


def _of(module, name, **fixed):
    return lambda: partial(getattr(import_module(module), name), **fixed)


def mlx_sgd(thetas, gradients, arguments):
    import mlx.core as mx
    from mlx.optimizers import SGD

    mx.set_default_device(mx.cpu)
    optimizer = SGD(**{"learning_rate": 1e-3} | arguments)
    parameters = {str(at): mx.array(x, dtype=mx.float64) for at, x in enumerate(thetas)}
    for row in gradients:
        given = {str(at): mx.array(g, dtype=mx.float64) for at, g in enumerate(row)}
        parameters = optimizer.apply_gradients(given, parameters)
        yield [np.array(x) for x in parameters.values()]


def keras_lion(thetas, gradients, arguments):
    import jax
    import keras

    jax.config.update("jax_enable_x64", True)
    keras.backend.set_floatx("float64")
    variables = [keras.Variable(x, dtype="float64") for x in thetas]
    optimizer = keras.optimizers.Lion(**arguments)
    for row in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in row], variables)
        yield [np.array(x.value) for x in variables]


def tf_keras_amsgrad(thetas, gradients, arguments):
    import tensorflow
    from tf_keras.optimizers import Adam

    variables = [tensorflow.Variable(x) for x in thetas]
    optimizer = Adam(amsgrad=True, jit_compile=False, **arguments)
    for row in gradients:
        optimizer.apply_gradients(zip(map(tensorflow.constant, row), variables, strict=True))
        yield [x.numpy() for x in variables]


def paddle_adamw(thetas, gradients, arguments):
    import paddle

    parameters = [paddle.to_tensor(x, stop_gradient=False) for x in thetas]
    optimizer = paddle.optimizer.AdamW(parameters=parameters, **arguments)
    for row in gradients:
        for parameter, g in zip(parameters, row, strict=True):
            parameter.grad = paddle.to_tensor(g)
        optimizer.step()
        yield [x.numpy().copy() for x in parameters]


def mxnet_momentum(thetas, gradients, arguments):
    import mxnet

    optimizer = mxnet.optimizer.SGD(**{"momentum": 0.9} | arguments)
    weights = [mxnet.nd.array(x, dtype="float64") for x in thetas]
    states = [optimizer.create_state(at, w) for at, w in enumerate(weights)]
    for row in gradients:
        for at, g in enumerate(row):
            optimizer.update(at, weights[at], mxnet.nd.array(g, dtype="float64"), states[at])
        yield [w.asnumpy() for w in weights]


def _rmsprop_tf():
    """Without the imports of timm and timm.optim, which want a torchvision that fits torch."""
    if "timm" not in sys.modules:
        found = find_spec("timm")
        if found is None:
            raise ImportError("No module named 'timm'")
        (folder,) = found.submodule_search_locations
        for name, at in (("timm", folder), ("timm.optim", f"{folder}/optim")):
            package = sys.modules[name] = ModuleType(name)
            package.__path__ = [at]
    return partial(import_module("timm.optim.rmsprop_tf").RMSpropTF, momentum=0.9)


def _xs_make(arrays, arguments):
    from xs.optim import Adam

    values = [SimpleNamespace(eval=x, requires_grad=True, grad=None) for x in arrays]
    return Adam(parameters=values, **arguments)


def _xs_step(optimizer, arrays, row):
    for value, g in zip(optimizer._parameters, row, strict=True):
        value.grad = SimpleNamespace(eval=g)
    optimizer.step()
    return [value.eval for value in optimizer._parameters]


def _tensors_of(module, name, tensors, **fixed):
    """Of packages whose optimizers hold tensors with ``data`` and ``grad``."""

    def make(arrays, arguments):
        held = [import_module(tensors).Tensor(x, requires_grad=True) for x in arrays]
        return getattr(import_module(module), name)(held, **fixed | arguments), held

    def step(made, arrays, row):
        optimizer, held = made
        for tensor, g in zip(held, row, strict=True):
            tensor.grad = g.copy()
        optimizer.step()
        return [tensor.data for tensor in held]

    return in_place(make, step)


def _tinynn_make(arrays, arguments):
    from tinynn.optimizers import RMSProp

    layer = SimpleNamespace(type="Dense", weights=arrays[0], biases=arrays[1])
    return RMSProp([layer], **arguments)


def _tinynn_step(optimizer, arrays, row):
    (layer,) = optimizer.layers
    layer.dweights, layer.dbiases = row
    optimizer.update_parameters()
    return [layer.weights, layer.biases]


def _showml_make(arrays, arguments):
    from showml.optimizers import SGD

    return SGD(**{"momentum": 0.9} | arguments)


def _showml_step(optimizer, arrays, row):
    return list(optimizer.update_weights(*arrays, *row))


def _neuralflow_make(arrays, arguments):
    from neuralflow.optimizer import Adam

    return Adam(**arguments)


def _neuralflow_step(optimizer, arrays, row):
    layer = SimpleNamespace(
        differentiable=True,
        tied=False,
        parameter=dict(zip(("weight", "bias"), arrays, strict=True)),
        get_gradient=lambda: dict(zip(("dw", "db"), row, strict=True)),
    )
    optimizer.update(SimpleNamespace(sequence=["one"], network={"one": layer}))
    return list(layer.parameter.values())


DRIVEN = {
    ("adan-pytorch", "adan_pytorch:Adan", "adan"): torch_class(_of("adan_pytorch", "Adan")),
    ("torch-optimizer", "torch_optimizer:AdaBelief(amsgrad=True)", "adabelief"): torch_class(
        _of("torch_optimizer", "AdaBelief", amsgrad=True)
    ),
    ("tinynn-py", "tinynn.optimizers:RMSProp", "rmsprop"): in_place(_tinynn_make, _tinynn_step),
    ("mxnet", "mxnet.optimizer:SGD(momentum=0.9)", "momentum"): mxnet_momentum,
    ("pytorch-optimizer", "pytorch_optimizer:Lamb", "lamb"): torch_class(
        _of("pytorch_optimizer", "Lamb")
    ),
    ("mlx", "mlx.optimizers:SGD", "sgd"): mlx_sgd,
    ("torch", "torch.optim:RMSprop(momentum=0.9)", "rmsprop"): torch_class(
        _of("torch.optim", "RMSprop", momentum=0.9)
    ),
    ("optax", "optax:sgd", "sgd"): optax(_of("optax", "sgd", learning_rate=1e-3)),
    ("showml", "showml.optimizers:SGD(momentum=0.9)", "momentum"): in_place(
        _showml_make, _showml_step
    ),
    ("optax", "optax:adan", "adan"): optax(_of("optax", "adan", learning_rate=1e-3)),
    ("torch", "torch.optim:RMSprop(centered=True)", "rmsprop"): torch_class(
        _of("torch.optim", "RMSprop", centered=True)
    ),
    ("torchopt", "torchopt:SGD", "sgd"): torch_class(_of("torchopt", "SGD", lr=1e-3)),
    ("optax", "optax:adadelta", "adadelta"): optax(_of("optax", "adadelta", learning_rate=1.0)),
    ("torchopt", "torchopt:Adam", "adam"): torch_class(_of("torchopt", "Adam")),
    ("pytorch-optimizer", "pytorch_optimizer:RAdam(degenerated_to_sgd=True)", "radam"): torch_class(
        _of("pytorch_optimizer", "RAdam", degenerated_to_sgd=True)
    ),
    ("timm", "timm.optim:RMSpropTF(momentum=0.9)", "rmsprop"): torch_class(_rmsprop_tf),
    ("pytorch-optimizer", "pytorch_optimizer:SGDW", "sgd"): torch_class(
        _of("pytorch_optimizer", "SGDW")
    ),
    ("keras", "keras.optimizers:Lion", "lion"): keras_lion,
    ("torch", "torch.optim:SGD(momentum=0.9, nesterov=True)", "nesterov"): torch_class(
        _of("torch.optim", "SGD", momentum=0.9, nesterov=True)
    ),
    ("paddlepaddle", "paddle.optimizer:AdamW", "adamw"): paddle_adamw,
    ("xshinnosuke", "xs.optim:Adam", "adam"): in_place(_xs_make, _xs_step),
    ("pydynet", "pydynet.optim:Adam", "adam"): _tensors_of("pydynet.optim", "Adam", "pydynet.core"),
    ("torch", "torch.optim:Adagrad", "adagrad"): torch_class(_of("torch.optim", "Adagrad")),
    ("tf-keras", "tf_keras.optimizers:Adam(amsgrad=True)", "adam"): tf_keras_amsgrad,
    ("neuralflow-cpu", "neuralflow.optimizer:Adam", "adam"): in_place(
        _neuralflow_make, _neuralflow_step
    ),
    ("nnetflow", "nnetflow.optim:SGD(momentum=0.9)", "momentum"): _tensors_of(
        "nnetflow.optim", "SGD", "nnetflow.engine", momentum=0.9
    ),
}


def difference(key, settings):
    """The largest relative difference between a package and what was read of it."""
    rng = np.random.default_rng(0)
    thetas = [rng.standard_normal(shape) for shape in ((2, 3), (3,))]
    gradients = [[rng.standard_normal(x.shape) for x in thetas] for _ in range(12)]
    arguments = READ[key].arguments(settings)
    got = list(DRIVEN[key](thetas, [[g.copy() for g in row] for row in gradients], arguments))
    worst = 0.0
    for at, theta in enumerate(thetas):
        own = READ[key].run(theta, [row[at] for row in gradients], settings)
        for x, y in zip([row[at] for row in got], own, strict=True):
            worst = max(worst, np.max(np.abs(x - y) / np.abs(y)))
    return worst


if __name__ == "__main__":
    for key in READ:
        try:
            found = [f"{difference(key, settings):.1e}" for settings in ({}, OTHER)]
        except ImportError as error:
            print("not here:", *key, error)
        else:
            print(*found, *key)
