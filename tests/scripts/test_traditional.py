"""The characters that conversion to Traditional takes wrong most easily, in the words that this field uses."""

import pytest

from scripts.traditional import traditional

# Simplified and Traditional, one pair a word.
WORDS = """
登录后 登錄後 后台 後台 库里 庫裡 公里 公里 里程碑 里程碑 系统 系統 联系人 聯繫人 关系 關係 制造 製造 制度 制度 限制 限制
复制 複製 恢复 恢復 复核 複核 批复 批覆 重复 重複 回复 回覆 范围 範圍 规范 規範 示范区 示範區 只能 只能 只影响 只影響
云计算 雲計算 云南 雲南 上云 上雲 干部 幹部 骨干 骨幹 若干 若干 干净 乾淨 面积 面積 方面 方面 地面 地面 发布 發佈 公布 公佈
标准 標準 准入 准入 批准 批准 占用 佔用 占比 佔比 占地 佔地 周边 周邊 本周 本週 周期 週期 剩余 剩餘 余额 餘額 表格 表格
征地 徵地 征收 徵收 特征 特徵 标志 標誌 采用 採用 采购 採購 计划 計劃 规划 規劃 标签 標籤 签约 簽約 备注 備註 关注 關注
注册 註冊 几个 幾個 汇率 匯率 汇总 彙總 合并 合併 对合并的撤回 對合併的撤回 并列 並列 由于 由於 出让 出讓 台账 台賬 平台 平台
折合 折合 折旧 折舊 种类 種類 借用 借用 一致 一致 价格 價格 方向 方向 冲突 衝突 回收 回收 历史 歷史 获得 獲得 出租 出租
布局 佈局 升级 升級 污水 污水 凭证 憑證 证券 證券 党委 黨委 累计 累計 当前 當前 尽量 儘量 尽快 儘快 伙伴 夥伴 上游 上游
产业链上下游 產業鏈上下游 旅游 旅遊 北斗 北斗 参数 參數 账号 賬號 万元 萬元 亩均 畝均 坐标系 坐標系 楼面荷载 樓面荷載
""".split()


@pytest.mark.parametrize(("simplified", "wanted"), list(zip(WORDS[::2], WORDS[1::2], strict=True)))
def test_a_word_of_the_field_comes_out_as_it_is_written(simplified: str, wanted: str) -> None:
    assert traditional(simplified) == wanted
    assert traditional(f"请先{simplified}，") == f"請先{wanted}，"


def test_quotation_marks_are_those_of_traditional_chinese() -> None:
    assert traditional("请先停用“甲‘乙’丙”。") == "請先停用「甲『乙』丙」。"
