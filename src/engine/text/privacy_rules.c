/*
 * How it works: a table of patterns in the order in which they are tried; privacy_rules.h tells
 * what the members of a rule mean and what a pattern has to observe. Whole secrets come first, then
 * what only looks personal and is kept, then the numbers by kind, and last addresses and names. The
 * macros are pieces of patterns that several rules share.
 */
#include "engine/text/privacy_rules.h"

/* Separators inside a number: any, those within a telephone number, those within a card number. */
#define SEP   "(?:[\\s\\-./,_:;|+~=#<>\"'()\\[\\]\\\\·]{0,4}|\\*)"
#define SEP_T "(?:[\\s\\-./,_:;()|+~=·]{0,3}|\\*)"
#define SEP_C "[\\s\\-./,_·]{0,2}"

#define N    SEP "[0-9]"
#define HEAD "(?<![0-9])"
#define STOP "(?![0-9])"
/* Between a label and what it announces, in the same clause. */
#define IS          "(?:号码?|账号|帐号|no\\.?|是|为|叫|:|=|\\s|\"|'|\\||#|\\(|-|改成|写成|填的?){0,5}"
#define NUMBER_NEXT "(?:[,;]\\s?(?:证件|证书|卡)?(?:号码?|编号)(?:是|为|:|\\s){0,3})?"
#define GAP         "[^0-9A-Za-z,;!?\\n]{0,12}" NUMBER_NEXT

#define PROVINCE                                                                                   \
	"(?:1" SEP "[1-5]|2" SEP "[1-3]|3" SEP "[1-7]|4" SEP "[1-6]|5" SEP "[0-4]|6" SEP           \
	"[1-5]|7" SEP "1|8" SEP "[1-3]|9" SEP "[1-3])"
#define PROVINCE_2    "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)"
#define PROVINCE_NAME "[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新]"
#define ID_X          "(?:" N "|" SEP "(?:x|艾克斯|叉))"

#define BIRTH_YEAR "(?:19[2-9][0-9]|20[01][0-9])"
#define Y          "(?:19|20)[0-9]{2}"
#define MM         "(?:0?[1-9]|1[0-2])"
#define DD         "(?:0?[1-9]|[12][0-9]|3[01])"
#define THEN       "(?:中间|后面|然后|接着|最后|再是|末尾|尾号|后[四4]位|跟着)"
#define HAN_NUMBER "[0-9〇零一二三四五六七八九十]"
#define BIRTH_DATE                                                                                 \
	"(?:" HAN_NUMBER "{2,4}\\s?年\\s?(?:[阴农阳]历)?" HAN_NUMBER                               \
	"{1,3}\\s?月(?:\\s?初?" HAN_NUMBER                                                         \
	"{1,3}[日号]?)?|[0-9]{2,4}[-./][01]?[0-9][-./][0-3]?[0-9]|(?:19|20)[0-9]{6}"             \
	"|" HAN_NUMBER "{1,3}月" HAN_NUMBER "{1,3}[日号]"                                        \
	"|(?:19|20)[0-9]{2}[-./][01]?[0-9](?![0-9])|[0-9]{6}(?![0-9]))"

/* Surnames of one character that need nothing else. */
#define SURNAMES                                                                                                             \
	"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡" \
	"蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹" \
	"薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖庞樊殷施洪翟安颜倪" \
	"牛温芦季俞章鲁葛伍申尤毕聂丛焦柳邢路岳齐梅庄辛管祝左涂祁舒耿牟卜詹关苗凌费纪" \
	"靳盛童欧甄项曲游阳裴席卫屈鲍霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边" \
	"查佟仝褚娄窦岑苟佘刁郜逯楚鹿晁亓卞姬茹喻奚郎邬滕臧狄米贝穆萧湛缪裘钮嵇荣荀芮" \
	"储汲糜巫牧宓郗栾厉戎祖蒲邰蔺屠桑濮扈郏浦尚晏瞿阎慕艾寇巩敖冷訾阚饶鞠荆蒯竺桓" \
	"傅戚廉虞匡仇蓝骆吉惠昝邸郇甯展庹郤郅"
#define SURNAME                                                                                                                        \
	"(?:欧阳|上官|司马|司徒|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|东方|[" SURNAMES                                                    \
	"]|申屠|独孤|宇文|长孙|完颜|钟离|(?:原(?![来件因单公东资岗址始有先告则籍证号名企注聘考编]" \
	")|来(?!["                                                                                                                    \
	"自电办了过源"                                                                                                           \
	"签这弄查问不函访回年])|化(?![工学名解验肥])|谷(?!歌)|禹|云(?![南端平盘上])|花(?!["                 \
	"费了园钱名]"                                                                                                             \
	")|宗(?!旨)|伊(?![川滨])|古(?!代)|沙|丰(?!富)|乐(?!意)|凤(?!凰)|逄|阴(?!历)))"
/* What a surname begins with. */
#define SURNAME_FIRST                                                                              \
	"(?=[" SURNAMES "欧上司诸夏皇尉公慕令东申独宇长完钟原来化谷禹云花宗伊古沙丰乐凤逄阴])"
/* No second or third character of a name: words that stand behind one. */
#define NO_GIVEN                                                                                   \
	"(?![的不没未无已在是也和与被要想把给跟问查办说都还就从因由让吗呢吧了着过个怎么什下])"
/* Prefectures and provinces that begin with a surname. */
#define PREFECTURES                                                                                                               \
	"江苏|江西|江门|安庆|安顺|安康|安阳|苏州|徐州|常州|常德|温州|柳州|梅州|贺州|荆州|荆门|" \
	"郑州|许昌|周口|焦作|开封|濮阳|沈阳|吕梁|黄石|黄冈|黄山|黄南|张家口|张家界|张掖|唐山|"  \
	"邢台|石家庄|石嘴山|武汉|武威|岳阳|邵阳|湛江|阳江|阳泉|龙岩|宁波|宁德|金华|金昌|"         \
	"乐山|白银|白城|白山|马鞍山|景德镇|曲靖|林芝|包头|文山"
/* Words that begin like a name and are none. */
#define NO_NAME_WORDS                                                                                                             \
	PREFECTURES "|"                                                                                                           \
	            "高考|高级|高工|高中|安全|安管|安徽|安排|施工|任职|任命|任何|任意|何时|何地|"   \
	            "何种|何处|何况|方便|方法|方面|方案|常用|常见|常年|常规|万一|路上|马上|白天|"   \
	            "项目|申请|申报|申银|申诉|申领|管理|单位|单独|解除|解聘|解决|强制|强调|查询|"   \
	            "查看|查不|查到|查无|包括|包工|关于|关闭|关联|向上|向您|于是|于去|于今|于本|"   \
	            "严重|严格|左右|左边|右边|钱[已都也]|席位|曲线|游客|易于|边上|华为|车间|"         \
	            "车站|房屋|房建|房产|金额|左侧|成绩|卫生|程序|毕业|王府|洪水|顾问|白色|黑色|"   \
	            "黄色|石油|温馨|温度|常驻|司法|司机|司局|余下|余额|纪检|纪律|田间|路桥|路政|"   \
	            "路径|水|谢谢|许可|许多|雷同|龙门|康复|章程|章子|付款|付费|付了|付不|孙子|"      \
	            "江北|史上|和|毛病|关掉|关了|项|查|管|单据|单子|景区|万达|宁夏|雷雨|游泳|"        \
	            "任期|高管|车牌|荣誉|荣获|尚有|尚在|尚无|尚可|尚需|冷静|储备|储蓄|祖国|祖籍|"   \
	            "艾特|吉林|展示|展期|米脂|傅立|周期|周末|周[一二三四五六日天内岁边转]|张贴|"   \
	            "张数|曾经|曾用|董事|陆续|范围|金融|金工|石材|石化|金属|庞大|颜色|季度|尤其|"   \
	            "齐全|费用|关系|向[法企住建原省市县公单主相各有外]|展开|廉洁|厉害|欧美|陈述|" \
	            "杜绝|罗列|林业|解锁|解开|解释|解答|解一|强注|强行|单方|高铁|解约|游览|陈旧|"   \
	            "胡乱|胡写|胡填|韩国|韩文|韩语|宋体|黄牌|黄标|肖像|罗马数|董秘|孙辈|万能|"       \
	            "顾及|毛坯|向来|车床|金山|常换|丁级|丁忧|"                                                    \
	            "孙女|孙媳|熊猫|黄页|田径"
#define NO_NAME "(?!" NO_NAME_WORDS "|[\\p{Han}]{1,2}证|[\\p{Han}]员)"
#define GIVEN                                                                                      \
	"(?:师傅|经理|老师|先生|女士|小姐|主任|工程师|[工总某姐哥]|(?:" NO_GIVEN "[\\p{Han}]){1,"  \
	"2})"
#define NAME NO_NAME SURNAME GIVEN
/*
 * Surnames that are no other word, so that a name is known by what stands before it, whatever
 * follows: "我是李建国请问…". A second character of the given name begins none of these words, and
 * no place stands there.
 */
#define PLAIN_SURNAMES                                                                                                                      \
	"王李张刘陈杨黄赵吴徐孙朱胡郭罗梁郑谢宋唐韩冯邓曹彭肖田董袁潘蔡蒋杜叶魏吕丁卢姚沈姜崔谭" \
	"汪廖贾韦邹熊孟秦邱侯薛闫贺郝龚邵覃殷翟颜倪俞葛聂詹甄隋阮冉佟褚娄窦岑苟佘郜逯亓姬邬滕臧"
#define NO_SECOND                                                                                                                   \
	"(?!证书|证件|获取|请问|您好|你好|老师|登录|登陆|密码|账[号户]|帐[号户]|身份|手机|电话|"    \
	"成绩|"                                                                                                                   \
	"申请|申报|考试|考核|报名|注册|忘记|忘了|继续|延续|过期|公司|单位|企业|照片|信息|提示|"   \
	"显示|今[年天]|现在|昨天|前[年天]|去年|[我俺您你他她它]|用户|可以|一直|为什么|参加|已经|" \
	"刚[才刚]|需要|[ABC]|同志)"
#define NO_PLACE "(?![\\p{Han}]{0,2}[县市区村镇])"
#define NO_PLAIN_NAME                                                                              \
	"(?!" NO_NAME_WORDS "|"                                                                    \
	"黄河|黄金|梁山|罗马|叶片|丁类|丁字|谢绝|陈列|杜撰|"                   \
	"唐装|郑重|张榜|梁板|朱砂|田地|"                                               \
	"田野)"
#define PLAIN_NAME                                                                                 \
	NO_PLAIN_NAME "(?:欧阳|上官|司马|诸葛|慕容|令狐|[" PLAIN_SURNAMES "])" NO_PLACE            \
	              "(?:" NO_GIVEN "[\\p{Han}])(?:" NO_GIVEN NO_SECOND "[\\p{Han}])?"
/* What may stand behind a name that a label announced; 我是沈阳的 tells no name. */
#define GOES_ON                                                                                       \
	"不|没|未|无|有|要|想|查|考|成绩|申请|办|已|身份|手机|电话|今|现|在|" \
	"是|证|报|登|改|延|老是|也|和|与|跟|打|交|离|辞|退|注|过|提|问|两|"     \
	"俩|仨|二|三|四|五|六|几|等|都|还|就|才|因|由|被|把|让|给|去|来|这|"    \
	"那|显示|签|盖|收|说|拿|持|为什么|怎么|能|可|"                                \
	"失联|联系|生病|去世|走了|跑了"
#define AFTER_NAME "(?=[^\\p{Han}]|$|的|" GOES_ON ")"
#define AFTER_SELF                                                                                         \
	"(?=[^\\p{Han}]|$|" GOES_ON "|请问|您好|你好|我|俺|密码|账|帐|忘|刚|昨|前|参加|" \
	"继续|单位[不没让给]|[\\p{Han}]{2}[省市县])"
/* Who is spoken of, where the name follows at once or after "叫" and the like. */
#define NAME_LABEL_LONG                                                                                                                   \
	"(?=[联经申负法办填报操收开持当寄项安建资施][系办请报责定人理名作款户卡证事件目全造料工]" \
	"[人代经员师])(?:联系人|经办人|申请人|申报人|负责人|法定代表人|法人代表|办理人|填报人|"        \
	"报名人|"                                                                                                                      \
	"操作人|收款人|开户人|持卡人|持证人|当事人|收件人|寄件人|项目经理|安全员|建造师|资料员|"     \
	"施工员)"
#define NAME_LABEL                                                                                                                 \
	"(?=[姓名人户法学本我俺考员同签经会出老]"                                                                 \
	"[名字人员是叫主生工事们家的老媳爱对丈妻爸妈父母儿女闺同朋徒领哥姐弟妹理计纳板学])" \
	"(?:姓名|名字|人名(?!单)|(?<!用)户名|法人|学员|我叫做?|俺叫|名叫|户主|"                             \
	"考生|"                                                                                                                  \
	"员工|同事|我们?家?的?(?:老公|老婆|媳妇|爱人|对象|丈夫|妻子|爸爸?|妈妈?|父亲|母亲|儿子|"   \
	"女儿|"                                                                                                                  \
	"闺女|同事|朋友|徒弟|领导|老板|哥哥?|姐姐?|弟弟?|妹妹?)|签名|"                                       \
	"(?:经理|会计|出纳|老板|同学|人)(?:叫|是叫))"
#define SELF           "(?=[本我俺][人是])(?:本人|我是|俺是)"
#define NAMED          "(?=[叫])(?<=[,.;\\s])叫"
#define LABELLED       "(?:是|为|叫|:|\\s|=|\"|\\|){0,3}\\K"
#define PLATFORM_FIRST "(?=[微威薇卫vw钉抖快小飞支百视闲陌旺st][信星e钉音手红博书付家频鱼陌旺kh])"
#define PLATFORM                                                                                                              \
	"(?:微信|威信|薇信|卫星号|v信|wechat|weixin|钉钉|抖音|快手|小红书|微博|飞书|支付宝|百家|" \
	"视频号|闲鱼|陌陌|旺旺|skype|whatsapp|telegram)"

/* The full stop of a domain, however it is spelled. */
#define DOT                                                                                          \
	"\\s?(?:\\.|点|[(\\[]点[)\\]]|[(\\[]dot[)\\]]|dot|,(?=\\s?(?:com|cn|net|org)(?![A-Za-z]))" \
	")\\s?"

#define STARS "(?:[*×#●]{3,14}|x{3,14})"

/* After a telephone: its extension; that it belongs to an authority. */
#define EXTENSION "(?:\\s?(?:转|分机|ext\\.?)(?:号|:|\\s){0,2}[0-9]{1,6}|-[0-9]{1,4}(?![0-9-]))?+"
#define OF_OFFICE                                                                                             \
	"(?!\\s?(?:这个)?是(?!我|俺|本人|自己|他|她|家)(?:你们|咱们|官方|[\\p{Han}]{0,8}?[" \
	"部厅局委]|"                                                                                      \
	"[\\p{Han}]{0,8}?(?:大厅|中心|热线)))"

/* 身份证后四位是, 手机尾号, 卡末尾: what comes next is a part of a number. */
#define TAIL_OF                                                                                                              \
	"(?=[身证手电卡])(?:身份证|证件|手机|电话|卡)[^0-9A-Za-z,;!?\\n]{0,6}(?:[后末尾前]|中间)["      \
	"号的]?\\s?(?:[0-"                                                                                                 \
	"9]|["                                                                                                               \
	"一二两三四五六七八九])?\\s?[位号数码]{1,2}(?:[0-9一二两三四五六七八九]位)?[是为:\\s]{0," \
	"3}"

#define COUNTED "(?!\\s?(?:位|个|次|秒|分|天|字|人|以上|以内))"

const struct privacy_rule privacy_rules[] = {
	/* Whole secrets first: what is inside of them is nothing to look at. */
	{ "(?<![A-Za-z0-9_\\-])eyJ[A-Za-z0-9_\\-]{6,}(?:\\s?\\.\\s?[A-Za-z0-9_\\-]{2,}){1,4}\\.?",
	  PRIVACY_WHOLE, PRIVACY_ANY, .plain = 12, .run = 9 },
	{ "(?=[密口提取授激解pm][码令取件权活锁awi])(?:(?:密码|口令|提取码|取件码|授权码|激活码|"
	  "解锁码)(?:["
	  "我设的都是改成为用叫就填输入了后:"
	  "=\"']|\\s){0,8}|(?<![A-Za-z0-9])(?:"
	  "pass(?:word|wd)?|pwd|mima)(?:[:=\\s\"']|是|为|is\\s|shi\\s){1,4})\\K[!-+\\--~]{4,64}"
	  "+" COUNTED,
	  PRIVACY_WHOLE, PRIVACY_CODE, .plain = 3, .run = 4 }, /* perhaps signs alone */
	{ "(?=[tbcsa令密][oepia牌钥])(?:token|bearer|cookie|session(?:_?id)?|secret|api_?key|app_?"
	  "key|ticket|"
	  "sign(?:ature)?|"
	  "basic|令牌|密钥)[\"']?(?:[:=\\s是为\"']){1,4}\\K[A-Za-z0-9_\\-./+=%]{12,}",
	  PRIVACY_WHOLE, PRIVACY_CODE, .plain = 12, .run = 12 },
	{ "(?<![A-Za-z0-9+/_\\-])[A-Za-z0-9+/_\\-]{14,}={0,2}", PRIVACY_WHOLE, PRIVACY_BASE64,
	  .plain = 14, .run = 14 },
	{ "(?<![A-Za-z0-9._%+\\-])[A-Za-z0-9._%+\\-]{1,64}\\s{0,2}(?:@{1,2}|[(\\[]at?[)\\]]|艾特|"
	  "爱特|小?老鼠|圈a|"
	  "\\sat\\s|#(?=qq|163|126|sina|gmail|139|foxmail))\\s{0,2}[A-Za-z0-9\\-]{1,40}(?:" DOT
	  "[A-Za-z0-9\\-]{1,20}){0,2}" DOT "(?:[A-Za-z]{2,10}(?![A-Za-z0-9])|[康扣抗]姆)",
	  PRIVACY_ENDS, PRIVACY_PUBLIC, .plain = 4 },
	{ "(?=[w])(?<![A-Za-z0-9])wxid_[A-Za-z0-9_]{5,30}", PRIVACY_ENDS, PRIVACY_ANY, .plain = 10,
	  .run = 10 },

	/* An account, before the dates and the mobile numbers that it may hold. */
	{ "(?=[微威薇卫vw钉抖快小飞支百视闲陌旺st加徽绿])(?:" PLATFORM
	  "|(?<![A-Za-z0-9_])(?:vx|wx)(?=[^a-z])|(?<![A-Za-z0-9_])v(?=\\s?[:号❤♥])|"
	  "wei\\s?xin|加我?一?下?[v微薇徽](?!信)|徽信|薇我|绿泡泡|[微威薇](?:[❤♥]信?|\\s?:))(?:"
	  "号码?|账号|账户|名|昵称|是|为|叫|:|加|我|的|\\s|,|=|搜|就|吧|呗|哈|啊|❤|♥){0,6}"
	  "\\K(?!wechat|weixin|dingtalk|alipay|tiktok|douyin|pc端|app|web)[A-Za-z](?:[A-Za-z0-9_\\-"
	  "]|\\.(?=[A-Za-z0-9])(?!com|cn|net|org|exe|apk|jpe?g|png|html?)){4,20}(?![A-Za-z0-9]|\\.["
	  "A-Za-z0-9])",
	  PRIVACY_ENDS, PRIVACY_ACCOUNT, .plain = 5, .run = 5 },
	{ PLATFORM_FIRST PLATFORM
	  "(?:号码?|账[号户]|帐[号户]|\\s?id)(?:是|为|:|\\s|=){0,3}"
	  "\\K[A-Za-z0-9][A-Za-z0-9_\\-.]{3,20}(?<![.\\-])(?![A-Za-z0-9])" COUNTED,
	  PRIVACY_ENDS, PRIVACY_ANY, .plain = 4, .run = 4 },
	{ PLATFORM_FIRST
	  "(?<!官方)" PLATFORM
	  "(?:账号|号|名)?(?:昵称|名字)?(?:[叫是:]|\\s){0,3}@\\s?\\K[\\p{Han}A-Za-z0-9_\\-]{2,20}",
	  PRIVACY_WHOLE, PRIVACY_PUBLIC, .plain = 1 },
	{ "(?<![A-Za-z0-9_])(?:vx|wx)\\K[a-z_\\-]{1,12}[0-9][A-Za-z0-9_\\-]{2,12}(?![A-Za-z0-9]|\\."
	  "[a-z])",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 3, .plain = 6, .run = 6 },
	{ "(?=[用登我账帐统台网站ula][户录陆的账帐号soc])(?:用户名|登[录陆](?:名|账号|帐号)|(?<!["
	  "\\p{Han}])(?:我的?)?["
	  "账帐][号户]名?|[统台网站]"
	  "账号|(?<!"
	  "[A-Za-z])(?:user_?(?:name|id)|(?:"
	  "login|account)(?=[:=])))"
	  "(?:是|为|叫|:|=|\\s|\"|'){0,4}\\K[A-Za-z0-9][A-Za-z0-9_\\-.]{4,30}(?<![.\\-])(?![A-Za-"
	  "z0-9])" COUNTED,
	  PRIVACY_ENDS, PRIVACY_CODE, .plain = 5, .run = 5 },
	/* An e-mail address whose @ is another sign, where it is said to be one. */
	{ "(?=[邮e][-箱件m])(?:邮箱|邮件|(?<![A-Za-z])e-?mail)(?:地址|账号|是|为|:|\\s|=|发|到|给|"
	  "我){0,4}"
	  "\\K(?!"
	  "https?:|www\\.)"
	  "[A-Za-z0-9._%+\\-]{2,40}[^A-Za-z0-9\\n]{1,4}[A-Za-z0-9\\-]{1,30}" DOT
	  "(?:com|cn|net|org|edu|gov)(?![A-Za-z0-9])",
	  PRIVACY_ENDS, PRIVACY_PUBLIC, .plain = 8 },
	/* What an address on the web hands over: not words, and no short numbers. */
	{ "[?&;][A-Za-z_.\\-]{1,20}=\\K(?=[A-Za-z_\\-]{0,40}[0-9])(?=[0-9_\\-]{0,40}[A-Za-z])"
	  "(?![A-Z]{2}20[0-9]{6,}(?![0-9A-Za-z]))[A-Za-z0-9_\\-.+/]{12,}",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 1, .plain = 14, .run = 14 },
	{ "/(?-i:(?=[A-Za-z0-9_\\-]{0,40}[a-z])(?=[A-Za-z0-9_\\-]{0,40}[A-Z])(?=[A-Za-z_\\-]{0,40}["
	  "0-9]{1,20}[A-Za-z_\\-]{1,40}[0-9]))"
	  "\\K[A-Za-z0-9_\\-]{16,}(?![A-Za-z0-9_.\\-])",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 1, .plain = 17, .run = 17 },
	/* A car. */
	{ PROVINCE_NAME
	  "[A-Z][\\s·•.\\-]?(?=[A-Z]{0,4}[0-9][A-Z]{0,4}[0-9])[0-9A-Z]{5,6}(?![0-9A-Za-z(])",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 2, .plain = 6 },

	/* The identifier of an electronic certificate (GB/T 36902). */
	{ HEAD "1\\.2\\.156(?:\\.[0-9A-Za-z()\\p{Han}]{1,40}){3,7}", PRIVACY_WHOLE, PRIVACY_ANY,
	  .digits = 12, .plain = 15 },

	/* A number that its owner has starred: what is left of it. */
	{ HEAD "(?:[0-9]{2,10}" STARS "[0-9]{3,8}[0-9x]|[0-9]{6,10}" STARS
	       "[0-9]{2,3}x?|[0-9]{8,12}[*×#x]{2}[0-9]{3,4}x?)(?![0-9A-Za-z])",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 4, .plain = 7 },
	/* An ID number in parts, each with words before it. */
	{ HEAD PROVINCE_2 "[0-9]{2}(?:[^0-9A-Za-z\\n]{0,10}[0-9]){13}(?:[^0-9A-Za-z\\n]{0,10}[0-9]|"
	                  "[^0-9A-Za-z\\n]{0,3}x)" STOP,
	  PRIVACY_ENDS, PRIVACY_ID_PARTS, .digits = 17, .plain = 17, .id_number = true },

	/* Dates of birth, where they are said to be some. Other dates are kept below. */
	{ "(?=[生出db][日生于oi])(?:生日|出生(?:日期|年月日?|时间|于)?|生于|dob|birthday)(?:是|为|"
	  "在|:|\\s|=|"
	  "\"|\\(){0,4}"
	  "\\K(?:" BIRTH_DATE "|[01]?[0-9][-./][0-3]?[0-9](?![0-9])|[01][0-9][0-3][0-9](?![0-9]))",
	  PRIVACY_WHOLE, PRIVACY_ANY, .plain = 0 },
	{ "(?=[生出][日生])(?:生日|出生(?:日期|年月日?|时间))[^0-9,;!?\\n]{1,12}[是为]\\s?\\K(?:19["
	  "3-9]["
	  "0-9]|200[0-"
	  "9])[01][0-9][0-3][0-9]" STOP,
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 8, .plain = 8 },
	{ "(?=" HAN_NUMBER ")(?<!" HAN_NUMBER ")" BIRTH_DATE
	  "(?=\\s?[日号]?的?(?:出生|生的|生人|生日|生(?=[,.;!?\\s]|$)))",
	  PRIVACY_WHOLE, PRIVACY_ANY, .needs = "生" },

	{ "(?:我是|俺是|本人)\\s?\\K(?:(?:19)?[3-9][0-9]|[四五六七八九][〇零一二三四五六七八九])"
	  "年" HAN_NUMBER "{1,3}月(?:" HAN_NUMBER "{1,3}[日号]?)?(?=的(?:[^\\p{Han}]|$))",
	  PRIVACY_WHOLE, PRIVACY_ANY, .plain = 0 },
	{ "[男女][\\s,|/]{1,3}(?:[\\p{Han}]{1,2}族?[\\s,|/"
	  "]{1,3})?\\K(?:19[3-9][0-9]|200[0-9])(?:[-./年]" MM "(?:[-./月]" DD
	  "日?)?|[0-9]{4})" STOP,
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 5, .plain = 5 },

	/* ID numbers with a birth date that an applicant may have: no label makes them harmless. */
	{ HEAD PROVINCE N N N N SEP "(?:1" SEP "9|2" SEP "0)" N N SEP "[01]" N SEP "[0-3]" N
	                            "(?:" N N N ID_X "|(?:" N "){2,6})" STOP,
	  PRIVACY_ENDS, PRIVACY_ID_NUMBER, .digits = 14, .plain = 14, .close = 14,
	  .id_number = true },
	{ HEAD PROVINCE_2 "[0-9]{4}" BIRTH_YEAR "[0-9]{0,4}(?:[*x#?]{2,4})?" STOP, PRIVACY_ENDS,
	  PRIVACY_NO_LIST, .digits = 10, .plain = 10, .close = 10 },
	/* Stars over the region only: date of birth and the last digits tell the person. */
	{ HEAD "[0-9]{0,5}[*#×]{1,8}" BIRTH_YEAR "(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9x]" STOP,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 11, .plain = 11, .close = 11 },
	/* A wrong region, in the usual groups; the three parts with words between. */
	{ HEAD "[0-9]{6}[\\s\\-./,_·:|]{1,4}" BIRTH_YEAR "[0-9]{4}[\\s\\-./"
	       ",_·:|]{1,4}[0-9]{3,4}x?" STOP,
	  PRIVACY_ENDS, PRIVACY_ID_NUMBER, .digits = 15, .plain = 15, .close = 15,
	  .id_number = true },
	{ HEAD "[0-9]{6}" SEP BIRTH_YEAR SEP "年" SEP "[01]?[0-9]" SEP "月" SEP "[0-3]?[0-9]" SEP
	       "[日号]?" SEP "[0-9]{3}" ID_X STOP,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 14, .plain = 14, .id_number = true },
	{ HEAD PROVINCE_2 "[0-9]{4}[^0-9]{1,10}" BIRTH_YEAR
	                  "[0-9]{4}[^0-9]{1,10}[0-9]{3}[0-9x]" STOP,
	  PRIVACY_ENDS, PRIVACY_ID_NUMBER, .digits = 17, .plain = 17, .id_number = true },

	/* The number of a person that begins like a date, before dates are set aside. */
	{ "(?:准考证|考生|学|考|社保|社会保障|医保|公积金|管理|证书编|注册编|档案编?|(?:报名|培训|"
	  "考试|学员)(?:编|序|证|登记)?)号码?" IS "\\K20[0-9]{8,18}" STOP,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 10, .plain = 10, .close = 10 },
	/* A mobile number with words between its parts. */
	{ HEAD "1[3-9][0-9][^0-9\\n]{0,4}" THEN "[^0-9\\n]{0,4}[0-9]{4}[^0-9\\n]{0,4}" THEN
	       "[^0-9\\n]{0,4}[0-9]{4}" STOP,
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 11, .plain = 11 },

	/* What only looks like a personal number. */
	{ "(?:受理|办理|流水|业务|订单|单据|票据|缴款|缴费|申请|申报|办件|事项|任务|请求|批次|工单|"
	  "发票|"
	  "信用|机构|错误|项目|合同|备案|资质|(?<!工作|居留)许可证?|文件|标准|注册|税务?登记|"
	  "纳税人?"
	  "识别|商户|支付|交易|退款|运单|"
	  "快递|社团|回执|报错|故障|产品|设备|序列|版本|追踪|跟踪)(?:流水|申请|受理|社会|统一|识别|"
	  "编|"
	  "单|代|序列|证书?|登记)?(?:号码?|码|单号|编号|编码|id)(?<!注册编号)[是为:\\s#\"=(]{0,4}"
	  "\\K(?!1[3-9][0-9]{9}(?![0-9]))[A-Za-z]{0,6}[\\-]?[0-9][0-9A-Za-z]{2,39}(?:-[0-9A-Za-z]{"
	  "1,20}){0,4}",
	  PRIVACY_KEEP, PRIVACY_ANY, .digits = 3, .plain = 3 },
	{ "(?=[treoscav][reop][aqrdp])(?:trace|request|error|err|order|serial|code|errno|appid|"
	  "version)(?:_?id|_"
	  "?no|_?code)?["
	  "\"']?[\\s:=\"'#]{1,4}\\K(?!1[3-9][0-9]{9}(?![0-9])|[0-9]{4,8}\\s?是?(?:短信)?(?:验证码|"
	  "校验码|动态码))-?[0-9A-Za-z][0-9A-Za-z\\-]{2,39}",
	  PRIVACY_KEEP, PRIVACY_WORD, .digits = 3, .plain = 3 },
	/* The name of the number after it. */
	{ "(?=[0-9A-Z][-0-9A-Z][-0-9A-Z])(?<![0-9A-Za-z])(?!1[3-9][0-9]{9}(?![0-9]))[0-9A-Z][0-9A-"
	  "Z\\-]{5,29}(?<![\\-])(?=\\s?(?:"
	  "[(,]|是|这个|为|"
	  "这是){0,2}(?:我们?|公司|企业|单位|本单位|你们|咱们)?的?(?:统一社会信用|统一信用|"
	  "社会信用|"
	  "信用代码|组织机构|机构代码|受理|流水号|业务号|办件|订单|项目编|项目代|批次|回执|受理单)"
	  "(?![^0-9A-Za-z]{0,6}[0-9A-Za-z\\x01-\\x03]))",
	  PRIVACY_KEEP, PRIVACY_WORD_CODE, .digits = 6, .plain = 6 },
	{ "(?:资质证书|(?<!工作|居留)许可证|营业执照)[编号码是为:\\s]{0,4}\\K[A-Za-z]{0,3}[0-9][0-"
	  "9A-Za-"
	  "z]{5,30}",
	  PRIVACY_KEEP, PRIVACY_ANY, .digits = 6, .plain = 6 },
	{ "(?<![0-9A-Za-z])[159NY][1-9][0-9]{6}(?=[0-9]{0,9}[A-Z])[0-9A-HJ-NPQRTUWXY]{9}[0-9A-HJ-"
	  "NPQRTUWXY](?:[0-9A-Z]{1,20})?(?![0-9A-Za-z])",
	  PRIVACY_KEEP, PRIVACY_CODE, .digits = 8, .plain = 8 },
	{ HEAD "9[1-3][0-9]{16}" STOP, PRIVACY_KEEP, PRIVACY_CREDIT_CODE, .digits = 18, .plain = 18,
	  .close = 18 },
	{ HEAD "20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[_\\-]?(?:[01][0-9]|2[0-3])"
	       "[0-5][0-9][0-9]{0,11})?" STOP,
	  PRIVACY_KEEP, PRIVACY_ANY, .digits = 8, .plain = 8, .close = 8 },
	{ HEAD Y "[-./年]" MM "(?:[-./月]" DD "[日号]?)?(?:[\\sT_-]{0,2}[0-2]?[0-9][:时-][0-5][0-9]"
	         "(?:[:分-][0-5][0-9](?:\\.[0-9]{1,6})?)?)?" STOP,
	  PRIVACY_KEEP, PRIVACY_ANY, .digits = 5, .plain = 5, .close = 5 },
	{ HEAD "[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}[日号])?", PRIVACY_KEEP, PRIVACY_ANY,
	  .digits = 5, .plain = 5, .close = 5 },
	{ "(?<![0-9.])[0-9]{1,3}(?:\\.[0-9]{1,5}){2,4}(?![0-9]|\\.[0-9])", PRIVACY_KEEP,
	  PRIVACY_VERSION, .digits = 5, .plain = 5 },
	{ "(?=[¥$r金余注资])(?:[¥$]|rmb|金额|余额|注册资本|资金)[:\\s是为]{0,3}\\K[0-9][0-9,]{0,20}"
	  "(?:\\.[0-9]{1,2})"
	  "?" STOP,
	  PRIVACY_KEEP, PRIVACY_ANY, .digits = 3, .plain = 3 },
	{ HEAD "(?:[0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\\.[0-9]{1,4})?(?=\\s?(?:元|万|亿|"
	       "块|平|米|吨|ms|毫秒|kb|mb|字节|px))",
	  PRIVACY_KEEP, PRIVACY_ANY, .digits = 3, .plain = 3 },
	{ HEAD "[48]00[-\\s]?[0-9]{3,4}[-\\s]?[0-9]{3,4}" STOP, PRIVACY_KEEP, PRIVACY_ANY,
	  .digits = 10, .plain = 10, .close = 9 },
	{ "0x[0-9a-f]{2,16}", PRIVACY_KEEP, PRIVACY_ANY, .digits = 3, .plain = 3 },
	{ "(?=[图截照文ismcvd][片图档mcaios])(?:图片|截图|照片|文档|img|screenshot|mmexport|camera|"
	  "vid|scan|doc|"
	  "dsc)[_\\- "
	  "]?\\K[0-9][0-9_\\-]{5,32}",
	  PRIVACY_KEEP, PRIVACY_ANY, .digits = 6, .plain = 6 },

	/* Numbers of certificates. */
	{ "(?:" PROVINCE_NAME "\\s?)?建[\\s\\-_./]{0,3}安[\\s\\-_./]{0,3}[ABC][\\s\\-_./"
	  "]{0,2}(?:[1-3一二三]\\s?(?![0-9]{3}[^0-9]"
	  "))?[\\s()\\[\\]<>{}\\-/._]{0,4}[12][0-9oO]{3}[\\s()\\[\\]<>{}\\-/"
	  "._]{0,4}(?:[0-9oO](?:[\\s\\-][0-9oO]|[0-9oO]){6}(?![0-9])|[0-9oO]{3,24})",
	  PRIVACY_CERTIFICATE, PRIVACY_ANY, .digits = 5, .plain = 5 },
	{ "(?:" PROVINCE_NAME
	  "\\s?)?建\\s{0,3}安\\s{0,3}[ABC][\\s0-9()\\[\\]\\-第号:年]{5,30}[0-9]",
	  PRIVACY_CERTIFICATE, PRIVACY_ANY, .digits = 5, .plain = 5 },
	/* With a character too few; with the first letters of its characters. */
	{ "(?:" PROVINCE_NAME
	  "\\s?[建安]|(?<![A-Za-z])Y?JA)[ABC][1-3]?[\\s()\\[\\]\\-/._]{0,3}(?:19|20)[0-9]{2}"
	  "[\\s()\\[\\]\\-/._]{0,3}[0-9]{5,9}" STOP,
	  PRIVACY_CERTIFICATE, PRIVACY_ANY, .digits = 9, .plain = 10, .close = 9 },
	/* Without a class; a document's number (豫建安〔2024〕125号) is shorter. */
	{ "(?:" PROVINCE_NAME "\\s?)?建安[\\s()\\[\\]<>{}\\-]{0,4}[12][0-9]{3}"
	  "[\\s()\\[\\]<>{}\\-]{0,4}[0-9]{5,20}" STOP,
	  PRIVACY_CERTIFICATE, PRIVACY_ANY, .digits = 9, .plain = 9, .close = 9 },
	{ HEAD PROVINCE_2 "[0-9]{4}[ABC][1-3]?[0-9]{8,14}" STOP, PRIVACY_ENDS, PRIVACY_ANY,
	  .digits = 12, .plain = 12, .close = 12 },
	{ PROVINCE_NAME "\\s?[0-9][0-9\\s]{9,17}[0-9]" STOP, PRIVACY_ENDS, PRIVACY_ANY,
	  .digits = 11, .plain = 11 },
	{ "(?:(?:准考证|考生|(?<![A-Za-z])[ABC][1-3]?证|安管证|建造师证|注册证|资格证|职称证|"
	  "毕业证|学位证)书?(?:编号|证号|号|编码)?|(?:管理|证书编|证书|证书证|注册编|执业印章|印章|"
	  "档案编?|档案|考|准考证|学|工|(?:社保|社会保障|医保|公积金|残疾证|职称证?)[编账卡]?)号)"
	  "码?" IS
	  "\\K[A-Za-z京津冀晋沪苏浙皖鲁豫鄂湘粤]{0,4}[\\-]?[0-9](?:[\\s\\-]?[0-9]){5,40}" STOP,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 6, .plain = 6, .close = 6 },

	{ "(?:证书|(?<![A-Za-z])[ABC][1-3]?证|安管证|(?<![可业])证)(?:书?编?号码?)" IS
	  "\\K(?:19|20)[0-9]{2}\\)\\s?第?[0-9]{5,9}" STOP,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 9, .plain = 9, .close = 9 },

	{ "(?:(?<!许可|资质|质量|格式|发票|产品)证(?:书|照)?(?:的?编号|证?号)|[新旧老原]的?(?:证书?"
	  "|证照|电子)?编?号)码?" IS
	  "\\K[A-Za-z京津冀晋沪苏浙皖鲁豫鄂湘粤]{0,6}[\\-]?[0-9](?:[\\s\\-]?[0-9]){5,40}" STOP,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 6, .plain = 6, .close = 6 },

	/* Documents that their name announces, on either side. */
	{ "(?:护照|passport|(?:香港|澳门|台湾)(?:永久性?)?(?:居民)?身份证|工作许可证?|通行证|"
	  "回乡证|台胞证|港澳证|居留证|居留许可证?|居留身份证|永居证|居住证|绿卡|"
	  "驾驶证|驾照|(?:海员|记者|教师|律师|结婚|离婚|工作|学生|老年|退休|退伍|暂住|优待|出入)证|"
	  "社保卡|军官证|士官证|警官证|士兵证|军人证|文职证|退役证|残疾证)(?:[^0-9A-Za-z,;!?\\n]{0,"
	  "12}?)" NUMBER_NEXT "(?:no\\.?|number)?" IS
	  "\\K[A-Za-z]{0,3}[\\s\\-]?[0-9](?:[\\s\\-]?[0-9]){5,18}" STOP "(?:\\s?\\([0-9A]\\))?",
	  PRIVACY_ENDS, PRIVACY_NO_LIST, .digits = 6, .plain = 6, .close = 6 },
	{ "(?:军官证|士官证|警官证|士兵证|军人证|文职证)[^0-9A-Za-z;!?\\n]{0,12}?\\K(?![为是号码])"
	  "\\p{Han}{1,3}"
	  "第?\\s?[0-9]{4,12}号?",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 4, .plain = 4 },
	{ "(?<![房权证建安法行])(?:文职|[军士兵文政参后装海空武警火南北东西中沈济兰成广])字第?\\s?["
	  "0-9]{5,"
	  "12}"
	  "号?",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 5, .plain = 5, .close = 5 },
	{ "(?<![0-9A-Za-z])[A-Z]{1,3}[\\s\\-]?[0-9]{6,12}(?=[^0-9A-Za-z]{0,8}(?:护照|passport|"
	  "通行证|回乡证|台胞证))",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 6, .plain = 6, .close = 6 },
	{ "(?<![0-9A-Za-z])(?:E[A-HJ-NP-Z]?[0-9]{7}|G[0-9]{7}|[HM][0-9]{9})[0-9](?![0-9A-Za-z])",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 8, .plain = 8, .close = 8 },
	{ "(?<![0-9A-Za-z])E[A-HJ-NP-Z][0-9]{7}(?![0-9A-Za-z])", PRIVACY_ENDS, PRIVACY_ANY,
	  .digits = 7, .plain = 7, .close = 7 },

	/* A mobile number in its usual groups, before what reads it together with a second one. */
	{ HEAD "(?:\\+?(?:00)?86[\\s\\-.]?)?1[3-9][0-9][\\s\\-.][0-9]{4}[\\s\\-.][0-9]{4}" STOP,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 11, .plain = 11, .close = 11 },
	/* Bank cards, before the telephone numbers that they contain. */
	{ "(?:卡号|银行卡|[农工建中招交邮商发][行商银]?[行政银]?卡|信用卡|储蓄卡|借记卡|存折|账号|"
	  "帐号|账户|帐户|card)[^0-9A-Za-z,;!?\\n]{0,10}" NUMBER_NEXT
	  "(?:no\\.?)?\\s?\\K[0-9](?:" SEP_C "[0-9]){11,24}" STOP,
	  PRIVACY_ENDS, PRIVACY_NO_LIST, .digits = 12, .plain = 12, .close = 12 },
	/* Numbers with commas between are a list more often than a card. */
	{ HEAD "[3-69][0-9]{3}(?:[\\s\\-./_·]{0,2}[0-9]{4}){3}(?:" SEP_C "[0-9]{1,4})?" STOP,
	  PRIVACY_ENDS, PRIVACY_GROUPS, .digits = 16, .plain = 16, .close = 16 },
	{ HEAD "[3-69](?:" SEP_C "[0-9]){15,18}" STOP, PRIVACY_ENDS, PRIVACY_CARD, .digits = 16,
	  .plain = 16, .close = 16 },

	{ "(?:(?<![A-Za-z])cv[vc]2?|安全码)[码是为:\\s]{0,3}\\K[0-9]{3,4}" STOP, PRIVACY_WHOLE,
	  PRIVACY_ANY, .digits = 3, .plain = 3 },
	{ "\\x02[^0-9\\n]{0,3}有效期?[至到是为:\\s]{0,3}\\K[01][0-9]/[0-9]{2}(?![0-9/])",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 4, .plain = 4 },

	/* 15 and more digits in a row; an ID of 15 digits in groups; a mistyped one. */
	{ HEAD "[0-9]{15,}x{0,2}", PRIVACY_ENDS, PRIVACY_ANY, .digits = 15, .plain = 15,
	  .close = 15 },
	{ "(?<![0-9])(?<![0-9],)" PROVINCE N N N N N N SEP "[01]" N SEP "[0-3]" N N N N
	  "(?!,?[0-9])",
	  PRIVACY_ENDS, PRIVACY_GROUPS, .digits = 15, .plain = 15, .close = 15, .id_number = true },

	/* Telephones. */
	{ "(?:[厅局委]|大厅|热线|客服|窗口|(?:政务|服务|办事|审批)中心)的?(?:办公|咨询|服务|投诉|"
	  "监督|值班)?"
	  "(?:电话|座机|热线|号码)[是为:\\s]{0,3}\\K\\(?0[0-9]{2,3}[\\s\\-)]{0,2}[2-8][0-9]{6,"
	  "7}" STOP,
	  PRIVACY_KEEP, PRIVACY_ANY, .digits = 10, .plain = 10, .close = 10 },
	{ HEAD "0(?:[\\s\\-]{1,3}[0-9]){9,11}" STOP, PRIVACY_ENDS, PRIVACY_GROUPS, .digits = 10,
	  .plain = 10, .close = 10 },
	{ HEAD "(?:\\(?\\+?\\(?(?:00)?86\\)?[-\\s.,]{0,3}|0)?\\(?1" SEP_T "[3-9](?:" SEP_T
	       "[0-9]){9}" STOP,
	  PRIVACY_ENDS, PRIVACY_GROUPS, .digits = 11, .plain = 11, .close = 11 },
	{ "(?:手机|电话|联系方式|号码|tel|phone|mobile|dianhua|shouji)" GAP
	  "\\K1[3-9](?:[\\s\\-]?[0-9]){6,11}" STOP,
	  PRIVACY_ENDS, PRIVACY_NO_LIST, .digits = 8, .plain = 8, .close = 8 },
	{ HEAD "(?:(?:(?:\\+|00)86[-\\s.]{0,2}|86[-\\s.]{1,2})\\(?0?|\\(?0)(?:10|2[0-9]|[3-9][0-9]{"
	       "2})[\\s\\-.)/"
	       "_]{0,3}[2-8][0-9]{2,3}[\\s\\-.]{0,2}[0-9]{4}" STOP "(?=" EXTENSION OF_OFFICE ")",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 10, .plain = 10, .close = 10 },
	{ "\\x02(?:\\s?(?:转|分机|ext\\.?)(?:号|:|\\s){0,2}\\K[0-9]{1,6}" STOP
	  "|-\\K[0-9]{1,4}(?![0-9-]))",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 8, .plain = 8 },
	{ "(?:电话|座机|固话|手机|小灵通|致电|来电|联系方式|传真|[回打找]我|我回|联系我|回电|回拨|"
	  "tel|phone|"
	  "fax)[^0-9A-Za-z,;!?\\n]{0,8}\\K[2-8][0-9]{2,3}[\\s\\-.]?[0-9]{4}" STOP,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 7, .plain = 7, .close = 7 },

	{ HEAD "[2-8][0-9]{2,3}[\\s\\-.]?[0-9]{4}(?=[^0-9,;!?\\n]{0,4}(?:座机|固话|小灵通))",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 7, .plain = 7, .close = 7 },
	{ HEAD "1[3-9][0-9]{7,10}" STOP
	       "(?=[^0-9]{0,8}(?:[少多漏缺错][^0-9]{0,3}[位个]|漏|位数|手机|电话))",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 9, .plain = 9, .close = 9 },

	/* Accounts that are said to be some. */
	{ "(?:q{2}|(?<![A-Za-z])q|[扣抠叩](?:[扣抠叩]|号)|企鹅|球球)(?!群|浏览)(?:邮箱)?(?:号码?|"
	  "账号|是|为|:|加|"
	  "我|的|\\s|,|=|搜|就){0,5}\\K[0-9](?:(?:[\\s\\-]?[0-9]){4,11}|(?:[.,_*/"
	  "·][0-9]){5,11}(?![.,_*/·]?[0-9]))" STOP COUNTED,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 5, .plain = 5, .close = 5 },
	{ "(?<![\\p{Han}])[扣抠][:\\s]?\\K(?![1-9]0{4,})[1-9][0-9]{5,10}" STOP
	  "(?!\\s?[元块])" COUNTED,
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 6, .plain = 6, .close = 6 },
	{ "(?<!群)[0-9]{5,12}(?=[,\\s]{0,2}(?:是|这是)?(?:我|本人)的?(?:q{2}|扣扣|微信|企鹅))",
	  PRIVACY_ENDS, PRIVACY_ANY, .digits = 5, .plain = 5, .close = 5 },
	{ "(?=[微威薇vw加搜][信exvw微威薇我一])(?:(?:微信|威信|薇信|v信|wechat|weixin|vx|wx)(?:"
	  "号码?|账号|\\s?id|同?"
	  "名)|(?:加|搜)(?:我|"
	  "一下)?(?:微信|威信|薇信|v信|vx|wx|v))(?:是|为|:|\\s|=){0,3}\\K[A-Za-z0-9][A-Za-z0-9_\\-]"
	  "{4,20}(?![A-Za-z0-9]|\\.[A-Za-z0-9])",
	  PRIVACY_ENDS, PRIVACY_ANY, .plain = 5, .run = 5 },
	{ "(?=[验校动口短手p][证验态令信机i][码n])(?:验证码|校验码|动态码|口令码|短信码|手机码|(?<!"
	  "[A-Za-z])pin码?)[^0-"
	  "9A-Za-z错误,;!?\\n]"
	  "{0,8}"
	  "\\K[0-9](?:\\s?[0-9]){3,7}" STOP COUNTED,
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 4, .plain = 4 },
	{ "(?:(?:收到|输入?|填|发来)[了的]?(?:数字|码)?是?|短信[是说:]?)\\s?\\K(?:[0-9]{6}|[0-9]{4}"
	  ")" STOP "(?=[^0-9\\n]{0,12}(?:验证码|校验码|动态码))",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 4, .plain = 4 },
	{ HEAD "[0-9]{6}" STOP "(?=[^0-9,;!?\\n]{0,4}(?:验证码|校验码|动态码))", PRIVACY_WHOLE,
	  PRIVACY_ANY, .digits = 6, .plain = 6, .close = 6 },

	/* What is said to be of an ID number: a part, a mistyped one. */
	{ "(?:身份证|公民身份|证件号|sfz|shenfenzheng|id_?card|id_?no|idnum(?:ber)?)" GAP
	  "(?:no|number|hao)?[:=\\s\"']{0,4}\\K[0-9](?:" SEP "[0-9]){4,20}(?:" SEP
	  "x)?" STOP COUNTED,
	  PRIVACY_ENDS, PRIVACY_NO_LIST, .digits = 5, .plain = 5, .close = 5 },
	{ TAIL_OF "\\K[0-9]{3,10}x?", PRIVACY_WHOLE, PRIVACY_ANY, .digits = 3, .plain = 3 },
	{ "(?:(?:最后|末尾|末|结尾|后面?)\\s?(?:[0-9一二两三四五六七八九十]{1,2}|几)\\s?[位个](?:"
	  "数字?|号码?)?|尾[号数])"
	  "(?:是|为|:|的|\\s|,|=){0,3}\\K[0-9]{3,10}x?(?![0-9A-Za-z年月日号.:元条个位天分人%])",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 2, .plain = 2 },
	{ "(?=[身证手电卡])(?:身份证|证件|手机|电话|卡)号?的?(?:末尾|结尾|尾部|最后)(?:是|为|:|的){"
	  "0,2}\\K[0-9]{2,"
	  "8}[0-9x]"
	  "(?![0-9A-Za-z年月日号.:元条个位天分人%])",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 2, .plain = 3 },
	{ HEAD "(?:[0-9]{3,8}x?(?=的?(?:结尾|收尾))|[0-9]{6,8}(?=的?(?:开头|打头)))", PRIVACY_WHOLE,
	  PRIVACY_ANY, .digits = 3, .plain = 3 },
	{ "(?=[手电1一幺])(?:手机|电话|1[3-9][0-9]|[一幺][三四五六七八九][〇零幺一二三四五六七八九]"
	  ")[^0-9\\n]{0,"
	  "6}" THEN "[^0-9\\n]{0,3}\\K[0-9]{4,8}" STOP,
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 4, .plain = 4 },
	{ "(?=[身证手电卡编])(?:身份证|证件|手机|电话|卡|证号|编号)[^0-9A-Za-z,;!?\\n]{0,6}(?:["
	  "后末尾前]|中间)[^0-9A-"
	  "Za-z,;!?\\n]{0,4}"
	  "(?:不是|应该?是|应为|是)\\s?\\K[0-9]{3,10}x?" STOP COUNTED,
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 3, .plain = 3 },
	{ "\\x02[,\\s]{0,2}(?:而是|应该?是|应为|是|改[为成]|换[为成]?)\\s?\\K[0-9]{3,18}x?(?![0-9A-"
	  "Za-z年月日号.元条个位天%])",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 3, .plain = 3 },
	{ "\\x02[^0-9\\x02\\n]{0,4}(?:后面|后[0-9一二两三四五六七八]位|接着|最后|末尾|结尾)[是为:"
	  "\\s]{0,2}\\K[0-9]{2,8}[0-9x]"
	  "(?![0-9A-Za-z年月日号.:元条个位天分人%])",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 2, .plain = 3 },
	/* The right digit, after a number with a wrong one. */
	{ "\\x02[^0-9\\x02\\n]{0,12}位(?:数字?)?(?:应该?|其实)?[是为]\\s?\\K[0-9](?![0-9位个])",
	  PRIVACY_WHOLE, PRIVACY_ANY, .digits = 1, .plain = 1 },
	{ TAIL_OF "\\K[〇零幺一二三四五六七八九]{3,10}(?![个位章节条年月号])", PRIVACY_WHOLE,
	  PRIVACY_ANY, .plain = 0 },

	/* Addresses and names. */
	{ "(?=[家住老我俺本居现户籍收邮通联身所详地寄])(?:家庭住?地?址|住址|老家|家[住在]|(?:我|俺|"
	  "本人)住(?!建)|住在|居住在?|现住址?|居住地址?"
	  "|"
	  "户籍(?:"
	  "所在地|地址?)?|户口(?:"
	  "所在地|地址?)?|籍贯|收[货件]地址|邮寄地址|通讯地址|联系地址|身份证地址|所在地区?|"
	  "详细地址|(?<!["
	  "公企单办网营册络链邮箱业])地址|寄到|寄给?到?)(?:是|为|在|:|\\s|=|\"|\\|){0,3}\\K(?=[\\p{"
	  "Han}0-9A-Za-z#-]{0,40}?(?:村|组|号|栋|楼|室|弄|屯|镇|乡|路|街|巷|大道|小区|县))(?=[\\p{"
	  "Han}]{1,20}?[省市区县镇乡村路街巷])(?=[\\p{Han}]{0,20}?[市县区州省镇乡路街村巷][\\p{Han}"
	  "0-9A-"
	  "Za-z]{0,30}?[县区镇乡村路街号组栋楼室])(?![^,.;\\s]{0,30}(?:吗|怎么|可以|能不能|是否|"
	  "不一致|变更))[\\p{Han}0-9A-Za-z#\\-]{4,60}",
	  PRIVACY_WHOLE, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?<=[,.;:\\s(\\[\"]|^)(?![^,.;!?\\n]{0,40}(?:你们|咱们|大厅|窗口|政务))[\\p{Han}]{2,12}["
	  "区县市][\\p{Han}]{1,10}(?:路|街|大道|镇|乡|小区|村|"
	  "花园|家园)[\\p{Han}0-9A-Za-z\\-]{0,12}?[0-9]{1,5}(?:号楼?|室|栋|组|单元|弄|楼)"
	  "(?:家属院|院)?(?:[^\\P{Han}我你您请问在去来了有没是和]{0,6}?[0-9A-Za-z]{1,4}(?:号院|"
	  "号楼|"
	  "号|院|楼|栋|幢|座|层|单元|室|户|组)){0,5}(?:-?[0-9]{1,4}(?:-[0-9]{1,4}){0,3}(?![0-"
	  "9年月日-]"
	  "))?",
	  PRIVACY_WHOLE, PRIVACY_PUBLIC, .digits = 1, .plain = 1 },
	/* A flat or a village tells a household, with no word before it. */
	{ "[\\p{Han}]{2,10}[0-9A-Z]{1,4}(?:栋|幢|号楼|座)\\s?(?:[东西中甲乙丙]|[0-9一二三四五六]{1,"
	  "2})单元(?:[0-9A-Za-z]{1,5}[室户号层楼]?){0,2}",
	  PRIVACY_WHOLE, PRIVACY_PUBLIC, .digits = 1, .plain = 1, .needs = "单元" },
	{ "(?<![\\p{Han}])(?:[住家在老家]{1,3}是?)?\\K[\\p{Han}]{2,8}[市县区][\\p{Han}]{1,8}(?:镇|"
	  "乡|街道|办事处)[\\p{Han}]{1,10}[村庄组寨营岗屯湾]"
	  "(?=[^\\p{Han}]|$|人)",
	  PRIVACY_WHOLE, PRIVACY_PUBLIC, .needs = "镇|乡|街道|办事处" },
	/* Where a name follows at once; and at the end of a clause, whose person of which house. */
	{ "(?=[我俺本姓名用][叫是人名户])(?:我叫做?|俺叫|名叫|[我俺]是|本人(?:是|叫)?|姓名(?:是|叫|"
	  "为|:|\\s){0,"
	  "2}|"
	  "用户名?(?:是|叫|为|:|\\s){0,2})\\K" PLAIN_NAME AFTER_SELF,
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?=[我俺][是])(?:[我俺]是)[\\p{Han}]{2,12}?的\\K" PLAIN_NAME "(?=[^\\p{Han}]|$)",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ NAME_LABEL_LONG LABELLED NAME AFTER_NAME, PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ NAME_LABEL LABELLED NAME AFTER_NAME, PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ SELF LABELLED NAME AFTER_SELF, PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ NAMED LABELLED NAME AFTER_NAME, PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ SURNAME_FIRST "(?=[\\p{Han}]{2,6}?身份证)" NAME
	                "(?=的?身份证(?:号码?)?(?:[:是为]|\\s){0,2}\\x02)",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	/* The first column of a table. */
	{ "(?<=\\n)(?![\\p{Han}]{0,2}[证号机话箱址信码卡期目名])[\\p{Han}]{2,3}(?=\\s?[,\\t|;]\\s?("
	  "?:[男女]\\s?[,\\t|;]\\s?)?\\x02)",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ SURNAME_FIRST "(?<![\\p{Han}])(?=[\\p{Han}]{1,2}(?:师傅|总|工(?!程)))" NO_NAME SURNAME
	                "(?:师傅|总|工)(?=[说的让叫给要不问,.!?\\s]|" SURNAME "|$)",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?<=\\x02)" NAME AFTER_NAME, PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	/* In a list of names, before man or woman; as the first word, before what is applied for.
	 * (?2) is the name again. */
	{ SURNAME_FIRST
	  "(?<![\\p{Han}])((?m)^)?+(?=[\\p{Han}]{2,4}[,、\\s|/和与跟])(" NAME ")(?=[,、](?2)"
	  "(?:[,、]|和)(?2)|[和与跟](?2)"
	  "(?:[两俩都的]|一[起块]|同时|[^\\p{Han}]|$)|[\\s,|/]{1,3}[男女][\\s,|/]|"
	  "(?(1)[,\\s]{1,2}(?:身份证|[ABC][1-3]?证|建造师|安全员|项目经理|想问|请问|延续|注销|变更)"
	  "|(?!)))",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?:\\x02[,\\s]?|联系人:?|我是|我叫|[找打]给?)\\K[老小]" SURNAME "(?![\\p{Han}])",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?<![\\p{Han}])人员[:\\s]?\\K" NAME "(?=[^\\p{Han}]|$)", PRIVACY_NAME, PRIVACY_PUBLIC,
	  .plain = 0 },
	{ "(?=[法项技总董质材劳机测预安建施资经联持][定人目术监事经检量料务械算全造工办系证])"
	  "(?:法定代表人|法人代表|(?<!团)法人|项目经理|"
	  "项目负责人|技术负责人|总监|董事长|总经理|"
	  "技术员|质[检量]员|材料员|劳务员|机械员|测量员|预算员|安全员|建造师|施工员|资料员|经办人|"
	  "联系人|持证人)(?:是|叫|:|\\s)?"
	  "\\K" NO_NAME SURNAME "(?:" NO_GIVEN "[\\p{Han}]){2}" AFTER_NAME,
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	/* A rare surname, where nothing else than a name can follow; a name of two parts. */
	{ "(?=[姓名户系办请报证件款责法我俺本][名字人定叫])(?:(?:姓名|名字|户名|[系办请报证件款责]"
	  "人|法人|"
	  "法定代表人)\\s?[:=]\\s?|(?:我|俺|本人|"
	  "名字)叫做?)"
	  "\\K(?![的不没有无错写填改怎为显获输是未请必要变名同和与什哪谁可需了])(?:" NO_GIVEN
	  "[\\p{Han}]\\s?){2,4}(?:·\\s?[\\p{Han}]{1,8})?(?=[\\s,.;|)/]|$)",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?=[姓名我本][名字叫人是])(?:姓名|名字|我叫做?|本人|我是)(?:是|为|叫|:|\\s){0,3}\\K[\\p{"
	  "Han}]{2,6}["
	  "·•][\\p{Han}]{"
	  "2,8}",
	  PRIVACY_NAME, PRIVACY_ANY, .plain = 0 },
	{ "(?=[帮替查])(?:帮|替|(?<![稽审检调核复抽巡督筛普搜])查)(?:我|一下)?\\K" NAME
	  "(?=问|查|看|办|申请|咨询|弄|报|打听|的(?:成绩|证)|(?<=[\\p{Han}]{3})(?:[,.!?\\s]|$))",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?=[公集单][司团位][的])(?:公司|集团|单位)的\\K" NO_NAME SURNAME "(?:" NO_GIVEN
	  "[\\p{Han}]){2}(?=[^\\p{Han}]|$)",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?:[?&](?:xm|xingming|(?:real|full|user)?_?name)=|\"(?:xm|(?:real|user)?_?name)\"\\s?:"
	  "\\s?\")"
	  "\\K[^&\\s#,;\"]{2,60}",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 5 },
	{ "(?=[人名姓][员单名])(?:人员|名单|人名|姓名)[:\\s]{1,2}\\K" NAME "(?=[,\\s和]|$)",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?<=\\x02)[,\\s]?(?:和|与|、|跟|,)\\K" NAME AFTER_NAME, PRIVACY_NAME, PRIVACY_PUBLIC,
	  .plain = 0 },
	{ SURNAME_FIRST "(?<![\\p{Han}])" NAME
	                "(?=[\\s,|/(:;\"'·\\-]{0,4}(?:男|女)?[\\s,|/(:]{0,3}(?:的?身份证(?:"
	                "号码?|件号码?)?|证件号码?|手机号?|电话)?[\\s:是为,|(]{0,3}\\x02)",
	  PRIVACY_NAME, PRIVACY_PUBLIC, .plain = 0 },
	{ "(?<=\\x02)[\\s,|/()\\-]{0,3}\\K" NAME "(?![\\p{Han}])", PRIVACY_NAME, PRIVACY_PUBLIC,
	  .plain = 0 },
};

const size_t privacy_rule_count = sizeof(privacy_rules) / sizeof(*privacy_rules);
