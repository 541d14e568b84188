"""Muon against an exact singular value decomposition, and on problems whose answer is known."""

import pytest
import torch

from training.muon import Muon, orthogonalise
from training.optimizer import Optimizer, takes
from training.settings import joint_settings


@pytest.mark.parametrize("shape", [(8, 8), (16, 144), (144, 16), (1, 5)])
def test_orthogonalising_keeps_the_singular_vectors(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    inner = left.T @ orthogonalise(matrix) @ right.T
    assert inner.diagonal().min() > 0.5
    assert inner.diagonal().max() < 1.25
    assert (inner - inner.diagonal().diag()).abs().max() < 0.05


def test_the_gram_form_is_the_plain_iteration() -> None:
    """Newton-Schulz as published, on the matrix itself."""
    matrix = torch.randn(12, 40, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    plain = matrix / (matrix @ matrix.T).norm().sqrt()
    for _ in range(5):
        gram = plain @ plain.T
        plain = 3.4445 * plain + (-4.7750 * gram + 2.0315 * gram @ gram) @ plain
    assert torch.allclose(orthogonalise(matrix), plain, atol=1e-8)


def test_a_zero_gradient_is_no_nan() -> None:
    assert torch.equal(orthogonalise(torch.zeros(4, 9)), torch.zeros(4, 9))


def test_an_update_has_the_size_of_adams() -> None:
    weight = torch.nn.Parameter(torch.zeros(64, 32, 3, 3))
    weight.grad = torch.randn_like(weight)
    Muon([weight], lr=1.0, weight_decay=0.0).step()
    assert weight.detach().square().mean().sqrt().item() == pytest.approx(0.2, rel=0.15)


def test_it_finds_a_linear_map() -> None:
    generator = torch.Generator().manual_seed(3)
    wanted, weight = torch.randn(16, 24, generator=generator), torch.nn.Parameter(torch.zeros(16, 24))
    optimizer = Muon([weight], lr=0.05, weight_decay=0.0)
    for step in range(300):
        inputs = torch.randn(64, 24, generator=generator)
        loss = (inputs @ (weight - wanted).T).square().mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for group in optimizer.param_groups:
            group["lr"] = 0.3 * (1 - step / 300)
        optimizer.step()
    assert (weight - wanted).square().mean().item() < 0.01 * wanted.square().mean().item()


def test_each_parameter_has_one_optimizer_and_both_resume() -> None:
    settings = joint_settings().model_copy(update={"matrix_rate": 1e-3})
    shapes = [(96, 64, 3, 3), (96,), (2000, 300), (96, 16, 1, 1)]
    parameters = [torch.nn.Parameter(torch.ones(shape)) for shape in shapes]
    assert [takes(p) for p in parameters] == [True, False, False, False]
    optimizer, other = Optimizer(parameters, settings), Optimizer(parameters, settings)
    optimizer.set_rate(0.5)
    for parameter in parameters:
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    assert all((p < 1).all() for p in parameters)
    other.load_state_dict(optimizer.state_dict())
    assert str(other.state_dict()) == str(optimizer.state_dict())
    optimizer.zero_grad()
    assert all(p.grad is None for p in parameters)
