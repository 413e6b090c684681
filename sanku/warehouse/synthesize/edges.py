"""Invented investments: who put money into whom, or set up a branch, within a block of companies."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ONE_IN = 20


def edges(companies: pa.Table, seed: int, number: int) -> pa.Table:
    """Return one dated investment for every twenty companies of the block; a few investors hold many of them."""
    random = np.random.default_rng([seed, 3, number])
    rows = max(1, companies.num_rows // ONE_IN)
    investor = (random.random(rows) ** 3 * companies.num_rows).astype(np.int64)
    investee = random.integers(0, companies.num_rows, rows)
    investor, investee = investor[investor != investee], investee[investor != investee]
    rows = len(investor)
    of, into = companies.take(pa.array(investor)), companies.take(pa.array(investee))
    branch = pc.ends_with(into["企业名称"], "分公司").combine_chunks()
    amount = pa.array(np.round(random.lognormal(5, 1.4, rows)).astype(np.int64)).cast(pa.string())
    return pa.table(
        {
            "投资方": of["企业名称"].combine_chunks(),
            "投资方统一社会信用代码": of["统一社会信用代码"].combine_chunks(),
            "被投资企业": into["企业名称"].combine_chunks(),
            "被投资企业统一社会信用代码": into["统一社会信用代码"].combine_chunks(),
            "关系": pc.if_else(branch, "分支机构", "投资"),
            "投资日期": into["成立日期"].combine_chunks(),
            "投资金额": pc.if_else(branch, "", pc.binary_join_element_wise(amount, "万元", "")),
            "省份": into["省份"].combine_chunks(),
            "城市": into["城市"].combine_chunks(),
        }
    )
