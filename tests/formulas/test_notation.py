"""Formulas as people type them: names of the loss and of gradients, definitions, values behind, programs' calls.

Each group is one kind of notation; a right formula is right in it, and one that differs is not.
"""

from decimal import Decimal

import pytest

from grader.engine import grade
from grader.report import ItemResult
from grader.rubric import parse_rubric
from grader.submission import Submission
from tests.homework6 import hw6

H0, H1, H2, P = (f"p1.forward.{name}.formula" for name in ("h0", "h1", "h2", "p"))
DH2, DGRID, DW1, DH1, DW0 = (f"p1.backward.{name}.formula" for name in ("y", "h2", "w1", "h1", "w0"))
X, H, W2, W1 = (f"p2.{name}.formula" for name in ("x", "h", "w2", "w1"))

LOSSES = [
    (DH2, r"\frac{\partial \mathcal{E}}{\partial H_2} = (1-p) w_2"),
    (DH2, r"\nabla_{H_2} \mathcal{L}(\theta) = (1-p) w_2"),
    (DH2, r"\frac{dC}{dH_2} = (1-p) w_2"),
    (DH2, "dLoss/dH_2 = (1-p) w_2"),
    (DH2, "∂J/∂H₂ = (1 − p) w₂"),
    (DW0, r"\frac{\partial \ell}{\partial w_0} = z \left(\frac{\partial \ell}{\partial h_0}\right)^T"),
    (DW0, r"\frac{\partial \mathcal{J}}{\partial w_0} = \frac{\partial \mathcal{J}}{\partial h_0} z^T"),
    (DW0, "dE/dw_0 = z (dE/dh_0)^T"),
    (DW0, r"\partial_{w_0} L = z (\partial_{h_0} L)^T"),
    (X, r"\frac{\partial l}{\partial x'_i} = 2(x'_i - x_i)"),
]
GRADIENTS = [
    (DW0, "L_{w_0} = z L_{h_0}^T"),
    (DW0, "dW0 = np.dot(z[:, None], dH0[None, :])"),
    (DW0, "w0_grad = z[:, None] * h0_grad[None, :]"),
    (DW0, "grad_w0 = torch.outer(z, h0.grad)"),
    (DW0, "dL_dw0 = np.einsum('i,j->ij', z, dL_dh0)"),
    (DW0, "dLdw_0 = z.reshape(-1, 1) @ dLdh_0.reshape(1, -1)"),
    (DW0, r"\bar{w}_0 = z \bar{h}_0^\top"),
    (DW0, "g_{w_0} = z g_{h_0}^T"),
    (DW0, r"\delta_{w_0} = z \delta_{h_0}^T"),
    (X, "dxhat = 2 * (xhat - x)"),
]
LEFT_SIDES = [
    (DW0, r"D = z \nabla h_0^T"),
    (DW0, "answer: z grad_h_0^T"),
    (DW0, "(3) z grad_h_0^T"),
    (DW0, "p1.backward.w0.formula = z * grad_h_0^T"),
    (DW0, "f(x) = z grad_h_0^T"),
    (DW0, "h_1 = z grad_h_0^T"),
    (DW0, r"\Delta w_0 = z \nabla h_0^T"),
    (H2, "a = deconv(h_1, w_1)\nb = a + b_1\nreturn relu(b)"),
]
VALUES_BEHIND = [
    (P, r"p = \sigma(w_2^T H_2 + b_2) = 0.999994"),
    (P, r"p = \sigma(w_2^T H_2 + b_2) \approx 0.99"),
    (P, r"\sigma(w_2^T H_2 + b_2) = \sigma(12.1) = 0.999"),
    (P, r"p = \sigma(w_2^T H_2 + b_2) \le 1"),
    (P, r"p = \sigma(w_2^T H_2 + b_2) \in (0,1)"),
    (P, "p = \\sigma(w_2^T H_2 + b_2)\n= \\frac{1}{1+e^{-(w_2^T H_2 + b_2)}}\n= 0.9999"),
    (H0, r"h_0 = \text{ReLU}(w_0^T z + b_0) = (0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06)^T"),
    (H0, r"h_0 = \text{ReLU}(w_0^T z + b_0) \geq 0"),
    (H0, r"\boxed{h_0 = \max(0, w_0^\top z + b_0)} \quad \blacksquare"),
]
DEFINITIONS = [
    (P, r"s = w_2^T H_2 + b_2 \\ p = \frac{1}{1+e^{-s}}"),
    (P, "score = w2.T @ H2 + b2\np = sigmoid(score)"),
    (P, r"p = \sigma(a) \text{ with } a = w_2^\top H_2 + b_2"),
    (P, r"\text{Let } u = w_2^T H_2 + b_2. \text{ Then } p = \sigma(u)"),
    (P, "p = σ(s); s = w₂ᵀH₂ + b₂"),
    (P, "s = w_2^T H_2\ns = s + b_2\np = sigmoid(s)"),
    (P, "H_2 = reshape(h_2), p = sigmoid(w_2^T H_2 + b_2)"),
    (H0, "h_0 = w_0^T z + b_0; h_0 = relu(h_0)"),
    (DH2, r"L = \log p, \frac{\partial L}{\partial H_2} = (1-p) w_2"),
    (H, r"\nabla h_i = w_2 \delta_i, \delta_i = 2(x'_i-x_i) x'_i(1-x'_i)"),
    (H, r"\delta = 2(x'-x)\odot x' \odot (1-x'), \nabla h = w_2 \delta"),
    (W2, r"\nabla w_2 = \sum_{i=1}^N h_i e_i^T, \quad e_k = 2(x'_k - x_k) x'_k (1 - x'_k)"),
    (
        W2,
        r"\nabla w_2 = \sum_i h_i u_i^T \\ u_i = v_i \odot x'_i \odot (1-x'_i) \\ v_i = 2(x'_i - x_i)",
    ),
    (
        W1,
        r"\nabla w_1 = \sum_i x_i g_i^T; g_i = (w_2 d_i) \odot 1[h_i > 0]; d_i = 2(x'_i-x_i) \odot x'_i \odot (1-x'_i)",
    ),
]
PROGRAMS = [
    (H0, "np.maximum(0, np.dot(w_0.T, z) + b_0)"),
    (H0, "np.where(w_0.T @ z + b_0 > 0, w_0.T @ z + b_0, 0)"),
    (H0, "np.clip(w0.T @ z + b0, 0, None)"),
    (H0, "(w0.T @ z + b0).clip(min=0)"),
    (H0, "torch.clamp(z @ w0 + b0, min=0)"),
    (H0, "F.relu(F.linear(z, w0.T, b0))"),
    (H0, "relu(np.einsum('ij,i->j', w_0, z) + b_0)"),
    (H0, "relu((w_0 * z[:, None]).sum(axis=0) + b_0)"),
    (H0, "jnp.maximum(jnp.matmul(z, w_0) + b_0, 0.)"),
    (H0, "tf.nn.relu(tf.tensordot(z, w_0, 1) + b_0)"),
    (H0, "np.heaviside(w_0.T @ z + b_0, 0) * (w_0.T @ z + b_0)"),
    (H0, "h0 = max(w0' * z + b0, 0);"),
    (H0, "ReLU[Transpose[w_0].z + b_0]"),
    (H1, "h_1 = h_0.reshape(2, 2, 2, order='F').transpose(2, 0, 1)"),
    (H1, "h1 = h0.reshape(2, 2, 2).swapaxes(1, 2)"),
    (H1, "np.transpose(np.reshape(h_0, (2, 2, 2)), (0, 2, 1))"),
    (H2, "h2 = F.relu(F.conv2d(h1, w1, padding=2) + b1)"),
    (H2, "relu(conv2d(np.pad(h1, 2), w1) + b1)"),
    (H2, "relu(correlate2d(h1[0], w1[0], mode='full') + correlate2d(h1[1], w1[1], mode='full') + b1)"),
    (H2, "F.relu(F.conv_transpose2d(h1, torch.flip(w1, [1, 2])) + b1)"),
    (H2, "np.maximum(0, sum([correlate2d(h1[c], w1[c], 'full') for c in range(2)]) + b1)"),
    (DH1, "dh1 = np.stack([convolve2d(dh2, w1[k], mode='valid') for k in range(2)])"),
    (DW1, "dw1 = np.array([correlate2d(np.pad(h1[k], 2), dh2, 'valid') for k in range(2)])"),
    (DW1, "dw1[k] = correlate2d(np.pad(h1[k], 2), dh2, mode='valid')"),
    (DH1, "dh1[k] = correlate2d(dh2, np.rot90(w1[k], 2), mode='valid')"),
    (DH1, "dh1[k] = correlate2d(dh2, w1[k][::-1, ::-1], mode='valid')"),
    (DGRID, "dh2 = dH2.reshape(4, 4, order='F')"),
    (DGRID, "dh2 = dH2.reshape(4, 4).T"),
    (X, "dxhat = np.multiply(2, np.subtract(x_hat, x))"),
    (W2, "2 * np.einsum('ni,nj->ij', H, (X_hat - X) * X_hat * (1 - X_hat))"),
    (W2, "(2*h[:, :, None] * ((x_hat-x)*x_hat*(1-x_hat))[:, None, :]).sum(axis=0)"),
    (W2, "sum(2*np.outer(h[i], (x_hat[i]-x[i])*x_hat[i]*(1-x_hat[i])) for i in range(N))"),
    (W1, "X.T @ (((2*(X_hat-X)*X_hat*(1-X_hat)) @ w_2.T) * (H > 0).astype(float))"),
    (W1, "X.T @ np.where(H > 0, (2*(X_hat-X)*X_hat*(1-X_hat)) @ w_2.T, 0)"),
]
GATES = [
    (H0, "(w_0^T z + b_0)_+"),
    (H0, "[w_0^T z + b_0]_+"),
    (H0, r"(w_0^T z + b_0) \odot \mathbf{1}[w_0^T z + b_0 > 0]"),
    (H0, r"\begin{cases} w_0^T z + b_0 & w_0^T z + b_0 > 0 \\ 0 & \text{otherwise} \end{cases}"),
    (H0, r"\max\{w_0^T z + b_0, 0\}"),
    (H, r"2 w_2 [(x'_i - x_i) \odot \sigma'(w_2^T h_i + b_2)]"),
    (W1, r"\sum_i x_i (w_2 (2(x'_i-x_i) \odot x'_i \odot (1-x'_i)) \odot \text{ReLU}'(w_1^T x_i + b_1))^T"),
]
INDICES = [
    (H0, r"h_{0,j} = \max\Bigl(0, \sum_{i=1}^{2} w_{0,ij} z_i + b_{0,j}\Bigr)"),
    (H1, "(h_1)_{k,i,j} = (h_0)_{4(k-1)+2(j-1)+i}"),
    (H1, "h1[0] = h0[:4].reshape(2,2).T; h1[1] = h0[4:].reshape(2,2).T"),
    (DGRID, r"\nabla h_2[r][c] = \nabla H_2[4(c-1)+r]"),
    (DH1, r"\nabla h_1^k = \mathrm{conv}(\nabla h_2, \mathrm{rot180}(w_1^k))"),
    (DW0, r"\frac{\partial L}{\partial w_{0,ij}} = z_i \frac{\partial L}{\partial h_{0,j}}"),
    (X, "2(x'^{(i)} - x^{(i)})"),
    (X, r"2 (\hat{\mathbf{x}}_i - \mathbf{x}_i)"),
    (W2, r"2\sum_{n=1}^N h_n [(x'_n-x_n)\odot x'_n \odot (1-x'_n)]^T"),
]
RIGHT = [*LOSSES, *GRADIENTS, *LEFT_SIDES, *VALUES_BEHIND, *DEFINITIONS, *PROGRAMS, *GATES, *INDICES]

WRONG = [
    (DH2, r"\frac{\partial cost}{\partial H_2} = p(1-p) w_2"),
    (DH2, r"\frac{\partial L}{\partial H_2} = w_2"),
    (DW0, "dw0 = np.einsum('i,i->i', z, z)"),
    (DW0, "dw0 = 2*np.outer(z, dh0)"),
    (DW0, "dw0 = dw0"),
    (P, r"p = w_2^T H_2 + b_2 = 12.1"),
    (P, "0.99999"),
    (P, "p = sigmoid(s), s = w_2^T H_2"),
    (P, "p = sigmoid(s); s = s + b_2"),
    (P, "a = b; b = a; p = sigmoid(a)"),
    (P, "H_2 = 2 h_2, p = sigmoid(w_2^T H_2 + b_2)"),
    (P, r"p = \sigma_2(w_2^T H_2 + b_2)"),
    (P, "; ".join(["a0 = b_2", *(f"a{i + 1} = a{i} + a{i}" for i in range(30)), "p = sigmoid(a30)"])),
    (H0, "np.einsum('ij,i->j', w_0, z) + b_0"),
    (H0, "relu((w_0 * z[:, None]).sum(axis=1) + b_0)"),
    (H0, "np.exp(w_0.T @ z + b_0)"),
    (H0, r"\max(w_0^T z + b_0)"),
    (H0, r"\max(1, w_0^T z + b_0)"),
    (H1, "np.reshape(h_0, (2, 2, 2), order='C')"),
    (H2, "relu(conv2d(h1, w1, padding=1) + b1)"),
    (H2, "relu(convolve2d(h1[0], w1[0], mode='full') + convolve2d(h1[1], w1[1], mode='full') + b1)"),
    (H2, "F.relu(F.conv_transpose2d(h1, w1) + b1)"),
    (H1, "(h_1)_{k,i,j} = (h_0)_{4(k-1)+2(i-1)+j}"),
    (H2, "np.maximum(0, np.sum([correlate2d(h1[c], w1[c], 'full') for c in range(2)]) + b1)"),
    (DGRID, r"\nabla h_2[r][c] = \nabla H_2[4(r-1)+c]"),
    (DW1, "dw1[k] = convolve2d(np.pad(h1[k], 2), dh2, mode='valid')"),
    (DH1, "dh1[k] = correlate2d(dh2, w1[k], mode='valid')"),
    (DGRID, "dh2 = dH2.reshape(4, 4, order='C')"),
    (X, "2 * np.subtract(x, x_hat)"),
    (H, r"2 w_2 [(x'_i - x_i) \odot \sigma(w_2^T h_i + b_2)]"),
    (W2, r"\nabla w_2 = \sum_i h_i \delta_i^T, \text{ where } \delta_i = (x'_i-x_i)\odot x'_i\odot(1-x'_i)"),
    (W2, "2 * np.einsum('ni,nj->ij', H, (X_hat - X) * X_hat)"),
    (W2, r"\frac{2}{N}\sum_{i=1}^N h_i ((x'_i-x_i) x'_i (1-x'_i))^T"),
    (W1, r"\sum_i x_i (w_2 (2(x'_i - x_i) \odot x'_i \odot (1-x'_i)))^T"),
]


def graded(item: str, formula: str) -> ItemResult:
    report = grade(Submission(answers={item: formula}), hw6())
    return next(one for one in report.items if one.id == item)


@pytest.mark.parametrize(("item", "formula"), RIGHT)
def test_a_right_formula_is_right_however_it_is_typed(item: str, formula: str) -> None:
    found = graded(item, formula)
    assert found.verdict == "correct", found.feedback


@pytest.mark.parametrize(("item", "formula"), WRONG)
def test_a_formula_that_differs_is_not_right_in_any_notation(item: str, formula: str) -> None:
    assert graded(item, formula).verdict != "correct"


def test_an_odd_left_side_is_told_and_costs_nothing() -> None:
    found = graded(DW0, "h_1 = z grad_h_0^T")
    assert found.points == Decimal(1)
    assert "The left side h_1 is not what is asked for; the right side is graded." in found.feedback


def test_what_was_read_is_shown_in_the_names_that_were_written() -> None:
    assert r"Read as \sigma\left(s\right)." in graded(P, "p = σ(s); s = w₂ᵀH₂ + b₂").feedback.replace(
        "mathrm{sigma}", "sigma"
    )


def test_a_value_behind_that_is_far_off_is_told_once_the_key_is_out_and_costs_nothing() -> None:
    released = hw6().model_copy(update={"release_key": True})
    for assignment, told in ((released, True), (hw6(), False)):
        for value, wrong in (("0.99", False), ("0.3", True)):
            report = grade(Submission(answers={P: f"\\sigma(w_2^T H_2 + b_2) = {value}"}), assignment)
            found = next(one for one in report.items if one.id == P)
            assert found.points == 1
            assert ("The value 0.3 behind it is not what it comes to" in found.feedback) == (wrong and told)


NETWORK = """
id: net
title: "A network with samples, classes and a mean"
values: {relative_tolerance: 0.005, significant_digits: 2, slip: {min_entries: 4, credit: 0.5}, power_of_ten: 3}
problems:
  net:
    title: "Four samples"
    inputs:
      X: [[1, 2, 0.5], [0.5, -1, 0.2], [-1.5, 0.3, 0.7], [0.2, 0.1, -0.4]]
      Y: [[1, 0], [0, 1], [1, 0], [0, 1]]
      W_1: [[0.1, 0.2, 0.3, 0.4, 0.5], [0.3, -0.1, 0.2, 0.6, -0.2], [0.4, 0.1, -0.3, 0.2, 0.1]]
      b_1: [0.1, 0.2, 0.3, 0.1, 0.2]
      W_2: [[0.1, 0.2], [0.3, -0.1], [0.2, 0.6], [-0.2, 0.4], [0.1, -0.3]]
      b_2: [0.1, -0.2]
    symbols:
      X: {axes: [sample, feature]}
      Y: {axes: [sample, class]}
      A: {axes: [sample, unit]}
      H: {axes: [sample, unit]}
      Y_hat: {axes: [sample, class]}
    nodes:
      A: "X @ W_1 + b_1"
      H: "tanh(A)"
      O: "H @ W_2 + b_2"
      Y_hat: "softmax(O)"
      loss: "-sum(Y * log(Y_hat)) / 4"
    loss: loss
items:
  - {id: O, kind: formula, points: 1, problem: net, value_of: O, shown: "H W_2 + b_2", prompt: "O"}
  - {id: H, kind: formula, points: 1, problem: net, value_of: H, shown: "tanh(X W_1 + b_1)", prompt: "H"}
  - {id: loss, kind: formula, points: 1, problem: net, value_of: loss, shown: "-sum(Y log(Y_hat)) / 4", prompt: "L"}
  - {id: dO, kind: formula, points: 1, problem: net, gradient_of: O, shown: "(Y_hat - Y) / 4", prompt: "dO"}
  - {id: dW, kind: formula, points: 1, problem: net, gradient_of: W_2, shown: "H^T grad_O", prompt: "dW"}
  - {id: db, kind: formula, points: 1, problem: net, gradient_of: b_2, shown: "sum(grad_O, axis=0)", prompt: "db"}
  - {id: dA, kind: formula, points: 1, problem: net, gradient_of: A, shown: "grad_H * (1 - H^2)", prompt: "dA"}
"""


def of_network(item: str, formula: str) -> ItemResult:
    report = grade(Submission(answers={item: formula}), parse_rubric(NETWORK))
    return next(one for one in report.items if one.id == item)


ROWS = [
    ("O", "o_i = W_2^T h_i + b_2"),
    ("O", r"o^{(i)} = W_2^\top h^{(i)} + b_2"),
    ("O", r"O_{ik} = \sum_j H_{ij} W_{2,jk} + b_{2,k}"),
    ("O", r"o^{(i)}_k = \sum_{j=1}^{m} w_{2,jk} h^{(i)}_j + b_{2,k}"),
    ("O", "F.linear(H, W2.T, b2)"),
    ("O", "(H[:, :, None] * W_2[None, :, :]).sum(axis=1) + b_2"),
    ("H", r"h_i = \tanh (W_1^T x_i + b_1)"),
    ("H", "z = X W_1 + b_1; H = tanh(z)"),
    ("loss", r"\mathcal{L} = -\frac{1}{n}\sum_{i=1}^n \sum_{k=1}^K y_{ik}\log \hat{y}_{ik}"),
    ("loss", r"J = -\frac{1}{N} \sum_{i=1}^{N} \sum_{c=1}^{C} y_{i,c} \log(\hat{y}_{i,c})"),
    ("loss", r"L(\theta) = -\frac{1}{m}\sum_{i=1}^m y^{(i)T} \log \hat{y}^{(i)}"),
    ("loss", "-np.sum(Y * np.log(Y_hat)) / X.shape[0]"),
    ("loss", "-(Y * log(Yhat)).sum(dim=1).mean()"),
    ("loss", r"-\frac{1}{N}\operatorname{tr}(Y^T \log \hat{Y})"),
    ("dO", r"\delta = \frac{1}{n}(\hat{\mathbf{Y}} - \mathbf{Y})"),
    ("dO", r"\frac{\partial L}{\partial o_i} = \frac{1}{N}(\hat{y}_i - y_i)"),
    ("dW", r"\frac{\partial L}{\partial W_2} = H^T \frac{\partial L}{\partial O}"),
    ("dW", r"dW2 = H^T \delta, \delta = (\hat{Y} - Y)/N"),
    ("dW", r"\frac{1}{N}\sum_{i=1}^N h^{(i)} (\hat{y}^{(i)} - y^{(i)})^\top"),
    ("dW", "dW2 = torch.matmul(H.t(), dO)"),
    ("dW", "W2.grad = H.T @ O.grad"),
    ("db", "db2 = np.sum(dO, axis=0, keepdims=True)"),
    ("db", r"\mathbf{1}^T \frac{\partial L}{\partial O}"),
    ("db", r"\frac{\partial L}{\partial b_2} = \sum_{i=1}^N \frac{\partial L}{\partial o_i}"),
    ("dA", r"\delta_1 = (\delta_2 W_2^T) \odot (1 - H^2), \delta_2 = (\hat{Y}-Y)/N"),
    ("dA", r"\frac{\partial L}{\partial a_i} = (W_2 \frac{\partial L}{\partial o_i}) \odot (1 - h_i^2)"),
    ("dA", "dA = np.multiply(np.matmul(dO, W2.T), 1 - np.power(H, 2))"),
]
OTHERS = [
    ("O", "H W_2"),
    ("O", "H[:, :, None] * W_2"),
    ("loss", "-np.sum(Y * np.log(Y_hat))"),
    ("loss", r"-\frac{1}{N} \sum_{i} \log \hat{y}_{i}"),
    ("loss", r"-\frac{1}{n} \sum_{i,k} Y_{ik} \log_2 \hat{Y}_{ik}"),
    ("dO", "dO = Y_hat - Y"),
    ("dW", r"\sum_{i=1}^N h_i (\hat{y}_i - y_i)^T"),
    ("dW", "dW2 = H.T @ dO / 4"),
    ("db", "db2 = dO.mean(axis=0)"),
    ("dA", "dA = dH * H * (1 - H)"),
]


@pytest.mark.parametrize(("item", "formula"), ROWS)
def test_rows_sizes_and_accents_are_read_where_the_rubric_has_matrices(item: str, formula: str) -> None:
    found = of_network(item, formula)
    assert found.verdict == "correct", found.feedback


@pytest.mark.parametrize(("item", "formula"), OTHERS)
def test_what_differs_there_is_not_right(item: str, formula: str) -> None:
    assert of_network(item, formula).verdict != "correct"
