"""Names: what is one name however it is typed."""

from sanku.common.names import core_name, normalise, simplified


def test_either_script_is_one_spelling() -> None:
    assert normalise("濟寧示例機械股份有限公司") == normalise("济宁示例机械股份有限公司")
    assert core_name("示例裝備股份有限責任公司") == core_name("示例装备股份有限责任公司") == "示例装备"
    assert normalise("乾坤發展") == normalise("乾坤发展") == normalise("干坤发展")
    assert simplified("臺灣著名後裡") == "台湾着名后里"


def test_folding_twice_changes_nothing() -> None:
    everything = "".join(chr(code) for code in range(0x4E00, 0xA000))
    assert simplified(simplified(everything)) == simplified(everything)
