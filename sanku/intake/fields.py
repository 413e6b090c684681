# ruff: noqa: E501
"""The fields that a column of an office table can mean, with the words that head them.

Words are regular expressions over the normalised header (see `headers.normalise_header`): simplified characters, half
width, lower case, no blanks, no brackets. They match the whole header.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["target_client", "project", "site", "enterprise", "lead", "visit", "assignment", "none"]
# In this order kinds are tried; an earlier one is taken where two explain a table equally well.
KINDS: tuple[Kind, ...] = ("enterprise", "target_client", "project", "site", "lead", "visit", "assignment")

Type = Literal[
    "text", "name", "code", "id", "province", "city", "place", "list", "number", "count", "percent", "money", "foreign",
    "investment", "sale_price", "rent_price", "area", "date", "moment", "lon", "lat", "lon_lat", "phone", "contact",
    "sector", "stage", "site_status", "site_kind", "facets", "currency", "unit", "ordinal", "boundary", "own", "tags",
]  # fmt: skip

_ALL = ("target_client", "project", "site", "enterprise", "lead", "visit", "assignment")
_FIRM = ("target_client", "enterprise", "lead", "assignment")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the import's JSON, how its cells are read, the kinds of table it belongs to.

    `weight` says how strongly the field speaks for the kinds in `speaks_for`.
    """

    name: str
    type: Type
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    speaks_for: tuple[str, ...] = ()
    weight: int = 1
    may_be_negative: bool = False


_FIRM_WORD = r"(?:企业|公司|单位|客商|机构|商户|客户|法人单位|市场主体|经营主体|纳税人|厂商|投资方|投资商|投资人|投资者|投资企业)"
_OF_NAME = r"(?:详细名称|全称|名称|名|名字|简称)"
_CODE = (
    r"(?:统一)?(?:社会)?信用代?码|统一代码|机构代码/?信用代码|组织机构代码/?(?:统一)?(?:社会)?信用代码|组织机构代码|社会代码|"
    r"营业执照号?码?|营业执照注册号|注册号|usci?|uscc|unifiedsocialcreditcode|socialcreditcode|creditcode|usccode|税号|纳税人识别号"
)
# 是否空置 over yes and no: what a carrier is asked, and which answer says that it is free.
IS_FREE, IS_TAKEN = "空置|闲置|可用|可租|可供", "已?出租|已租|占用|已用|入驻"
_INVEST = r"(?:项目|计划|预计|拟|意向|协议|合同|签约|概算|估算)*(?:总投资|投资总)(?:额|规模|金额|概算|估算)?|(?:估算|概算)投资|投资(?:估算|概算|意向(?:金额|额|规模))|(?:项目|计划|预计|拟|意向|协议|合同|签约)*投资(?:额|金额|规模|总量)?|(?:合同|协议|签约)(?:金额|额)|(?:合同|协议|计划|签约)?引资(?:总?额|金额)"

FIELDS: tuple[Field, ...] = (
    # --- serial numbers and columns that only carry the unit of another
    Field("ordinal", "ordinal", _ALL, (r"序号?", r"编?序号", r"no\.?", r"#", r"s/?n", r"sn", r"行号", r"项次", r"顺序号", r"seq", r"id", r"index", r"排序")),
    Field("unit.money", "unit", _ALL, (r"(?:金额|投资额|总投资额?|货币|资金|投资金额)(?:计量)?单位", r"currencyunit", r"amountunit")),
    Field("unit.area", "unit", _ALL, (r"(?:面积|用地)单位", r"areaunit")),
    Field("unit.price", "unit", ("site",), (r"(?:计价|价格|租金|单价|地价|报价|售价)单位", r"计价方式", r"priceunit", r"rentunit")),
    Field("unit", "unit", _ALL, (r"计量单位|单位换算|unit",)),
    # --- enterprise
    Field("enterprise.name", "name", _FIRM, (
        rf"(?:目标|重点|拟招引?|拟引进|意向|招商|被?走访|包保|包联|挂包|帮扶|联系|服务|受访|入驻|填报|客商|招引|龙头|拟对接|对接|注册)*{_FIRM_WORD}{_OF_NAME}?",
        rf"{_FIRM_WORD}/?(?:{_FIRM_WORD})?{_OF_NAME}", r"名称|全称", r"客商|客户|目标客户|目标企业|招[引商]对象",
        r"(?:company|enterprise|firm|client|targetcompany|target|organisation|organization|customer)(?:name)?", r"nameofcompany|name", r"客户(?:单位|企业|公司)|法人名称|(?:集团|总公司)(?:公司)?名称",
    )),
    Field("enterprise.uscc", "code", _FIRM, (rf"(?:企业|公司|单位|法人)?(?:{_CODE})",)),
    Field("enterprise.province", "province", _FIRM, (r"(?:企业|注册地?|总部)?(?:所在|所属)?省(?:份|市|区|级|自治区|直辖市)*(?:名称)?", r"province")),
    Field("enterprise.city", "city", _FIRM, (r"(?:企业|注册地?|总部)?(?:所在|所属)?(?:地级)?(?:城?市|地市|市州|市地|市区)(?:名称)?|所在城市", r"city")),
    Field("enterprise.province+city", "place", _FIRM, (
        r"(?:企业|公司|总部|注册)?(?:所在|所属)?(?:省市|地区|区域|地域|省份城市|省/市|省、市|省份/城市)(?:名称)?",
        r"(?:企业|公司|总部|客商)?所在(?:地|省市|地区|区域)|来源地|(?:总部|企业)?(?:所在地|注册地)|总部(?:地|所在)?", r"region|location|province/?city|headquarters",
    )),
    Field("enterprise.address", "text", (*_FIRM, "project"), (
        r"(?:企业|公司|单位|总部|注册|生产|经营|详细|办公|通讯|通信|联系|住所|厂区|生产经营|登记)*(?:地址|住所|经营场所|厂址|所在地址)", r"(?:registered|company)?address",
    )),
    Field("enterprise.established_date", "date", _FIRM, (
        r"(?:企业|公司|工商)?(?:成立|设立|注册|创立|创办|组建|开办|开业|登记成立)(?:日期|时间|年月|年份|年月日)", r"登记日期|登记时间|注册登记日期", r"(?:date)?(?:established|founded|incorporat)(?:ed|ion|on|date)?|establishment(?:date)?|establisheddate|foundingdate|dateofestablishment",
    )),
    Field("enterprise.registered_capital_cny", "money", _FIRM, (r"(?:企业|认缴)?注册(?:资本|资金|资本金)(?:金额|总额)?|认缴(?:资本|出资额?)", r"(?:registered)?capital|registeredcapital.*")),
    Field("enterprise.headcount", "count", _FIRM, (
        r"(?:企业|期末|年末|现有|全部|在职|在册|平均|年平均|单位|从业)*(?:职工|员工|在职|企业|社保|参保|从业人员|用工|从业|在岗人员|人员)(?:期末)?(?:总)?(?:人?数|规模|平均人数|数量|总数)?", r"期末从业人员|从业人员(?:期末数)?|人数|员工", r"employees|headcount|staff|numberofemployees|noofemployees",
    )),
    Field("enterprise.honours", "list", _FIRM, (r"(?:企业|主要|所获|获得)*(?:[入上]围)?(?:榜单|上榜|荣誉|资质|称号|榜单荣誉|荣誉资质|资质荣誉|荣誉称号|资质等级)(?:/?(?:荣誉|榜单|称号|资质))?(?:情况|名单)?", r"honou?rs|awards|qualifications?")),
    Field("enterprise.industry_text", "text", _FIRM, (r"(?:企业|国民经济|所属|主营|从事|主导|细分)*(?:行业|产业)(?:类别|分类|门类|名称|领域|大类|小类|代码|类型)?|所属领域|产业方向|(?:所属|主导)?产业链", r"industry|sector")),
    Field("enterprise.products", "list", _FIRM, (r"(?:企业|公司)?(?:主要|主营|主导|核心)(?:产品|业务|服务|[及或和与、/])+|主营|产品|产品名称|产品及服务|业务", r"(?:main)?products?|mainbusiness|business")),
    Field("enterprise.scope", "text", _FIRM, (r"(?:许可|一般)?经营(?:业务)?范围|业务范围", r"(?:business)?scope|scopeofbusiness|businessscope")),
    Field("enterprise.revenue_cny", "money", _FIRM, (
        r"(?:企业|公司|上年|去年|本年|当年|全年|年度?|上年度|本年度|主营业务?|主营|累计|最近一年)*(?:营业总?收入|营收|销售收入|主营业务收入|主营收入|业务收入|销售额|营业额|收入|总收入)(?:总额|额|规模|情况|总量|合计)?", r"(?:年|上年|全年|本年|年度|工业|规模以上|累计)*(?:总?产值|工业总产值)(?:总?额)?", r"(?:annual|operating|total)*(?:revenue|sales|turnover)",
    )),
    Field("enterprise.profit_cny", "money", _FIRM, (r"(?:企业|年|上年|全年|本年|年度|累计)*(?:利润总?额?|净利润|税后利润|营业利润|利润总额|净利)", r"(?:net|total)?profit"), may_be_negative=True),
    Field("enterprise.tax_cny", "money", _FIRM, (r"(?:企业|年|上年|全年|本年|年度|实缴|入库|缴纳|实际|上缴|应交|累计|全口径)*(?:税收|税金|纳税额?|缴税|利税|税额|纳税总额|税收总额|税费)(?:总额|额|贡献|收入|情况|合计|总计|累计)?", r"tax(?:es)?(?:paid)?")),
    Field("enterprise.revenue_growth", "percent", _FIRM, (
        r"(?:营业?收入?|营收|收入|销售)?(?:同比)?(?:增速|增长率?|增幅|增长幅度|同比|同比增减|同比增长率?|同比增速|同比±?%?)", r"(?:revenue)?growth(?:rate)?|yoy",
    ), may_be_negative=True),
    # --- contact
    Field("contact.name", "name", _ALL, (
        rf"(?:企业|公司|单位|客商|项目|投资方|对方|客户|招商|业务)*(?:联系人|联络人|对接人|经办人|联络员)员?(?:姓名)?|{_FIRM_WORD}(?:负责人|代表)|负责人(?:姓名)?|老板|董事长|姓名", r"contact(?:person|name)?",
    )),
    Field("contact.phone", "phone", _ALL, (
        rf"(?:企业|公司|单位|客商|对方|客户|负责人|联系人|招商|联络人|联络员|对接人|项目)*(?:联系|联络|固定|办公|移动|手机)*(?:电话|手机|号码|电话号码|手机号码?|联系号码|座机|热线)(?:/手机|/电话)?|tel|(?:企业|单位|客商|联系人)*(?:联系|联络)方式|{_FIRM_WORD}电话", r"(?:contact)?(?:phone|telephone|tel|mobile|cell)(?:number|no\.?)?|contactnumber|contactinfo",
    )),
    Field("contact.name+phone", "contact", _ALL, (r"(?:企业|单位|项目|公司|招商|业务)?(?:联系人|联络人|对接人|负责人|经办人)(?:姓名)?(?:及|和|与|、|/|,|，)?(?:联系)?(?:电话|方式|手机|联系方式|联系电话|手机号)",)),
    # --- target client
    Field("target.focus_facets", "facets", ("target_client",), (r"主攻(?:方向|类型|类别)?|(?:招商|招引|目标|重点|聚焦|主攻)(?:方向|类型|类别|领域)|五[大类个](?:重点|主攻)?方向|focus(?:facets?|area)?",), ("target_client",), 4),
    Field("target.owner_squad", "text", ("target_client", "lead"), (r"(?:责任|招商|负责|所属|对接|牵头|驻点|包联|包保)*(?:小分队|分队|小队|队伍|责任队|专班|招商组|工作组|小组)|squad|team",), ("target_client",), 2),
    Field("target.owner_officer", "name", ("target_client", "lead", "enterprise", "assignment"), (r"(?:招商|招引|责任|对接|跟踪|服务|驻点|负责|跟进)*(?:专员|人员|干部|责任人|跟进人|招商员|经理)|责任人|跟进人|具体负责人|经办人员|对接责任人|officer|owner|responsibleofficer",), ("target_client",), 2),
    Field("target.status", "text", ("target_client", "lead"), (r"(?:目前|当前|对接|跟进|洽谈|招商|工作|最新|推进|接洽|客户|联系)*(?:进展|状态|进度|阶段|现状|进展情况|情况|对接情况|跟进情况|工作进展|洽谈情况)|status|progress",), ("target_client",), 1),
    Field("target.next_action", "text", ("target_client", "lead"), (r"(?:下一?步|后续|近期|下阶段)(?:工作|打算|计划|举措|措施|安排|工作打算|工作计划|工作安排|工作举措|行动|建议|思路)*|(?:下步)?工作内容|工作打算|工作计划|拟采取(?:的)?(?:措施|举措)|nextsteps?|nextactions?",), ("target_client",), 3),
    Field("target.next_action_date", "date", ("target_client", "lead"), (r"(?:下一?步|计划|拟定?|预计|下次|行动|完成)*(?:拜访|对接|联系|行动|计划|实施|完成|跟进)?(?:时间|日期|时限|节点)|nextactiondate|duedate|nextdate|deadline",), ("target_client",), 1),
    Field("target.first_contact_date", "date", ("target_client", "lead"), (r"(?:首次|初次|第一次|最早)(?:接触|对接|联系|洽谈|拜访|接洽)(?:时间|日期)?|firstcontact(?:date)?",), ("target_client",), 2),
    Field("target.last_touch_date", "date", ("target_client", "lead"), (r"(?:最近|最新|上次|最后|近期|最后一次|最近一次)(?:接触|对接|联系|洽谈|拜访|走访|接洽|跟进)(?:时间|日期)?|last(?:contact|touch)(?:date)?",), ("target_client",), 2),
    Field("target.touch_count", "count", ("target_client", "lead"), (r"(?:累计|已)?(?:对接|接触|联系|拜访|洽谈|走访|接洽|跟进)(?:次数|频次)|次数|(?:number|no\.?)?of?(?:contacts|touches|visits)|touchcount|contacts",), ("target_client",), 2),
    Field("target.site_wish", "text", ("target_client", "lead"), (r"(?:(?:载体|用地|场地|土地|厂房|选址|空间|落地)[/、或及和]?)+(?:需求|要求|意向|诉求)|选址(?:需求|要求)?|siteneeds?|siterequirements?|sitewish",), ("target_client",), 2),
    # --- project
    Field("project.code", "id", ("project",), (r"项目(?:编号|代码|编码|号|序号|备案号|备案代码|统一代码)|备案号|编号|编码|projectcode|projectno\.?|projectid|code",)),
    Field("project.name", "name", ("project", "lead", "assignment"), (r"(?:签约|在谈|意向|招商|投资|建设|重点|落地|入园|拟建?|包保|包联|挂包|联系|帮扶|外资|储备|重大|开工)*项目(?:名称?|全称|简称)?|工程(?:项目)?名称|工程项目|名称|projectname|project|nameofproject",), ("project",), 5),
    Field("project.content", "text", ("project", "lead"), (r"(?:项目|主要|投资|建设|意向|拟投资?|拟建?|合作)*(?:建设|投资|合作|项目)?(?:内容|概况|简介|基本情况|规模及内容|内容及规模|建设规模及内容|主要内容|建设内容及规模|情况简介|规模与内容|概述|建设规模)|投资意向|意向内容|合作意向|(?:project)?(?:description|content|summary)",), ("project",), 1),
    Field("project.investor_name", "name", ("project", "assignment", "lead"), (
        r"(?:项目|意向|主要|拟|实际)*(?:投资|建设|实施|承建|申报|业主|签约|引资|引进|客商|合作|出资|承办|落地|申请)(?:方|单位|主体|商|人|者|企业|公司|业主|方企业)(?:名称|全称)?(?:/?投资方)?|(?:企业|公司|单位|客商)(?:名称|全称)?|项目(?:单位|公司|业主|主体|法人|法人单位)(?:名称)?|业主(?:单位)?|投资客商|来源企业|外方投资者|investors?(?:name)?|company(?:name)?",
    ), ("project",), 2),
    Field("project.investor_uscc", "code", ("project", "assignment"), (rf"(?:企业|公司|单位|投资方|投资主体|投资商|投资单位|投资企业|投资者|建设单位|项目单位|业主|法人|主体|项目公司|客商|investor)*(?:的)?(?:{_CODE})",)),
    Field("project.sector", "sector", ("project",), (r"(?:项目)?(?:所属|主导|归属|投资)?(?:产业|行业|领域|板块|门类)(?:类别|分类|领域|方向|名称|类型|门类|归属)?|产业门类|所属板块|(?:所属)?产业链|sector|industry",)),
    Field("project.investment_currency", "currency", ("project", "lead"), (r"(?:投资|货币)?币种|货币(?:种类|类型)?|currency",), ("project",), 1),
    Field("project.investment_amount", "investment", ("project", "lead"), (rf"(?:{_INVEST})?\(?原币\)?(?:金额|总投资|投资额)?|原币(?:金额|投资额)?|投资额\(原币\)",), ("project",), 1),
    Field("project.investment_cny", "investment", ("project", "lead", "assignment"), (rf"{_INVEST}|折合?人民币(?:金额)?|折算人民币|投资\(?折?人民币\)?|总投资折合人民币", r"(?:total|planned|contracted)?(?:investment)(?:amount|value)?|contractvalue|amount"), ("project",), 2),
    Field("project.foreign_investment", "foreign", ("project",), (r"(?:其中)?(?:合同外资|利用外资|外资额?|实际利用外资|到[位账帐]外资|外资到[位账帐资]|合同利用外资|外商投资)(?:金额|额)?|foreigninvestment",)),
    Field("project.fixed_asset_cny", "money", ("project",), (r"(?:其中)?:?,?(?:计划|预计)?(?:固定资产|固投|固定资产投资|固资)(?:投资)?(?:总?额|金额|部分)?|fixedassets?(?:investment)?",), ("project",), 2),
    Field("project.land_m2", "area", ("project", "lead"), (r"(?:项目|拟|计划|规划|预计|需求|新增|总)*(?:需?用地|占地|供地|需地|征地|土地)(?:面积|需求|规模|亩数|需求面积|需求量|数)?|(?:土地|用地)(?:需求|面积)|landarea|land(?:demand|required)?|area",), ("project",), 1),
    Field("project.money_in_place_cny", "money", ("project",), (r"(?:累计|实际|已|目前|当年|本年|项目|本月|年内|今年)*(?:到位|到账|到帐|到)(?:资金|额|金额|投资|内资)(?:额)?|(?:累计|实际|已|目前)*(?:到位|到账|到帐)|资金到位(?:额|情况)?|moneyinplace|fundsinplace|paidin(?:capital)?|disbursed",), ("project",), 2),
    Field("project.in_place_rate", "percent", ("project",), (r"(?:资金)?到(?:位|账|帐)(?:率|比例|进度)|inplacerate",), ("project",), 2),
    Field("project.stage", "stage", ("project", "assignment"), (r"(?:项目|目前|当前|所处|推进|进展|实施|建设|最新|洽谈|对接|跟进|现)*(?:阶段|状态|进展阶段|推进阶段|所处阶段|进展状态|进展|进度|进展情况|推进情况|目前进展|项目进展|现状)|stage|status|phase",), ("project",), 2),
    Field("project.signed_date", "date", ("project",), (r"(?:项目|正式|合同|协议)*(?:签约|签订|合同签订|协议签订|签署)(?:时间|日期|年月|日)|(?:合同|协议)(?:时间|日期)|sign(?:ing|ed|ature)?(?:date|on)?|dateofsigning|datesigned|contractdate",), ("project",), 2),
    Field("project.planned_start_date", "date", ("project", "assignment"), (r"(?:计划|预计|拟|拟定)(?:开工|开建|建设|动工|开工建设)(?:时间|日期|年月|日)?|planned(?:construction)?start(?:date)?",), ("project",), 2),
    Field("project.start_date", "date", ("project", "assignment"), (r"(?:实际|正式|项目|已)*(?:开工|开建|动工|开工建设|建设开始|施工)(?:时间|日期|年月|日)|(?:construction)?start(?:date|ed|edon)?|constructionstart|commencement(?:date)?",), ("project",), 2),
    Field("project.progress", "percent", ("project",), (r"(?:形象|工程|建设|项目|施工|总体|工程形象|投资完成)*(?:进度|完成率|完成比例|完成进度|形象进度|建设进度|进度比例)|progress|completion(?:rate)?|percentcomplete",), ("project",), 1),
    Field("project.owner_department", "text", ("project", "assignment", "lead"), (r"(?:责任|牵头|主管|招商|招引|负责|承办|引进|引荐|归口|对接|落地|跟踪|项目|包保|主办|报送|推进|引资|首谈|招商责任|服务)*(?:部门|单位|部室|科室|局|责任单位|部|牵头单位|招商部门)|(?:responsible|owner|lead|owning)?(?:department|dept\.?)",)),
    Field("project.responsible_leader", "name", ("project",), (r"(?:项目)?(?:包保|包抓|包联|挂包|县|联系|分管|责任|挂钩|挂点|包靠|帮包|帮扶|市级|区级|牵头|县级|包挂|包项目)*(?:领导|领导干部|县干|区领导|包保人|包保责任人|责任领导|责任人)(?:姓名)?|(?:responsible)?leader",), ("project",), 1),
    Field("project.team_lead", "name", ("project",), (r"(?:项目)?(?:专班|专案|项目组|项目|工作专班|专班组|团队|推进)(?:组长|负责人|长|经理|专员|秘书|责任人|班长|牵头人)|组长|首席服务[员官]|项目管家|服务专员|项目经理|team(?:lead|leader)|projectmanager|责任专员|跟踪人",), ("project",), 1),
    Field("project.expected_output_cny", "money", ("project",), (r"(?:预计|达产后?|预期|投产后?|年|计划|达产年|建成后)*(?:年)?(?:产值|销售收入|营业收入|产出|年产值|产值规模|营收|主营业务收入|销售额)(?:额|规模)?|(?:expected)?(?:annual)?output(?:value)?",), ("project",), 1),
    Field("project.jobs", "count", ("project",), (r"(?:预计|带动|新增|解决|提供|吸纳|可|计划|拟)*(?:就业|用工|员工|劳动力|安置就业|就业岗位|用工岗位|岗位|用人)(?:人员)?(?:人?数|岗位数?|规模|人口|需求|情况|人数规模)?|jobs|employment|newjobs|staff|用工人数",), ("project",), 1),
    # --- site
    Field("site.code", "id", ("site",), (r"(?:地块|宗地|载体|房源|厂房|土地|资源|楼宇|地号|用地|出让|图斑)(?:编号|代码|编码|号|序号)|地块|宗地|地块名称|宗地名称|地号|编号|编码|(?:parcel|site|plot)(?:code|no\.?|number|id)?|lotno\.?|code",), ("site",), 3),
    # Of layers of geodata alone: their names say “要素名称” (see `layers`), and a boundary is no cell.
    Field("site.name", "text", ("site",), (r"要素名称",), (), 2),
    Field("site.boundary", "boundary", ("site",), (r"(?!)",)),
    Field("site.kind", "site_kind", ("site",), (r"(?:载体|资源|房源|空间|物业|类别)(?:类型|类别|性质|形态|种类)|类型|sitetype|type",)),
    Field("site.park", "text", ("site",), (r"(?:所属|所在)?(?:园区|产业园|园)(?:名称|/厂房名称|/载体名称|载体)?|园区/?(?:厂房|项目|载体)(?:名称)?|(?:厂房|载体|项目|物业)名称|所属(?:园区|载体|项目)|park(?:name)?", r"名称"), ("site",), 2),
    Field("site.address", "text", ("site",), (r"(?:地块|载体|楼宇|园区|厂房|坐落|座落|详细|土地|具体|四至|宗地|项目|房屋)*(?:位置|坐落|座落|地址|地点|区位|坐落位置|四至|四至范围|所在位置|所在地)|location|address",)),
    Field("site.building", "text", ("site",), (r"(?:所属|所在|商务)?(?:楼栋|楼号|幢号|栋号|楼宇|楼宇名称|大厦|大厦名称|楼座|楼盘|栋|幢|楼宇/楼栋|楼栋号|楼名|建筑名称|写字楼|写字楼名称|楼宇项目名称|厂房号|厂房编号|楼栋名称)|building(?:name|no\.?)?",), ("site",), 2),
    Field("site.floor", "text", ("site",), (r"(?:所在|所属)?(?:楼层|层|层数|所在层|层次|层号|位置楼层)|floors?(?:no\.?)?",), ("site",), 2),
    Field("site.unit", "text", ("site",), (r"(?:房|单元|室|门牌|房间|铺位?|房源|单元房)(?:间|屋)?(?:号|编号|号码)?|楼层/房号|房号/单元|单元/房号|楼层房号|单元|unit(?:no\.?)?|room(?:no\.?)?|suite",), ("site",), 3),
    Field("site.zoning", "text", ("site",), (r"(?:规划|土地|用地|地块|宗地)*(?:用途|性质|用地性质|土地性质|用地类型|土地用途|规划用途|用地用途|土地类别|地类|类型)|zoning|landuse|use",), ("site",), 2),
    Field("site.plot_ratio", "number", ("site",), (r"(?:规划|建筑)?容积率(?:要求|指标)?|plotratio|far",), ("site",), 3),
    Field("site.area_total_m2", "area", ("site",), (r"(?:土地|地块|用地|宗地|占地|建筑|建设|总|出让|楼宇|厂房|房屋|房源|载体|可建设|总建筑|单层|使用|租赁|套内|净用地|规划|实测|产权)*(?:面积|总面积|总建面|建面|建筑面积|用地面积|占地面积|规模)|占地|(?:total|floor|gross|building|land|site)*area|gfa",), ("site",), 1),
    Field("site.area_free_m2", "area", ("site",), (r"(?:剩余|可用|空置|可供|可租|闲置|未用|可出租|可售|可利用|未出租|可使用|可供应|待租|可招商|现有空置|空余|尚余|可出让|空闲|待出让|未租|可租售)+(?:土地|建筑|厂房|用地|使用)?(?:面积|建面|地|亩数|建筑面积|规模)|(?:available|free|vacant|remaining)area|areaavailable",), ("site",), 3),
    Field("site.price_sale_cny_m2", "sale_price", ("site",), (r"(?:土地|地块|拟|出让|挂牌|起始|基准|销售|参考|意向|出售|转让|起拍|评估|地块出让)*(?:出让价格?|售价|底价|楼?面?地价|价格|单价|出让底价|挂牌价|起始价|销售价格|价款|出售价格?|转让价格?|土地价格|均价|报价)|(?:sale|land|asking)?price",), ("site",), 2),
    Field("site.price_rent_cny_m2_month", "rent_price", ("site",), (r"(?:参考|出租|意向|月|日|年|平均|挂牌|租赁|厂房|现行|基准)*(?:租金|租价|租赁价格|房租|出租价格|租金价格|租金标准|租金单价|租赁单价|租金报价|出租单价)(?:标准|水平|价格|单价)?|(?:monthly|asking)?rent(?:al)?(?:price)?",), ("site",), 3),
    Field("site.service_fee_cny_m2_month", "rent_price", ("site",), (r"(?:物业|管理|物管|物业服务|物业管理)(?:费|费用|费标准|服务费|管理费|收费|费单价)(?:标准|单价)?|(?:service|management|property)(?:fee|charge)s?",), ("site",), 3),
    Field("site.clear_height_m", "number", ("site",), (r"(?:厂房|建筑|首层|单层|标准层)?(?:层高|净高|限高|净层高|檐口高度|檐高|梁下净高|高度)|(?:clear|ceiling|floor)height|height",), ("site",), 3),
    Field("site.floor_load_t_m2", "number", ("site",), (r"(?:楼面|楼板|地面|首层|地坪|楼层)?(?:荷载|承重|承载|载荷|荷载能力|承载力|负荷|荷重|活荷载)|floorload|loadcapacity|load",), ("site",), 3),
    Field("site.power_kva", "number", ("site",), (r"(?:变压器|配电|供电|电力|用电|装机|电)(?:容量|负荷|能力|配套|情况|功率)?|power(?:supply|capacity)?|electricity",), ("site",), 3),
    Field("site.lon_wgs84", "lon", ("site", "project", "enterprise"), (r"(?:中心点?|坐标|地理|地块|位置)*(?:经度|东经)(?:坐标)?|(?:坐标)?x(?:坐标)?|e|lon|lng|longitude",), ("site",), 2),
    Field("site.lat_wgs84", "lat", ("site", "project", "enterprise"), (r"(?:中心点?|坐标|地理|地块|位置)*(?:纬度|北纬)(?:坐标)?|(?:坐标)?y(?:坐标)?|n|lat|latitude",), ("site",), 2),
    Field("site.lon_lat", "lon_lat", ("site", "project", "enterprise"), (r"(?:中心点?|地理|地块|位置|定位|gps|百度|高德|地图|项目|点位|空间|载体|厂房)*(?:坐标|经纬度|坐标位置|坐标点|经纬坐标|坐标值|经纬度坐标)|经度[,、/及和]?纬度|纬度[,、/及和]?经度|coordinates?|lat/?l(?:on|ng)|l(?:on|ng)/?lat|gps",), ("site",), 2),
    Field("site.status", "site_status", ("site",), (rf"(?:使用|出租|利用|供应|租售|目前|当前|入驻|载体|土地|地块|房屋|现有|招商|去化|租赁|厂房|供地|房源)*(?:状态|状况|现状|使用情况|情况|出租情况|利用情况|租售情况|供应情况|利用状态|进展)|是否(?:{IS_FREE}|{IS_TAKEN})|空置(?:情况|状况|状态)|status|availability",), ("site",), 1),
    Field("site.held_for", "text", ("site",), (r"(?:预留|锁定|保留|意向|预定|拟落地|拟供|拟入驻|占用)(?:项目|对象|企业|单位|项目名称|用途)|heldfor|reservedfor",), ("site",), 3),
    Field("site.held_until", "date", ("site",), (r"(?:预留|锁定|保留|预定|占用)(?:期限|到期|至|截止|有效期|截止日期|到期日|到期时间|期|时间|期至|至日期|截止时间|到期日期)|helduntil|reserveduntil",), ("site",), 3),
    Field("site.available_date", "date", ("site",), (r"(?:可|预计|计划|拟)*(?:供地|交付|交房|入驻|供应|可用|交地|腾空|可租|可入驻|可使用|使用|可供|可供地|交付使用|可供应|起租|竣工交付|出让)(?:时间|日期|年月|时点)|(?:预计|计划)交付|availab(?:le|ility)(?:from|date)|deliverydate|handover(?:date)?",), ("site",), 2),
    Field("site.owner_name", "name", ("site",), (r"(?:土地|产权|地块|物业|载体|厂房|房屋|闲置|楼宇|资产)*(?:权属单位|产权单位|产权人|权属|业主|权利人|所有权人|产权方|权属人|使用权人|权属企业|业主单位|运营单位|运营方|产权主体|权属主体|管理单位|出租方|土地使用权人|所有人)(?:名称)?|(?:site)?owner(?:name)?|landlord",), ("site",), 2),
    Field("site.occupier_name", "name", ("site",), (r"(?:现|已|目前|拟)?(?:现有|入驻|承租|使用|占用|租赁|在租|租用|在驻|现入驻)(?:企业|单位|方|公司|人|商户|客户|企业名称|单位名称)(?:名称)?|承租人|租户|使用者|tenants?|occupi(?:er|ant|edby)(?:name)?",), ("site",), 3),
    Field("site.vacancy", "percent", ("site",), (r"(?:空置|闲置|空闲)(?:率|比例|比)|vacancy(?:rate)?",), ("site",), 3),
    # --- lead, assignment, visit
    Field("lead.source", "text", ("lead",), (r"(?:线索|信息|客商|项目|招商|推荐)?(?:来源|渠道|获取渠道|来源渠道|信息渠道|获取方式|来源方式|线索渠道)|(?:lead)?source|channel",), ("lead",), 5),
    Field("lead.first_report_time", "moment", ("lead",), (r"(?:首次|首报|线索|信息|客商|项目|初次)*(?:登记|上报|报送|首报|录入|报备|收到|提交|填报|采集|收录|填表|提供|获取|接收|报告|创建|获悉)(?:时间|日期|年月|日)|(?:首报|线索)(?:时间|日期)|(?:first)?report(?:ed)?(?:time|date|at|on)|createdat|registeredat|received(?:date|at|on)?|datereceived",), ("lead",), 2),
    Field("assignment.leader", "name", ("assignment", "enterprise"), (r"(?:企业|项目)?(?:包保|包联|包抓|挂包|联系|挂钩|挂点|包靠|帮包|帮扶|包企|服务|结对|责任|牵头|区级|包挂|挂联|联系包保|县级|市级|包靠联系)*(?:领导|领导干部|领导姓名|县干|包保责任人|包保人|包联领导|包保干部|责任领导|帮扶人|包联人)(?:姓名)?|(?:responsible|assigned)?leader",), ("assignment",), 4),
    Field("visit.date", "date", ("visit",), (r"(?:走访|拜访|调研|服务|联系|到访|考察|接待|会谈|上门|对接|活动|入企)*(?:时间|日期)|visit(?:ed)?(?:date|on)|date(?:ofvisit)?",), ("visit",), 2),
    Field("visit.enterprise_name", "name", ("visit",), (rf"(?:被|受)?(?:走访|拜访|调研|服务|联系|到访|考察|接待|包保|访)*(?:{_FIRM_WORD}|对象)(?:{_OF_NAME})?|(?:走访|拜访)(?:企业|单位|对象)(?:名称)?|(?:company|enterprise)(?:name|visited)?|visitedcompany",)),
    Field("visit.method", "text", ("visit",), (r"(?:走访|拜访|联系|服务|沟通|对接|调研)*(?:方式|形式|形式|途径)|method|mode|visittype|type",), ("visit",), 3),
    Field("visit.participants", "list", ("visit",), (r"(?:走访|参加|参与|陪同|拜访|调研|参会|出席|主要|随行|我方|带队)*(?:人员|人|领导|人员名单|干部|人员姓名|参加人|领导及人员|走访人|带队领导)|participants|attendees|visitors?",), ("visit",), 3),
    Field("visit.content", "text", ("visit",), (r"(?:走访|主要|拜访|会谈|交流|沟通|调研|反映|企业反映|座谈)*(?:内容|情况|记录|事项|纪要|内容及企业反映情况|问题|情况及问题|主要问题|概况|内容及问题|企业诉求|诉求|内容及反映情况|走访情况)|存在(?:的)?(?:主要)?问题|问题及建议|(?:企业)?(?:走访|了解|反映|存在|主要|提出|有关)*的?(?:问题|困难|诉求|需求|建议|意见|情况)(?:(?:及|和|与|、|/)?(?:问题|困难|诉求|需求|建议|意见|情况))*|content|notes?|summary|topics?",), ("visit",), 3),
    Field("visit.result", "text", ("visit",), (r"(?:问题|诉求|需求|事项|办理|处理|解决|落实|走访|反馈|工作|整改|处置|协调|下步|跟踪)*(?:结果|落实情况|办理情况|解决情况|处理情况|成效|情况反馈|反馈情况|处理意见|办理结果|处理结果|办结情况|整改情况|答复情况|效果|解决措施|措施|反馈|成果)|results?|outcome|follow-?up",), ("visit",), 3),
    # --- notes, one for each kind that has them
    Field("target.note", "text", ("target_client",), (r"备注(?:说明|信息)?|说明|附注|其他|其它|remarks?|notes?|comments?",)),
    Field("project.note", "text", ("project",), (r"备注(?:说明|信息)?|(?:其他|补充)?说明|附注|其他|其它|remarks?|notes?|comments?",)),
    Field("site.note", "text", ("site",), (r"备注(?:说明|信息)?|说明|附注|其他|其它|配套(?:情况|设施)?|现状说明|remarks?|notes?|comments?",)),
    Field("enterprise.note", "text", ("enterprise", "lead", "assignment"), (r"备注(?:说明|信息)?|说明|附注|其他|其它|remarks?|notes?|comments?",)),
)  # fmt: skip

CAPITAL = "enterprise.registered_capital_cny"
# What is known beside it of a foreign one: the amount and its currency as given. No column of their own, and not in the JSON.
FOREIGN_CAPITAL = ("enterprise.registered_capital_amount", "enterprise.registered_capital_currency")

BY_NAME = {field.name: field for field in FIELDS}
_PATTERNS = [
    (
        field,
        re.compile("|".join(f"(?:{word})" for word in field.words)),
        [re.compile(word) for word in field.words],
    )
    for field in FIELDS
]
_LONGEST_HEADER = 30

# What makes a row of a kind a record: at least one of these must be filled.
IDENTITY: dict[str, tuple[str, ...]] = {
    "target_client": ("enterprise.name",),
    "enterprise": ("enterprise.name",),
    "lead": ("enterprise.name", "project.name"),
    "assignment": ("enterprise.name", "project.name", "project.investor_name"),
    "project": ("project.name", "project.investor_name"),
    "visit": ("visit.enterprise_name",),
    "site": ("site.code", "site.unit", "site.building", "site.park", "site.address", "site.name"),
}


def fields_for(header: str) -> tuple[tuple[Field, int], ...]:
    """Return the fields that a normalised header can mean, with the rank of the words that matched (0 best)."""
    if not header or len(header) > _LONGEST_HEADER:
        return ()
    return tuple(
        (field, next(rank for rank, pattern in enumerate(patterns) if pattern.fullmatch(header)))
        for field, any_pattern, patterns in _PATTERNS
        if any_pattern.fullmatch(header)
    )
