"""Levenberg-Marquardt for the small dense networks of physics-informed problems (prototype)."""
import math, time
from collections.abc import Callable, Mapping
import torch
from torch import Tensor, nn
from bootcamp.pinn.jets import Jet


class _Recorder:
    def __init__(self, layers):
        self.layers = list(layers); self.calls = []
    def __enter__(self):
        def hook(layer, args, output):
            self.calls.append((layer, args[0], output))
        self.handles = [l.register_forward_hook(hook) for l in self.layers]
        return self
    def __exit__(self, *_):
        for h in self.handles: h.remove()


def parts(x):
    return x.parts if isinstance(x, Jet) else x[None]


def jacobian(term, layers, extra):
    with _Recorder(layers) as rec:
        r = term()
    r = r if r.ndim == 2 else r[:, None]
    outs = [o.parts if isinstance(o, Jet) else o for _, _, o in rec.calls]
    n = parts(rec.calls[0][1]).shape[1]
    groups = n // r.shape[0]
    blocks = []
    for m in range(r.shape[1]):
        deltas = torch.autograd.grad(r[:, m].sum(), outs, retain_graph=True, allow_unused=True)
        deltas = [d if isinstance(c[2], Jet) else d[None] for d, c in zip(deltas, rec.calls)]
        cols = []
        for (layer, x, _), d in zip(rec.calls, deltas):
            a = parts(x).detach()
            w = torch.einsum("kno,kni->noi", d, a.expand(d.shape[0], -1, -1)) if groups == 1 else None
            if groups == 1:
                cols += [w.reshape(n, -1), d[0]]
            else:
                k = d.shape[0]
                d4 = d.reshape(k, -1, groups, d.shape[2]); a4 = a.reshape(k, -1, groups, a.shape[2])
                w = torch.einsum("krgo,krgi->roi", d4, a4)
                cols += [w.reshape(r.shape[0], -1), d4[0].sum(1)]
        blocks.append(torch.cat(cols, 1))
    return r.detach(), torch.stack(blocks, 1)
