# ruff: noqa: E501  (formulas stand on one line, as they are handed in)
"""Derivations in many notations and routes, written for these tests, with the verdict of each step by hand.

One letter a step: v valid, i invalid, u unreadable.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    name: str
    verdicts: str
    text: str

    @property
    def lines(self) -> list[str]:
        return [line for line in self.text.strip().split("\n") if line.strip()]


COLLECTION = (
    Case(
        "ascii, as a student types it",
        "vvvvv",
        r"""
log p(x|phi) = log E_{p(z|phi)}[p(x|z,phi)]
= log E_{q(z|x,theta)}[p(z|phi)/q(z|x,theta) * p(x|z,phi)]
>= E_{q(z|x,theta)}[log(p(z|phi)/q(z|x,theta) * p(x|z,phi))]
= E_{q(z|x,theta)}[log p(x|z,phi)] - KL(q(z|x,theta) || p(z|phi))
= E_{q(z|x,theta)}[log p(x|z,phi)] - KL(q(z|x,theta) || p(z))""",
    ),
    Case(
        "Unicode",
        "vvvv",
        r"""
log p(x|φ) = log ∫ p(x|z,φ) p(z|φ) dz
= log ∫ q(z|x,θ) p(x|z,φ) p(z|φ) / q(z|x,θ) dz
≥ ∫ q(z|x,θ) log( p(x|z,φ) p(z|φ) / q(z|x,θ) ) dz
= 𝔼_{q(z|x,θ)}[log p(x|z,φ)] − KL(q(z|x,θ) ‖ p(z))""",
    ),
    Case(
        "subscripts for parameters, amortised q",
        "vvvv",
        r"""
\log p_\theta(x) = \log \int p_\theta(x|z) p(z) \, dz
= \log \mathbb{E}_{z \sim q_\phi(z|x)}\left[ \frac{p_\theta(x|z) p(z)}{q_\phi(z|x)} \right]
\geq \mathbb{E}_{z \sim q_\phi(z|x)}\left[ \log \frac{p_\theta(x|z) p(z)}{q_\phi(z|x)} \right]
= \mathbb{E}_{z \sim q_\phi(z|x)}[\log p_\theta(x|z)] - D_{KL}(q_\phi(z|x) \| p(z))""",
    ),
    Case(
        "aligned environment with ampersands",
        "vvv",
        r"""
\begin{aligned}
\log p(x) &= \log \sum_z p(x, z) \\
&= \log \sum_z q(z) \frac{p(x, z)}{q(z)} \\
&\geqslant \sum_z q(z) \log \frac{p(x, z)}{q(z)} && \text{Jensen}
\end{aligned}""",
    ),
    Case(
        "the KL gap from the other side",
        "vvvv",
        r"""
KL(q(z|x) \| p(z|x)) = \mathbb{E}_q[\log q(z|x) - \log p(z|x)]
= \mathbb{E}_q[\log q(z|x) - \log p(x,z)] + \log p(x)
\log p(x) = \mathbb{E}_q[\log p(x,z) - \log q(z|x)] + KL(q(z|x) \| p(z|x))
\ge \mathbb{E}_q[\log p(x,z) - \log q(z|x)]""",
    ),
    Case(
        "log p under an expectation first",
        "vvvvv",
        r"""
\log p(x) = \int q(z|x) \log p(x) \, dz
= \int q(z|x) \log \frac{p(x|z) p(z)}{p(z|x)} dz
= \int q(z|x) \log \frac{p(x|z) p(z)}{q(z|x)} dz + \int q(z|x) \log \frac{q(z|x)}{p(z|x)} dz
\ge \int q(z|x) \log \frac{p(x|z) p(z)}{q(z|x)} dz
= \int q(z|x) \log p(x|z) dz - KL(q(z|x) \| p(z))""",
    ),
    Case(
        "entropy form",
        "vvv",
        r"""
\log p(x) \ge \mathbb{E}_{q(z)}[\log p(x,z) - \log q(z)]
= \mathbb{E}_{q(z)}[\log p(x,z)] - \mathbb{E}_{q(z)}[\log q(z)]
= \mathbb{E}_{q(z)}[\log p(x,z)] + H(q)""",
    ),
    Case(
        "entropy with square brackets and a blackboard H",
        "v",
        r"""
\mathbb{E}_{q}[\log p(x,z)] - \mathbb{E}_q[\log q(z|x)] = \mathbb{E}_{q}[\log p(x,z)] + \mathbb{H}[q(z|x)]""",
    ),
    Case(
        "the free energy, everything negated",
        "vvv",
        r"""
-\log p(x) = -\log \mathbb{E}_{q(z|x)}\left[\frac{p(x,z)}{q(z|x)}\right]
\le -\mathbb{E}_{q(z|x)}\left[\log\frac{p(x,z)}{q(z|x)}\right]
= KL(q(z|x) \| p(z)) - \mathbb{E}_{q(z|x)}[\log p(x|z)]""",
    ),
    Case(
        "read from its end",
        "vvv",
        r"""
\mathbb{E}_q[\log p(x|z)] - KL(q(z|x) \| p(z)) = \mathbb{E}_q\left[\log \frac{p(x,z)}{q(z|x)}\right]
\le \log \mathbb{E}_q\left[\frac{p(x,z)}{q(z|x)}\right]
= \log p(x)""",
    ),
    Case(
        "several relations in one line",
        "vvv",
        r"""
\log p(x) = \log \int p(x,z) dz = \log \int q(z) \frac{p(x,z)}{q(z)} dz \ge \int q(z) \log \frac{p(x,z)}{q(z)} dz""",
    ),
    Case(
        "a bound with a name",
        "vvvv",
        r"""
\log p(x) \ge \mathbb{E}_q\left[\log \frac{p(x,z)}{q(z|x)}\right] =: \mathcal{L}(q)
\mathcal{L}(q) = \mathbb{E}_q[\log p(x|z)] - KL(q(z|x) \| p(z))
\log p(x) - \mathcal{L}(q) = KL(q(z|x) \| p(z|x))""",
    ),
    Case(
        "a name under a brace",
        "vvv",
        r"""
\log p(x) = \underbrace{\mathbb{E}_q[\log p(x,z) - \log q(z|x)]}_{\mathcal{L}} + KL(q(z|x) \| p(z|x))
\log p(x) \ge \mathcal{L}
\mathcal{L} = \mathbb{E}_q[\log p(x|z)] - KL(q(z|x) \| p(z))""",
    ),
    Case(
        "TeX's own fractions and the differential first",
        "vvv",
        r"""
\log p(x) = \log \int \mathrm{d}z \, p(x, z)
= \log \int \mathrm{d}z \, q(z) {p(x, z) \over q(z)}
\geqslant \int \mathrm{d}z \, q(z) \log {p(x, z) \over q(z)}""",
    ),
    Case(
        "mid and Vert",
        "vv",
        r"""
\ln p(x) \geq \mathbb{E}_{q(z \mid x)}\left[\ln p(x \mid z)\right] - \mathrm{KL}\left(q(z \mid x) \,\Vert\, p(z)\right)
= \mathbb{E}_{q(z \mid x)}\left[\ln p(x, z)\right] - \mathbb{E}_{q(z \mid x)}\left[\ln q(z \mid x)\right]""",
    ),
    Case(
        "capitals",
        "vvv",
        r"""
\log P(X) = \log \int P(X, Z) dZ
= \log E_{Z \sim Q}\left[ \frac{P(X, Z)}{Q(Z)} \right]
\ge E_{Z \sim Q}\left[ \log \frac{P(X, Z)}{Q(Z)} \right]""",
    ),
    Case(
        "another letter for the likelihood",
        "vv",
        r"""
\log p(x) = \log \int q(z|x) \frac{g_\theta(x|z) p(z)}{q(z|x)} dz
\ge \int q(z|x) \log \frac{g_\theta(x|z) p(z)}{q(z|x)} dz""",
    ),
    Case(
        "other letters for latent and observed",
        "vv",
        r"""
\log p(y) = \log \int p(y|\theta) p(\theta) d\theta
\ge \mathbb{E}_{q(\theta)}[\log p(y|\theta)] - KL(q(\theta) \| p(\theta))""",
    ),
    Case(
        "angle brackets",
        "vvv",
        r"""
\log p(D) = \log \left\langle \frac{p(D|h) p(h)}{q(h)} \right\rangle_{q(h)}
\ge \left\langle \log \frac{p(D|h) p(h)}{q(h)} \right\rangle_{q(h)}
= \left\langle \log p(D|h) \right\rangle_{q(h)} - KL(q(h) \| p(h))""",
    ),
    Case(
        "densities without arguments",
        "v",
        r"""
KL(q \| p_{z|x}) = \mathbb{E}_{q}[\log q(z)] - \mathbb{E}_{q}[\log p_{z|x}(z)] + 0""",
    ),
    Case(
        "conditions throughout",
        "vvv",
        r"""
\log p(x|c) = \log \int p(x|z,c) p(z|c) dz
= \log \mathbb{E}_{q(z|x,c)}\left[ \frac{p(x|z,c) p(z|c)}{q(z|x,c)} \right]
\ge \mathbb{E}_{q(z|x,c)}[\log p(x|z,c)] - KL(q(z|x,c) \| p(z|c))""",
    ),
    Case(
        "a sum over the data",
        "vv",
        r"""
\sum_{i=1}^N \log p_\theta(x_i) = \sum_{i=1}^N \log \sum_{z} q(z|x_i) \frac{p_\theta(x_i, z)}{q(z|x_i)}
\ge \sum_{i=1}^N \sum_z q(z|x_i) \log \frac{p_\theta(x_i, z)}{q(z|x_i)}""",
    ),
    Case(
        "superscripts for data points",
        "v",
        r"""
\log p_\theta(x^{(i)}) \geq \mathbb{E}_{q_\phi(z|x^{(i)})}[\log p_\theta(x^{(i)}|z)] - D_{KL}(q_\phi(z|x^{(i)}) \| p_\theta(z))""",
    ),
    Case(
        "two latents",
        "vv",
        r"""
\log p(x) = \log \int \int p(x, z, w) dz dw
\ge \mathbb{E}_{q(z,w|x)}\left[\log \frac{p(x, z, w)}{q(z,w|x)}\right]""",
    ),
    Case(
        "the optimal q closes the gap",
        "v",
        r"""
\mathbb{E}_{p(z|x)}\left[\log \frac{p(x,z)}{p(z|x)}\right] = \log p(x)""",
    ),
    Case(
        "a weight of 2 on the divergence is a bound",
        "v",
        r"""
\log p(x) \ge \mathbb{E}_{q(z|x)}[\log p(x|z)] - 2 KL(q(z|x) \| p(z))""",
    ),
    Case(
        "a weight of 0.9 is none",
        "i",
        r"""
\log p(x) \ge \mathbb{E}_{q(z|x)}[\log p(x|z)] - 0.9 KL(q(z|x) \| p(z))""",
    ),
    Case(
        "a weight of 0.99 is none",
        "i",
        r"""
\log p(x) \ge \mathbb{E}_{q(z|x)}[\log p(x|z)] - 0.99 KL(q(z|x) \| p(z))""",
    ),
    Case(
        "a weight beta that is not said",
        "i",
        r"""
\log p(x) \ge \mathbb{E}_{q(z|x)}[\log p(x|z)] - \beta KL(q(z|x) \| p(z))""",
    ),
    Case(
        "the entropy dropped",
        "i",
        r"""
\mathbb{E}_q[\log p(x,z)] - \mathbb{E}_q[\log q(z|x)] \ge \mathbb{E}_q[\log p(x,z)]""",
    ),
    Case(
        "the reconstruction doubled",
        "i",
        r"""
\log p(x) \ge 2\mathbb{E}_{q(z|x)}[\log p(x|z)] - KL(q(z|x) \| p(z))""",
    ),
    Case(
        "Jensen under a density that is not normalised",
        "i",
        r"""
\log \int 2 q(z) \frac{p(x,z)}{q(z)} dz \ge \int 2 q(z) \log \frac{p(x,z)}{q(z)} dz""",
    ),
    Case(
        "Jensen's direction",
        "vi",
        r"""
\log p(x) = \log \mathbb{E}_{q}\left[\frac{p(x,z)}{q(z)}\right]
\le \mathbb{E}_{q}\left[\log\frac{p(x,z)}{q(z)}\right]""",
    ),
    Case(
        "an equality where only a bound holds",
        "vi",
        r"""
\log p(x) = \log \mathbb{E}_{q}\left[\frac{p(x,z)}{q(z)}\right]
= \mathbb{E}_{q}\left[\log\frac{p(x,z)}{q(z)}\right]""",
    ),
    Case(
        "KL's arguments swapped on regrouping",
        "i",
        r"""
\mathbb{E}_q\left[\log \frac{p(x|z)p(z)}{q(z|x)}\right] = \mathbb{E}_q[\log p(x|z)] - KL(p(z) \| q(z|x))""",
    ),
    Case(
        "KL's sign",
        "i",
        r"""
\mathbb{E}_q\left[\log \frac{p(x|z)p(z)}{q(z|x)}\right] = \mathbb{E}_q[\log p(x|z)] + KL(q(z|x) \| p(z))""",
    ),
    Case(
        "the ratio lost with the measure",
        "i",
        r"""
\log \mathbb{E}_{p(z)}[p(x|z)] = \log \mathbb{E}_{q(z|x)}[p(x|z)]""",
    ),
    Case(
        "the ratio upside down",
        "i",
        r"""
\log \mathbb{E}_{p(z)}[p(x|z)] = \log \mathbb{E}_{q(z|x)}\left[\frac{q(z|x)}{p(z)} p(x|z)\right]""",
    ),
    Case(
        "the log moved inside before the measure was changed",
        "vi",
        r"""
\log p(x) = \log \mathbb{E}_{p(z)}[p(x|z)]
= \mathbb{E}_{p(z)}[\log p(x|z)]""",
    ),
    Case(
        "the latent lost from a condition",
        "i",
        r"""
p(x) = \int p(x) p(z|x) p(x|z) dz""",
    ),
    Case(
        "q of the data for q of the latent",
        "vi",
        r"""
\log \int p(x,z) dz = \log \int q(x) \frac{p(x,z)}{q(x)} dz
\ge \int q(x) \log \frac{p(x,z)}{q(x)} dz""",
    ),
    Case(
        "a weight after the log",
        "vv",
        r"""
\log p(x) = \int \log \frac{p(x,z)}{p(z|x)} q(z) dz
= \int \log \frac{p(x,z)}{q(z)} q(z) dz + \int \log \frac{q(z)}{p(z|x)} q(z) dz""",
    ),
    Case(
        "the log of a product without brackets",
        "v",
        r"""
\mathbb{E}_q[\log p(x,z)] = \mathbb{E}_q[\log p(x|z) p(z)]""",
    ),
    Case(
        "a comment in brackets and one in words",
        "vv",
        r"""
log p(x) = log ∫ q(z) p(x,z)/q(z) dz   (multiply by one)
>= ∫ q(z) log(p(x,z)/q(z)) dz   by Jensen's inequality""",
    ),
    Case(
        "a relation at a line's end",
        "vv",
        r"""
\log p(x) =
\log \int q(z) \frac{p(x,z)}{q(z)} dz \ge
\int q(z) \log \frac{p(x,z)}{q(z)} dz""",
    ),
    Case(
        "a left side written again on every line",
        "vvv",
        r"""
\log p(x) = \log \mathbb{E}_q[p(x,z)/q(z)]
\log p(x) \ge \mathbb{E}_q[\log p(x,z)/q(z)]
\log p(x) \ge \mathbb{E}_q[\log p(x,z) - \log q(z)]""",
    ),
    Case(
        "an unreadable line spoils the steps beside it only",
        "vuuv",
        r"""
\log p(x) = \log \int p(x,z) dz
= \log \int q(z) ( ]
= \log \mathbb{E}_q[p(x,z)/q(z)]
\ge \mathbb{E}_q[\log (p(x,z)/q(z))]""",
    ),
    Case(
        "from KL to the bound",
        "vv",
        r"""
0 \le KL(q(z|x) \| p(z|x))
= \log p(x) - \mathbb{E}_q[\log p(x,z) - \log q(z|x)]""",
    ),
    Case(
        "the posterior by Bayes",
        "vv",
        r"""
p(z|x) = \frac{p(x|z) p(z)}{p(x)} = \frac{p(x,z)}{\int p(x,z) dz}""",
    ),
    Case(
        "EM's old parameters are another model",
        "vi",
        r"""
\log p(x|\theta) \ge \sum_z p(z|x,\theta') \log \frac{p(x,z|\theta)}{p(z|x,\theta')}
= \sum_z p(z|x,\theta') \log \frac{p(x,z|\theta)}{p(z|x,\theta)}""",
    ),
    Case(
        "EM with numbered parameters",
        "vv",
        r"""
\log p(x|\theta) \ge \sum_z p(z|x,\theta^{(t)}) \log \frac{p(x,z|\theta)}{p(z|x,\theta^{(t)})}
= \sum_z p(z|x,\theta^{(t)}) \log p(x,z|\theta) - \sum_z p(z|x,\theta^{(t)}) \log p(z|x,\theta^{(t)})""",
    ),
    Case(
        "EM's bound does not touch at other parameters",
        "i",
        r"""
\log p(x|\theta) = \sum_z p(z|x,\theta^{(t)}) \log \frac{p(x,z|\theta)}{p(z|x,\theta^{(t)})}""",
    ),
    Case(
        "it does at its own",
        "v",
        r"""
\log p(x|\theta^{(t)}) = \sum_z p(z|x,\theta^{(t)}) \log \frac{p(x,z|\theta^{(t)})}{p(z|x,\theta^{(t)})}""",
    ),
    Case(
        "an undefined function is no name",
        "u",
        r"""
\log p_\theta = \mathbb{E}_q[\log p(x,z)]""",
    ),
    Case(
        "a bound named within an equation",
        "vvi",
        r"""
\log p(x) = \mathcal{L}(q) + KL(q(z) \| p(z|x))
\mathcal{L}(q) = \mathbb{E}_q[\log p(x,z)] + H(q)
\mathcal{L}(q) = \mathbb{E}_q[\log p(x|z)] + H(q)""",
    ),
    Case(
        "diffusion's trajectory",
        "vv",
        r"""
\log p_\theta(x_0) = \log \int q(x_{1:T}|x_0) \frac{p_\theta(x_{0:T})}{q(x_{1:T}|x_0)} dx_{1:T}
\ge \mathbb{E}_{q(x_{1:T}|x_0)}\left[\log \frac{p_\theta(x_{0:T})}{q(x_{1:T}|x_0)}\right]""",
    ),
    Case(
        "an average over the data",
        "vv",
        r"""
\mathbb{E}_{p_{data}(x)}[\log p_\theta(x)] = \mathbb{E}_{p_{data}(x)}\left[\log \mathbb{E}_{q(z|x)}\left[\frac{p_\theta(x,z)}{q(z|x)}\right]\right]
\ge \mathbb{E}_{p_{data}(x)}\left[\mathbb{E}_{q(z|x)}\left[\log \frac{p_\theta(x,z)}{q(z|x)}\right]\right]""",
    ),
    Case(
        "a line that goes on with its sign",
        "vv",
        r"""
\log p(x) = \mathbb{E}_q[\log p(x|z)]
 - KL(q(z|x) \| p(z))
 + KL(q(z|x) \| p(z|x))
\ge \mathbb{E}_q[\log p(x|z)] -
KL(q(z|x) \| p(z))""",
    ),
    Case(
        "why a divergence is not negative",
        "vvvv",
        r"""
-KL(q(z) \| p(z)) = \mathbb{E}_q\left[\log \frac{p(z)}{q(z)}\right]
\le \log \mathbb{E}_q\left[\frac{p(z)}{q(z)}\right]
= \log 1
= 0""",
    ),
    Case(
        "the evidence itself bounded",
        "vv",
        r"""
p(x) = \mathbb{E}_{q(z)}\left[\frac{p(x,z)}{q(z)}\right]
\ge \exp\left(\mathbb{E}_{q(z)}\left[\log\frac{p(x,z)}{q(z)}\right]\right)""",
    ),
    Case(
        "a cross entropy",
        "v",
        r"""
KL(q(z) \| p(z)) = -H(q(z)) + H(q(z), p(z))""",
    ),
    Case(
        "two observations that are independent given the latent",
        "v",
        r"""
\log p(x,y) \ge \mathbb{E}_{q(z|x,y)}[\log p(x|z) + \log p(y|z)] - KL(q(z|x,y) \| p(z))""",
    ),
    Case(
        "a condition lost is no independence",
        "vi",
        r"""
\log p(x,y) \ge \mathbb{E}_{q(z|x,y)}[\log p(x|z,y) + \log p(y|z)] - KL(q(z|x,y) \| p(z))
= \mathbb{E}_{q(z|x,y)}[\log p(x|z) + \log p(y|z)] - KL(q(z|x,y) \| p(z))""",
    ),
    Case(
        "a hierarchy of latents",
        "vv",
        r"""
\log p(x) = \log \int\int p(x|z) p(z|w) p(w) dz dw
\ge \mathbb{E}_{q(z,w|x)}\left[\log \frac{p(x|z) p(z|w) p(w)}{q(z,w|x)}\right]""",
    ),
    Case(
        "a likelihood lost from a joint of two observations",
        "i",
        r"""
\log p(x,y) \ge \mathbb{E}_{q(z|x,y)}[\log p(x|z)] - KL(q(z|x,y) \| p(z))""",
    ),
    Case(
        "a variable under the expectation",
        "vv",
        r"""
KL(q(z|x) \| p(z|x)) = E_z[\log q(z|x) - \log p(z|x)]
= E_z[\log q(z|x) - \log p(x|z) - \log p(z)] + \log p(x)""",
    ),
    Case(
        "a bar that Markdown has escaped",
        "v",
        r"""
\log p(x) \ge \mathbb{E}_{q(z\|x)}[\log p(x\|z)] - KL(q(z\|x) \|\| p(z))""",
    ),
    Case(
        "a posterior with a bar and no condition",
        "vv",
        r"""
KL(q \| \bar{p}) = \mathbb{E}_{z \sim q}[\log q(z) - \log \bar{p}(z)]
= \mathbb{E}_{z \sim q}[\log q(z) - \log p(z, x)] + \log p(x)""",
    ),
    Case(
        "a name in an equation that hides a mistake",
        "u",
        r"""
\log p(x) = \mathrm{ELBO} - KL(q(z) \| p(z|x))""",
    ),
    Case(
        "a constant that hides a mistake",
        "u",
        r"""
\log p(x) = \mathbb{E}_q[\log p(x|z)] + \mathrm{const}""",
    ),
)
