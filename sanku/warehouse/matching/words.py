"""Words that say what kind of company a name is of, not which: legal forms, organs, trades, their English names.

General knowledge of the language, written by hand; nothing here was taken from a list of companies.
"""

import re

# The legal form of a company, wherever it stands: what follows it is an organ of that company. What it may begin with stands
# first: a place where none begins is passed over quickly.
FORM = re.compile(
    r"(?=[投控集股有实总责公普特合个cligp])(?:(?:投资)?(?:控股)?(?:集团)?(?:控股)?(?:股份)?有限(?:责任)?公司|股份(?:合作)?公司|集团(?:总)?公司|(?:实业)?总公司|责任公司|有限责任|有限公$|股份有限$|有限$|"
    r"公司|(?:普通|有限|特殊普通)合伙(?:企业)?|合伙企业|个人独资企业|(?:coltd|ltd|limited|inc|corp(?:oration)?|company|co|gmbh|llc|plc)$)"
)
FAMILIES = (
    ("股份", 2),
    ("有限", 1),
    ("合伙", 3),
    ("集团", 4),
    ("公司", 1),
    ("ltd", 1),
    ("limited", 1),
    ("inc", 1),
    ("co", 1),
)
# A part of a company with a code of its own.
ORGAN = re.compile(
    r"分公司|支公司|子公司|分行|支行|分理处|营业部|营业厅|营业所|储蓄所|门市部?|经营部|经销部|经营点|分店|分厂|分社|分院|分所|办事处|代表处|代办处|代办站|"
    r"加油站|加气站|供应站|收购站|服务站|邮政所|邮政支局|邮电支局|支局|邮电所|项目部|工会委员会|工会|分校|分会|服务部|批发部|销售部|零售部|第[一二三四五六七八九十百\d]+[^\d]{1,4}$"
)
GROUP = re.compile(r"集团|控股|总公司|总厂")
NUMBER = re.compile(
    r"(?=[一二三四五六七八九十百零〇\d])(?:(?<=第)[一二三四五六七八九十百零〇]+|[一二三四五六七八九十百零〇]+(?=[店站厂号队分所院校村中小]|公司$|$)|\d+)"
)
FORMER = re.compile(
    r"(?:原名称?|曾用名称?|旧称|旧名|前身(?:为|是)?|前称|原|更名前|变更前|现名?|现更名为|更名为|已更名为|改名为|简称|又名|formerly|f/?k/?a|aka)[:为是,]*"
)

TRADES = frozenset(
    """
    机械 设备 机电 电器 电气 电子 电力 电机 电缆 电线 仪器 仪表 仪器仪表 工具 模具 轴承 阀门 泵业 水泵 锅炉 机床 农机 汽车 汽配 汽修 摩托车
    车辆 船舶 零部件 配件 汽车配件 汽车销售 汽车维修 五金 交电 五金交电 标准件 金属 金属制品 钢铁 钢材 铝业 铜业 铸造 锻造 冶金 矿业 煤炭
    煤业 石油 石化 化工 化学 化肥 塑料 塑胶 橡胶 橡塑 涂料 油漆 医药 药业 制药 药材 药店 大药房 医疗 医疗器械 器械 生物 生物科技 生物技术
    保健 健康 食品 饮料 酒业 酿酒 啤酒 粮油 粮食 面粉 饲料 肉类 水产 果蔬 蔬菜 乳业 茶业 糖酒 副食 副食品 烟草 纺织 棉纺 毛纺 针织 服装 服饰
    制衣 鞋业 皮革 皮业 印染 印刷 印务 包装 包装制品 纸业 造纸 纸品 家具 木业 木材 竹木 工艺品 工艺 礼品 玩具 珠宝 首饰 建筑 建设 建材
    建筑材料 建筑工程 建筑安装 建筑装饰 装饰 装潢 装修 装饰工程 工程 安装 安装工程 市政 市政工程 园林 绿化 园林绿化 路桥 公路 水利 水电
    房地产 房地产开发 置业 地产 物业 物业管理 物业服务 水泥 玻璃 陶瓷 瓷业 砖瓦 石材 混凝土 钢结构 门窗 管业 消防 消防工程 勘察 设计
    勘察设计 规划 测绘 监理 工程监理 检测 造价 咨询 招标 拍卖 评估 审计 贸易 商贸 工贸 经贸 外贸 国际贸易 进出口 商业 商务 商城 商场 商店
    商行 超市 百货 购物 市场 批发 零售 物资 物资贸易 供销 供应 采购 销售 经销 营销 连锁 专卖 代理 物流 运输 货运 客运 快递 快运 仓储
    货运代理 储运 航运 港口 港务 航空 铁路 交通 交通运输 出租 出租汽车 租赁 装卸 搬运 科技 科贸 技术 技术开发 科技发展 科技开发 信息
    信息技术 信息科技 网络 网络科技 网络技术 软件 计算机 电脑 通信 通讯 数码 智能 智能科技 自动化 光电 光学 半导体 新能源 能源 新材料 材料
    环保 环境 节能 环境工程 太阳能 文化 文化传播 文化传媒 传媒 传播 广告 影视 娱乐 旅游 旅行社 酒店 大酒店 宾馆 饭店 大饭店 餐饮 酒楼 度假
    度假村 体育 教育 培训 出版 图书 书店 会展 展览 礼仪 摄影 美容 家政 家政服务 保洁 保安 人力资源 劳务 中介 投资 实业 产业 企业 企业管理
    投资管理 资产管理 管理 投资发展 实业发展 发展 开发 经济 经济贸易 综合 服务 经营 生产 制造 加工 制品 用品 产品 基金 证券 期货 保险 银行
    信托 担保 典当 小额贷款 融资租赁 金融 农业 农林 林业 牧业 畜牧 养殖 渔业 种业 种子 农资 农业生产资料 生产资料 农业科技 花卉 苗木 合作社
    供销合作社 信用社 信用合作社 农村信用合作社 农村商业银行 厂 店 社 站 所 院 行 场 局 部 中心 学校 医院 研究所 研究院 设计院 协会 学会
    事务所 幼儿园 俱乐部 公司 总厂 工厂 车间 门市部 经营部 自来水 燃气 热力 供热 供电 供水 天然气 液化气 废品 回收 再生资源 日用品 日化
    化妆品 文具 办公用品 体育用品
    """.split()
)

# What English names say; empty: says nothing.
ENGLISH = dict(
    pair.split("=", 1)
    for pair in """
    machinery=机械 machine=机械 machines=机械 mechanical=机械 equipment=设备 equipments=设备 electric=电气 electrical=电气 electronics=电子
    electronic=电子 power=电力 motor=电机 motors=汽车 instrument=仪器 instruments=仪器 tools=工具 tool=工具 mould=模具 mold=模具
    bearing=轴承 valve=阀门 pump=泵业 boiler=锅炉 auto=汽车 automobile=汽车 automotive=汽车 vehicle=车辆 vehicles=车辆 parts=配件
    accessories=配件 hardware=五金 metal=金属 metals=金属 steel=钢铁 iron=钢铁 aluminum=铝业 aluminium=铝业 copper=铜业 casting=铸造
    foundry=铸造 mining=矿业 coal=煤炭 petroleum=石油 oil=石油 petrochemical=石化 chemical=化工 chemicals=化工 chem=化工 plastic=塑料
    plastics=塑料 rubber=橡胶 coating=涂料 paint=涂料 pharmaceutical=制药 pharmaceuticals=制药 pharma=药业 pharmacy=大药房 medicine=医药
    medical=医疗 biotech=生物科技 biotechnology=生物技术 biological=生物 bio=生物 health=健康 food=食品 foods=食品 foodstuff=食品
    foodstuffs=食品 beverage=饮料 beverages=饮料 wine=酒业 brewery=啤酒 beer=啤酒 grain=粮油 feed=饲料 dairy=乳业 tea=茶业 tobacco=烟草
    seafood=水产 aquatic=水产 vegetable=蔬菜 textile=纺织 textiles=纺织 cotton=棉纺 knitting=针织 garment=服装 garments=服装 clothing=服装
    apparel=服饰 fashion=服饰 shoes=鞋业 footwear=鞋业 leather=皮革 dyeing=印染 printing=印刷 packaging=包装 packing=包装 paper=纸业
    furniture=家具 wood=木业 timber=木材 crafts=工艺品 handicrafts=工艺品 arts=工艺 toys=玩具 jewelry=珠宝 construction=建筑 building=建筑
    architectural=建筑 materials=材料 material=材料 decoration=装饰 decorative=装饰 engineering=工程 installation=安装 municipal=市政
    landscape=园林 garden=园林 road=路桥 bridge=路桥 water=水 hydropower=水电 property=物业 properties=置业 realty=置业 estate=地产 real=房
    cement=水泥 glass=玻璃 ceramic=陶瓷 ceramics=陶瓷 stone=石材 fire=消防 design=设计 consulting=咨询 consultant=咨询 auction=拍卖
    trading=贸易 trade=贸易 commercial=商业 commerce=商务 business=商务 supermarket=超市 department=百货 import=进 export=出口 supply=供应
    supplies=物资 sales=销售 marketing=营销 international=国际 logistics=物流 transport=运输 transportation=运输 freight=货运 express=快运
    storage=仓储 warehousing=仓储 shipping=航运 port=港口 aviation=航空 airlines=航空 railway=铁路 taxi=出租汽车 leasing=租赁 rental=租赁
    technology=科技 technologies=科技 tech=科技 technical=技术 technique=技术 science=科技 scientific=科技 information=信息 network=网络
    networks=网络 software=软件 computer=计算机 communication=通信 communications=通信 telecom=通信 telecommunication=电信
    telecommunications=电信 digital=数码 intelligent=智能 automation=自动化 optical=光学 optoelectronics=光电 semiconductor=半导体
    energy=能源 new=新 environmental=环境 environment=环境 protection=保护 solar=太阳能 culture=文化 cultural=文化 media=传媒
    advertising=广告 advertisement=广告 film=影视 entertainment=娱乐 travel=旅行 tourism=旅游 tourist=旅游 agency=社 hotel=酒店
    restaurant=餐饮 catering=餐饮 sports=体育 education=教育 training=培训 publishing=出版 book=图书 exhibition=展览 beauty=美容
    security=保安 labor=劳务 service=服务 services=服务 investment=投资 investments=投资 industry=实业 industries=实业 industrial=实业
    enterprise=企业 enterprises=企业 management=管理 development=发展 developing=发展 economic=经济 manufacturing=制造 manufacture=制造
    manufacturer=制造 manufactory=制造 processing=加工 products=制品 product=制品 fund=基金 securities=证券 futures=期货 insurance=保险
    bank=银行 trust=信托 guarantee=担保 financial=金融 finance=金融 agricultural=农业 agriculture=农业 forestry=林业 breeding=养殖
    fishery=渔业 seed=种业 seeds=种子 cooperative=合作社 factory=厂 plant=厂 works=厂 mill=厂 shop=店 store=商店 center=中心 centre=中心
    school=学校 hospital=医院 institute=研究所 academy=研究院 association=协会 office=事务所 group=集团 holding=控股 holdings=控股
    branch=分公司 subbranch=支行 station=站 gas=燃气 heating=热力 recycling=回收 general=总 head=总 first=第一 second=第二 third=第三 no=第
    china=中国 chinese=中国 east=东 west=西 south=南 north=北 city=市 county=县 district=区 province=省 co= ltd=有限公司 limited=有限公司
    company=公司 corporation=公司 corp=公司 inc=公司 incorporated=公司 and= of= the= for= joint= stock=股份 shares=股份
    """.split()
)

# Places whose English name is no pinyin of the Mandarin one.
ENGLISH_PLACES = {
    "inner mongolia": "内蒙古", "tibet": "西藏", "hong kong": "香港", "hongkong": "香港", "macau": "澳门", "macao": "澳门", "shaanxi": "陕西",
    "peking": "北京", "canton": "广州", "tsingtao": "青岛", "amoy": "厦门", "tientsin": "天津", "nanking": "南京", "harbin": "哈尔滨",
    "urumqi": "乌鲁木齐", "hohhot": "呼和浩特", "lhasa": "拉萨", "qiqihar": "齐齐哈尔", "kashgar": "喀什", "ordos": "鄂尔多斯",
    "swatow": "汕头", "chungking": "重庆", "dalian": "大连", "karamay": "克拉玛依",
}  # fmt: skip
