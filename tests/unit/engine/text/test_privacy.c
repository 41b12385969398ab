#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/text/privacy.h"

struct world {
	struct arena *arena;
	struct privacy *privacy;
};

static int set_up(void **state)
{
	static struct world world;
	const struct span printed[] = { span_of("咨询电话0371-65250866，QQ群：1092242364"),
		                        span_of("faq@example.cn") };

	assert_int_equal(arena_create(&world.arena, 64 << 20), STATUS_OK);
	assert_int_equal(privacy_create(&world.privacy, printed, 2), STATUS_OK);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	privacy_destroy(world->privacy);
	arena_destroy(world->arena);
	return 0;
}

static struct span masked_of(void **state, const char *text)
{
	struct world *world = *state;
	struct privacy_masked masked;

	arena_reset(world->arena);
	assert_int_equal(privacy_mask(world->privacy, span_of(text), NULL, world->arena, &masked),
	                 STATUS_OK);
	assert_int_equal(masked.masked, !span_equal(masked.text, span_of(text)));
	return masked.text;
}

static void assert_becomes(void **state, const char *text, const char *expected)
{
	const struct span masked = masked_of(state, text);

	if (!span_equal(masked, span_of(expected)))
		fail_msg("%s became %.*s, not %s", text, (int)masked.len, masked.ptr, expected);
}

static void assert_kept(void **state, const char *text)
{
	assert_becomes(state, text, text);
}

/* The number (as typed) is gone, all of the rest is there. */
static void assert_masks(void **state, const char *before, const char *secret, const char *after)
{
	char text[1024];

	assert_true((size_t)snprintf(text, sizeof(text), "%s%s%s", before, secret, after) <
	            sizeof(text));
	const struct span masked = masked_of(state, text);
	const size_t first = strlen(before), last = strlen(after);
	const bool kept = masked.len >= first + last && memcmp(masked.ptr, before, first) == 0 &&
	                  memcmp(masked.ptr + masked.len - last, after, last) == 0;
	const struct span middle = { masked.ptr + first, kept ? masked.len - first - last : 0 };

	if (!kept || !memmem(middle.ptr, middle.len, "***", 3) ||
	    memmem(middle.ptr, middle.len, secret, strlen(secret)))
		fail_msg("%s became %.*s", text, (int)masked.len, masked.ptr);
}

static void an_id_number_is_masked_however_it_is_divided(void **state)
{
	static const char *const written[] = {
		"411702198512093318",
		"411702 19851209 3318",
		"411702.1985.1209.3318",
		"411702/19851209/3318",
		"411702，19851209，3318",
		"411702、1985、1209、3318",
		"411702·19851209·3318",
		"411702_19851209_331X",
		"411702\n19851209\n3318",
		"411702\r\n19851209\r\n331x",
		"4 1 1 7 0 2 1 9 8 5 1 2 0 9 3 3 1 8",
		"411702 19851209 331",
		"411702-19851209-33181",
		"411702　19851209　3318",
		"411702 851209 331",
	};

	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
		assert_masks(state, "我的号：", written[i], "；成绩查不到");
}

static void an_id_number_is_masked_in_any_digits(void **state)
{
	static const char *const written[] = {
		"４１１７０２１９８５１２０９３３１８",
		"٤١١٧٠٢١٩٨٥١٢٠٩٣٣١٨",
		"𝟒𝟏𝟏𝟕𝟎𝟐𝟏𝟗𝟖𝟓𝟏𝟐𝟎𝟗𝟑𝟑𝟏𝟖",
		"四一一七零二一九八五一二零九三三一八",
		"肆壹壹柒零贰壹玖捌伍壹贰零玖叁叁壹捌",
		"四幺幺七〇二 一九八五 幺二〇九 三三幺八",
		"4II7O2I985I2O933I8",
		"4117О2198512О933I8",
		"41170219851209331Х",
	};

	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
		assert_masks(state, "号码 ", written[i], " 延续");
}

static void a_number_with_a_wrong_digit_is_masked_too(void **state)
{
	static const char *const written[] = { "411702198513093318",  "41170219851209331",
		                               "4117021985120933188", "411702851209331",
		                               "991702198512093318",  "4117021985120933XX" };

	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
		assert_masks(state, "写错了：", written[i], "，咋改");
}

static void the_longest_run_is_masked_first(void **state)
{
	/* A card of 19 digits that holds the beginning of a mobile number. */
	assert_becomes(state, "退到6222 0217 1300 0123 452", "退到622**************52");
	assert_masks(state, "", "411702198512093318411702199001011234", "，粘一起了");
}

static void encoded_numbers_are_masked(void **state)
{
	assert_masks(state, "?no=", "%34%31%31%37%30%32%31%39%38%35%31%32%30%39%33%33%31%38",
	             "&a=1");
	assert_masks(state, "", "&#x34;&#x31;&#x31;702198512093318", " 打不开");
	assert_masks(state, "{\"a\":\"", "\\u0034\\u0031\\u0031702198512093318", "\"}");
	/* Base64 of 411702198512093318. */
	assert_masks(state, "参数 ", "NDExNzAyMTk4NTEyMDkzMzE4", " 不对");
	/* Base64 of nothing personal: "hello world, good day". */
	assert_kept(state, "参数 aGVsbG8gd29ybGQsIGdvb2QgZGF5 不对");
	assert_masks(state, "token是", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MTE3MDIifQ.c2lnbmF0dXJl",
	             "");
}

static void telephones_are_masked_in_every_spelling(void **state)
{
	static const char *const written[] = {
		"15936001122",
		"159 3600 1122",
		"159.3600.1122",
		"159，3600，1122",
		"+86 15936001122",
		"0086-159-36001122",
		"86 159 3600 1122",
		"1593600 1122",
		"159 36 00 11 22",
		"一五九三六零零一一二二",
		"幺五九叁陆零零壹壹贰贰",
		"159三六零零1122",
		"15936OO1122",
		"0378-2345678",
		"（0378）23456789",
		"+86 371 63001122",
	};

	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++)
		assert_masks(state, "回我", written[i], "，谢谢");
	assert_masks(state, "手机填成", "1593600112", "了");
	assert_masks(state, "座机是", "6300-1122", "");
}

static void what_the_office_prints_stays(void **state)
{
	assert_kept(state, "打0371-65250866没人接");
	assert_kept(state, "(0371)65250866还是037165250866？");
	assert_kept(state, "电话65250866占线");
	assert_kept(state, "+86-371-65250866");
	assert_kept(state, "我QQ加1092242364，说群满了");
	assert_kept(state, "发到faq@example.cn了");
	assert_masks(state, "打0371-65250866没人接，回我", "15936001122", "");
}

static void cards_and_documents_are_masked(void **state)
{
	assert_masks(state, "", "6217 0025 0000 1234 567", " 退钱");
	assert_masks(state, "银行卡号：", "6228480012345678", "");
	assert_masks(state, "护照号", "G12345678", "能报名不");
	assert_masks(state, "", "EB1234567", " 是我的护照");
	assert_masks(state, "港澳居民来往内地通行证", "H12345678", "");
	assert_masks(state, "台胞证：", "01234567", "，能考吗");
	assert_masks(state, "军官证 ", "军字第1234567号", "");
	assert_masks(state, "准考证号", "202641000123", "查不了");
}

static void certificate_numbers_keep_their_class(void **state)
{
	assert_becomes(state, "豫建安B（2021）0098765延续", "豫建安B(****)*****65延续");
	assert_becomes(state, "豫建安C1(2021)0098765", "豫建安C1(****)*****65");
	assert_becomes(state, "豫建安（2021）0098765", "豫建安(****)*****65");
	assert_kept(state, "豫建安〔2024〕125号");
	assert_masks(state, "注册编号", "豫1412019202009876", "");
}

static void accounts_and_passwords_are_masked(void **state)
{
	assert_masks(state, "发我", "lisi_88@sina.com.cn", "吧");
	assert_masks(state, "我Q", "20345678", "");
	assert_masks(state, "QQ号是", "203456789", "，加我");
	assert_masks(state, "微信：", "li-gong2020", "");
	assert_masks(state, "加微信", "nywang85", "。谢谢");
	assert_masks(state, "微信号 ", "a1b2c3d4", "。");
	assert_kept(state, "微信weixin.qq.com打不开");
	assert_masks(state, "我的邮箱是", "liu-yang.hn@vip.163.com", " 行吗");
	assert_masks(state, "邮箱：", "sunli【at】qq【点】com", "，谢谢");
	assert_becomes(state, "加我v：hn13900001111 谢谢", "加我v：HN1********11 谢谢");
	assert_becomes(state, "wx:hn15038001234，谢谢", "wx:HN1********34，谢谢");
	assert_masks(state, "密码是", "Ab#99x", "，登不上");
	assert_masks(state, "验证码 ", "509912", " 不对");
	assert_masks(state, "access_token=", "77ab01ff3c9d4e21", "&a=1");
}

static void names_addresses_and_birthdays_are_masked_where_announced(void **state)
{
	assert_becomes(state, "我叫赵铁柱，B证延续", "我叫赵**，B证延续");
	assert_becomes(state, "姓名：欧阳明\n办结了吗", "姓名：欧**\n办结了吗");
	assert_becomes(state, "联系人张三 411702198512093318", "联系人张* 411*************18");
	assert_masks(state, "住址：", "郑州市二七区大学路8号院3号楼", "");
	assert_becomes(state, "我住郑州市二七区大学路8号院3号楼2单元501，证在哪领",
	               "我住***，证在哪领");
	assert_becomes(state, "（家在信阳市浉河区民权南街12号院）", "（家在***）");
	assert_becomes(state, "“郑州市二七区大学路8号院”", "“***”");
	assert_becomes(state, "我住商丘市睢县河堤乡李庄村3组", "我住***");
	assert_becomes(state, "收件，郑州市二七区大学路80号华城国际1号楼1503室，谢谢",
	               "收件，***，谢谢");
	assert_becomes(state, "信阳市浉河区民权南街12号用IE11浏览器", "***用IE11浏览器");
	assert_kept(state, "我住建系统里没有信息");
	assert_kept(state, "我家在农村，到市里的路远，怎么报名");
	assert_kept(state, "我家在郑州市金水区，能在洛阳市考吗");
	assert_becomes(state, "员工刘强东成绩没有", "员工刘**成绩没有");
	assert_kept(state, "员工成绩没有");
	assert_becomes(state, "本人赵刚申请注销", "本人赵*申请注销");
	assert_masks(state, "出生日期", "1985年12月9日", "，系统不认");
	assert_masks(state, "我", "85年12月9日", "出生的");
}

static void what_only_looks_like_a_number_stays(void **state)
{
	static const char *const texts[] = {
		"信用代码91410100MA44ABCD2X",
		"受理号410000-20260315-0021退回",
		"受理号：SL2026031500210",
		"订单号20260315123456789012没支付",
		"错误代码-2147467259",
		"Chrome 138.0.7204.101打不开",
		"192.168.100.23连不上",
		"2026.03.15-2029.03.14",
		"2026-03-15 09:10:11提交",
		"1，2，3，4，5，6，7，8，9，10，11都试过",
		"1、3、5、7、9、11、13、15条",
		"交了12,345,678.90元",
		"企业注册资本100000000元",
		"豫建行规〔2024〕3号第15条",
		"400-123-4567打不通",
		"12345热线也打了",
		"身份证是15位的怎么办",
		"密码要8-20位吗",
		"密码忘了",
		"验证码60秒收不到",
		"微信8.0.50打不开",
		"QQ浏览器11.5能用吗",
		"我是高级工程师",
		"我是安全员，考C证",
		"本人于2020年取证",
		"联系人怎么改",
		"法人变更后证书怎么办",
		"户口在农村能考吗",
		"注册地址变更怎么办",
		"证书2026年12月31日到期",
		"二〇二四年五月一日以后",
		"一二三级企业都要吗",
		"组织机构代码71234567-2",
		"IMG_20260315_091011.jpg传不上",
		"0x80072EFD",
		"",
		"。",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_kept(state, texts[i]);
}

static void the_second_half_in_the_next_message_is_masked(void **state)
{
	struct world *world = *state;
	struct privacy_tail tail = { "" };
	static const char *const said[] = { "我身份证411702", "19851209", "3318 查成绩" };
	struct privacy_masked masked;

	for (size_t i = 0; i < 3; i++) {
		arena_reset(world->arena);
		assert_int_equal(privacy_mask(world->privacy, span_of(said[i]), &tail, world->arena,
		                              &masked),
		                 STATUS_OK);
	}
	assert_true(span_equal(masked.text, span_of("*** 查成绩")));
	arena_reset(world->arena);
	assert_int_equal(
	        privacy_mask(world->privacy, span_of("3318"), &tail, world->arena, &masked),
	        STATUS_OK);
	assert_true(span_equal(masked.text, span_of("3318")));
}

static void a_number_said_in_parts_or_by_radio_is_masked(void **state)
{
	assert_masks(state, "我", "188中间3715后面5667", "，短信收不到");
	assert_masks(state, "我号", "139然后1234最后5678", "");
	assert_masks(state, "证件号", "四幺洞幺洞五幺九拐八洞三洞四洞洞幺两", "");
	assert_masks(state, "准考证号", "2024110305217", "");
	assert_masks(state, "扣扣", "1.9.3.3.0.2.7.7.5", "");
	assert_masks(state, "外国人永居证", "CHN410082071603", "");
	assert_masks(state, "", "0371-67881234", "是我单位财务部的");
	assert_masks(state, "我家电话", "86-371-67881234", "");
	assert_masks(state, "我电话", "010-88886666-102", "，回我");
	assert_masks(state, "办公室电话", "0371 6788 1234转803", "");
	assert_masks(state, "身份证", "410101201801011234", "");
	assert_becomes(state, "安全员叫赵小测", "安全员叫赵**");
}

static void lists_and_what_belongs_to_an_authority_stay(void **state)
{
	assert_kept(state, "010-58933114是住建部电话吗");
	assert_kept(state, "郑州市金水区花园路1号楼是你们大厅吗");
	assert_kept(state, "转3296、3307、3331、6048");
	assert_kept(state, "公交202、245、651、939、261、311、263路到吗");
	assert_kept(state, "2024.11.03考试");
}

static void ill_formed_bytes_stay_what_they_are(void **state)
{
	assert_kept(state, "\xff\xfe 成绩 \xc3");
	assert_masks(state, "\xff", "411702198512093318", "\xff");
}

static void over_long_input_is_refused(void **state)
{
	struct world *world = *state;
	struct privacy_masked masked;
	static char text[(64 << 10) + 1];

	memset(text, 'a', sizeof(text));
	assert_int_equal(privacy_mask(world->privacy, (struct span){ text, sizeof(text) }, NULL,
	                              world->arena, &masked),
	                 STATUS_LIMIT);
}

static void words_spelled_with_blanks_are_read(void **state)
{
	assert_masks(state, "发到", "z h a o l i 7 @ q q . c o m", "，收不到");
	assert_masks(state, "发到", "z h a o l i 7 @qq.com", "，收不到");
	assert_masks(state, "", "z h a o 艾特 q q 点 c o m", "，收不到");
	assert_masks(state, "微 信 号：", "z h l i 7 8", "，加我");
	assert_masks(state, "发到", "zhaoli7[at]163[dot]com", "，收不到");
	assert_kept(state, "A B C 三类");
	assert_kept(state, "选 C 1 还是 C 2");
	assert_kept(state, "w w w . e x a m p l e . c n 打不开");
	assert_kept(state, "1 2 3 4 5 6 7 8 9 10");
}

static void digits_of_any_kind_are_read(void **state)
{
	assert_masks(state, "", "❹❶❶❼⓿❷❶❾❽❺❶❷⓿❾❸❸❶❽", "，查成绩");
	assert_masks(state, "", "〤〡〡〧〇〢〡〩〨〥〡〢〇〩〣〣〡〨", "，查成绩");
	assert_masks(state, "", "四腰腰七零二腰九八五腰二零九三三腰八", "，查成绩");
	assert_masks(state, "电话 ", "妖三七 零零零零 妖二三四", "，找我");
	assert_becomes(state, "证书豫建安B（二〇二〇）零零一二三四五", "证书豫建安B(****)*****45");
	assert_kept(state, "腰不好，三五天能办好吗");
}

static void an_id_number_with_words_between_its_parts_is_masked(void **state)
{
	assert_masks(state, "我的是", "411702，生日19851209，后四位3318", "，咋查");
	assert_masks(state, "前半截", "41170219，后半截8512093318", "，咋查");
	assert_masks(state, "我的是", "411702 1985年12月09日 3318", "，咋查");
	assert_masks(state, "扫出来 ", "4II7O2I985I2O933I8", " OCR的");
}

static void a_label_reaches_over_a_comma_and_stands_behind(void **state)
{
	assert_masks(state, "证件类型护照，号码：", "K1234567", "，能考吗");
	assert_masks(state, "香港身份证", "A123456(7)", "，能考吗");
	assert_masks(state, "外国人工作许可证 ", "20210123456789", "，能考吗");
	assert_masks(state, "军官证，号码为", "南字第0123456号", "，能考吗");
	assert_masks(state, "", "文职字第0123456号", "，能考吗");
	assert_masks(state, "外国人居留许可证 ", "410012345678", "，能考吗");
	assert_kept(state, "安全生产许可证编号410012345678到期");
	assert_masks(state, "身份证", "412***197910233573", "");
	assert_becomes(state, "我身份证尾数四位是零六一三。", "我身份证尾数四位是***。");
	assert_becomes(state, "手机中间四位3771", "手机中间四位***");
	assert_kept(state, "身份证后四位是什么意思，第十三条");
	assert_becomes(state, "身份证尾号是357X", "身份证尾号是***");
	assert_masks(state, "证书编号：（", "2021）0201234", "，能延续吗");
	assert_kept(state, "914101007708899112 社会信用代码");
	assert_kept(state, "20261120000123 是受理号");
	assert_kept(state, "住建厅电话0371-66000012");
	assert_kept(state, "缴款识别码41000026000123456789");
	assert_kept(state, "豫建字第123456号");
}

static void two_telephones_side_by_side_are_two(void **state)
{
	assert_becomes(state, "137 0000 1234/139 0000 5678", "137******34/139******78");
	assert_masks(state, "打", "0 3 7 1 - 6 3 0 0 0 0 1 2", "，找我");
}

static void accounts_and_codes_of_other_names_are_masked(void **state)
{
	assert_masks(state, "加微 ", "zhaoli1988", "，谢谢");
	assert_masks(state, "v❤：", "zhaoli88", "，谢谢");
	assert_masks(state, "叩叩", "765432109", "，谢谢");
	assert_masks(state, "password is ", "Zhao2024!", "");
	assert_masks(state, "手机收到的是", "284019", "，填了说验证码错误");
	assert_masks(state, "短信码", "884422", "，不对");
	assert_kept(state, "10086 10010 都收不到验证码");
	assert_kept(state, "加微信群");
}

/* Each look goes through all that is printed, which may be megabytes. */
/* Nothing else in the message is of ASCII: each is as short as its rule allows. */
static void the_shortest_secrets_are_masked_in_chinese_words(void **state)
{
	assert_masks(state, "系统密码改成", "ab1c", "还是进不去");
	assert_masks(state, "发到", "a艾特b点cn", "怎么办");
	assert_masks(state, "加微信号", "a1234", "问");
	assert_masks(state, "我的微信号", "1abcd", "谢谢");
	assert_masks(state, "我是", "wxid_a1b2c", "谢谢");
	assert_masks(state, "令牌", ":a1b2c3d4e5f6", "过期");
	assert_masks(state, "他发来", "eyJabcdef.bcdef.gh", "什么意思");
}

static void what_is_public_is_looked_for_so_many_times_in_a_text(void **state)
{
	static const char address[] = "faq@example.cn ";
	char text[40 * sizeof(address)] = "";

	for (int i = 0; i < 32; i++)
		strcat(text, address);
	assert_kept(state, text);
	strcat(text, address);
	const struct span masked = masked_of(state, text);
	assert_memory_equal(masked.ptr, text, 32 * strlen(address));
	assert_int_equal(memcmp(masked.ptr + 32 * strlen(address), "faq@", 4) == 0, false);
}

static void what_the_owner_starred_is_starred_to_the_end(void **state)
{
	assert_masks(state, "身份证", "4104**********3316", "，平顶山的");
	assert_masks(state, "电话", "151****8840", "打我");
	assert_masks(state, "身份证号码", "41272319********38", "，B证");
	assert_masks(state, "", "410922198510xx4731", "");
	assert_becomes(state, "手机尾号6628换9915", "手机尾号***换***");
	assert_masks(state, "", "133xxxx2298", "");
	assert_kept(state, "照片295***413，一共6***8");
}

static void a_part_of_a_number_needs_no_noun(void **state)
{
	assert_masks(state, "最后四位", "561X", "就是我，B证");
	assert_masks(state, "证书编号尾数", "4567", "");
	assert_masks(state, "我手机一三七，后面是", "37160293", "");
	assert_masks(state, "老手机133开头", "2298", "结尾的");
	assert_becomes(state, "身份证最后不是2537是2573", "身份证最后不是***是***");
	assert_becomes(state, "身份证410423198702153316，哦不对，最后一位是8",
	               "身份证410*************16，哦不对，最后一位是***");
	assert_masks(state, "身份证末尾", "01X", "，延续");
	assert_becomes(state, "身份证4115281991****后面是0046", "身份证41*******1后面是***");
	assert_masks(state, "B证后几位", "6781", "");
	assert_kept(state, "最后3个月还能办吗");
	assert_kept(state, "最后一位是X怎么输入");
	assert_kept(state, "前面2个都不行，后面3个100分");
	assert_kept(state, "2024开头的证书怎么换");
}

static void accounts_of_every_platform_are_masked(void **state)
{
	assert_masks(state, "微信号：", "Liu20080808", "");
	assert_masks(state, "wx", "hnxx886688", "，发我流程");
	assert_masks(state, "小红书号 ", "9527188366", "");
	assert_masks(state, "用户名：", "lihua_1990", "，登录不上");
	assert_masks(state, "邮箱", "zhang.wei#outlook.com", "");
	assert_masks(state, "网盘提取码", "x7k2", "");
	assert_masks(state, "扣", "445566778", "");
	assert_masks(state, "我抖音叫", "yuli_1123", "");
	assert_masks(state, "账号", "xc_yuli", "，登不上");
	assert_masks(state, "微❤信 ", "hnjzs88", "");
	assert_masks(state, "薇：", "hnjzs_88", "");
	assert_masks(state, "", "wangkao3艾特126点康姆", "");
	assert_masks(state, "企业微信", "MaLin", "");
	assert_masks(state, "账户名：", "jzlaoli63", "");
	assert_kept(state, "账号Admin");
	assert_kept(state, "扣120000元，扣100000");
	assert_kept(state, "支付宝AliPay打不开");
	assert_kept(state, "账号IE11打不开");
	assert_kept(state, "用户名必须6-20位");
	assert_kept(state, "邮箱http://mail.163.com打不开");
	assert_kept(state, "武汉官方微博@博爱江城");
}

static void names_are_masked_behind_a_role(void **state)
{
	assert_becomes(state, "项目经理李卫东的建造师注册在外", "项目经理李**的建造师注册在外");
	assert_becomes(state, "安全员吴小军和郑大山两个人一起申请",
	               "安全员吴**和郑**两个人一起申请");
	assert_becomes(state, "申请人孙超未办结", "申请人孙*未办结");
	assert_becomes(state, "名字是买买提·艾力", "名字是买*****");
	assert_becomes(state, "替高志远问一下", "替高**问一下");
	assert_becomes(state, "我是河南鼎盛建设有限公司的王晓东", "我是河南鼎盛建设有限公司的王**");
	assert_becomes(state, "姓名：化春生", "姓名：化**");
	assert_becomes(state, "司马青云，B证", "司***，B证");
	assert_becomes(state, "http://a.example.cn/person?name=张伟&type=2",
	               "http://a.example.cn/person?name=张*&type=2");
	assert_becomes(state, "您好我是化春生", "您好我是化**");
	assert_becomes(state, "法定代表人原野，A证", "法定代表人原*，A证");
	assert_becomes(state, "麻烦查茹小妹", "麻烦查茹**");
	assert_becomes(state, "人员姬振华身份证410423198702153316",
	               "人员姬**身份证410*************16");
	assert_becomes(state, "姓名,身份证\n化春生,410423198702153316",
	               "姓名,身份证\n化**,410*************16");
	assert_becomes(state, "人员许志强", "人员许**");
	assert_becomes(state, "张总张广才不配合", "张*张**不配合");
	assert_becomes(state, "法人王大庆失联了", "法人王**失联了");
	assert_becomes(state, "赵磊、孙涛、周洋三个人", "赵*、孙*、周*三个人");
	assert_becomes(state, "电话13526890417，老李", "电话135******17，老*");
	assert_becomes(state, "孔祥东和宋佳两个人", "孔**和宋*两个人");
	assert_becomes(state, "范志刚/410423198702153316", "范**/410*************16");
	assert_becomes(state, "总监林宛瑜要注销", "总监林**要注销");
	assert_kept(state, "员工石材加工企业算不算，公司的白图");
	assert_kept(state, "高级和中级都行，安全员和项目经理");
	assert_kept(state, "财团法人伊甸社会福利基金会");
	assert_kept(state, "安全员谷歌浏览器打不开");
	assert_kept(state, "员工花名册，员工关系证明，员工向法院起诉");
	assert_kept(state, "安全员周期多长，建造师费用谁出，申请人陈述材料");
	assert_kept(state, "施工说的，高工的证");
	assert_kept(state, "法定代表人原件带了");
	assert_kept(state, "我是化工专业");
	assert_kept(state, "稽查纪录表");
	assert_kept(state, "请帮解锁");
	assert_kept(state, "拆桥施工范围，替代路线");
	assert_kept(state, "人员于学校接受训练");
	assert_kept(state, "安全员任期几年");
	assert_kept(state, "项目经理常驻工地吗");
	assert_kept(state, "人员：安全员、项目经理、法人");
	assert_kept(state, "姓名：不能为空");
	assert_kept(state, "公司的高管，要办A证吗");
	assert_kept(state, "帮单位办延续");
	assert_kept(state, "法人方不同意");
}

/* However the sentence goes on; expected by hand: the surname stays. */
static void names_are_masked_behind_a_cue_whatever_follows(void **state)
{
	assert_becomes(state, "用户李建国", "用户李**");
	assert_becomes(state, "用户王芳登录提示密码错误", "用户王*登录提示密码错误");
	assert_becomes(state, "用户赵铁柱登不进去", "用户赵**登不进去");
	assert_becomes(state, "用户欧阳锋登录失败", "用户欧**登录失败");
	assert_becomes(state, "我是李建国请问成绩什么时候出", "我是李**请问成绩什么时候出");
	assert_becomes(state, "我叫王小明证书过期", "我叫王**证书过期");
	assert_becomes(state, "俺叫刘大壮俺的证找不着了", "俺叫刘**俺的证找不着了");
	assert_becomes(state, "俺叫田小娟单位不给盖章", "俺叫田**单位不给盖章");
	assert_becomes(state, "本人张伟证书丢了怎么办", "本人张*证书丢了怎么办");
	assert_becomes(state, "本人叫吕布身份证丢失", "本人叫吕*身份证丢失");
	assert_becomes(state, "您好我是徐静蕾今年刚考", "您好我是徐**今年刚考");
	assert_becomes(state, "我是李建国郑州市的", "我是李**郑州市的");
	assert_becomes(state, "我是分公司的王立新，帮忙看看", "我是分公司的王**，帮忙看看");
	assert_becomes(state, "我是河南建工的赵志强", "我是河南建工的赵**");
	assert_becomes(state, "用户李建国登录不了", "用户李**登录不了");
	assert_becomes(state, "我是李建国", "我是李**");
	assert_becomes(state, "安全员毛小军的证过期", "安全员毛**的证过期");
}

/* What follows the office or the role is a word of the sentence. */
static void what_stands_behind_a_role_is_not_always_a_name(void **state)
{
	static const char *const texts[] = {
		"建造师万能证书吗", "施工员顾及不到", "安全员毛坯房验收", "安全员金山区的",
		"安全员向来要考试", "安全员车床操作", "联系人常换怎么办",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_kept(state, texts[i]);
}

/* Words that begin like a name behind the same cues. */
static void what_only_begins_like_a_name_stays_behind_a_cue(void **state)
{
	static const char *const cues[] = { "用户", "用户名", "我是", "本人", "俺是" };
	static const char *const words[] = {
		"密码忘了",     "登录不上",     "余额不足",     "信息不对",     "何时能登录",
		"管理在哪",     "章怎么弄",     "项目经理",     "安全员",       "高级工程师",
		"建筑公司的",   "单位管理员",   "马上过期",     "白天报的名",   "江苏的证",
		"温县的",       "常年在外",     "万达公司的",   "强行注销的",   "单方面解约的",
		"原公司没了",   "高铁上填的",   "胡乱填的",     "韩国人",       "宋体字上传的",
		"徐州来的",     "唐山来的",     "黄牌警告",     "肖像照片",     "罗马数字写错了",
		"施工员证过期", "方便的时候去", "孙子辈的",     "新用户",       "三类人员",
		"沈阳的",       "吕梁的",       "黄石的企业",   "韩城的",       "张家口的",
		"张家口",       "杨浦区的",     "孙女怎么代办", "葛洲坝集团的", "徐工集团",
		"丁级资质",     "丁级设计单位", "田径教练",     "黄页",         "熊猫",
		"丁忧",         "唐县的",       "沈阳",         "彭州的",       "韶山的",
		"鲁山的",       "项城市的",
	};
	char text[128];

	for (size_t c = 0; c < sizeof(cues) / sizeof(cues[0]); c++)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			snprintf(text, sizeof(text), "%s%s", cues[c], words[i]);
			assert_kept(state, text);
		}
}

/* Questions without a digit or letter, and without a cue for a name: nothing of them is personal.
 * The first file is this project's own; another that is not there is passed over. */
static void no_word_of_the_questions_is_taken_for_a_name(void **state)
{
	static const char *const files[] = { DAYI_SOURCE_DIR "/tests/questions/own.jsonl",
		                             DAYI_SOURCE_DIR "/../shared/eval/questions/dev.jsonl",
		                             DAYI_SOURCE_DIR
		                             "/../shared/eval/questions/contrast.jsonl" };
	/* Those of own.jsonl and dev.jsonl in which a person is named. */
	static const char *const named[] = { "张三",   "李四", "王大锤", "胡图图",
		                             "孙小空", "李明", "刘备",   "王五" };
	static const char start[] = "\"q\": \"";
	char line[8192];

	for (size_t f = 0; f < 3; f++) {
		FILE *file = fopen(files[f], "r");
		size_t read = 0;

		if (!file)
			print_message("%s is not here: passed over\n", files[f]);
		while (file && fgets(line, sizeof(line), file)) {
			char *text = strstr(line, start), *end;
			bool plain = text != NULL;

			text = text ? text + sizeof(start) - 1 : line;
			end = strchr(text, '"');
			if (end)
				*end = '\0';
			for (const char *c = text; *c; c++)
				plain = plain &&
				        !((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
				          (*c >= 'A' && *c <= 'Z') || *c == '\\');
			for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
				plain = plain && !strstr(text, named[i]);
			if (plain)
				assert_kept(state, text);
			read += plain;
		}
		if (file)
			fclose(file);
		if (f == 0 || file)
			assert_true(read > 0);
	}
}

static void plates_and_what_links_hand_over_are_masked(void **state)
{
	assert_masks(state, "车牌", "豫A8K72D", "停在门口");
	assert_masks(state, "我开车来的，", "豫D·66F88", "");
	assert_masks(state, "", "豫AF12345", "新能源车");
	assert_masks(state, "https://wx.example.cn/cb?code=", "0a1B2c3D4e5F6g7H8i9J",
	             "&state=1 白屏");
	assert_masks(state, "https://pan.example.com/s/", "1aB7cDeFgH3iJkLmNoPq", "");
	assert_kept(state, "HarddiskVolumeShadowCopy2 /Device/HarddiskVolumeShadowCopy2/");
	assert_kept(state, "京ICP备12345678号");
	assert_kept(state, "https://example.gov.cn/static/js/chunk-vendors.3f9a2c.js 404");
	assert_kept(state, "http://a.example.cn/p?no=SL20261008001");
}

static void homes_are_masked_without_a_label(void **state)
{
	assert_becomes(state, "住建业森林半岛12栋3单元1101", "***");
	assert_becomes(state, "濮阳市华龙区王助镇西郭寨村人", "***人");
	assert_masks(state, "详细地址:", "西大街100号翡翠城2号楼1502", "");
	assert_kept(state, "政务大厅B座3楼");
	assert_kept(state, "郑州市金水区花园路街道办事处");
}

static void the_card_goes_with_its_date_and_code(void **state)
{
	assert_becomes(state, "信用卡4581231234567893，有效期09/27，CVV318",
	               "信用卡458***********93，有效期***，CVV***");
	assert_kept(state, "有效期12/26是啥意思");
}

static void a_word_behind_a_number_is_none_of_it(void **state)
{
	assert_becomes(state, "注册号豫241202198765 二级建造师", "注册号241*******65 二级建造师");
	assert_masks(state, "报名序号", "2024050612345", "，查成绩");
	assert_masks(state, "培训证号", "HNJX20230456", "");
	assert_masks(state, "旧编号", "0087612", "不认");
	assert_masks(state, "海员证", "S1234567", "");
	assert_masks(state, "社保编号", "4108830012345", "");
	assert_becomes(state, "座机0391-3569871转801", "座机039******71转***");
	assert_masks(state, "出生年月日那几位是", "19891123", "");
	assert_masks(state, "生日是", "0817", "");
	assert_masks(state, "code ", "733902", " 是验证码");
	assert_kept(state, "error code 733902");
	assert_masks(state, "", "l37OOOOl234", " 打我");
	assert_becomes(state, "豫建安B/2020/0012345", "豫建安B/****/*****45");
	assert_becomes(state, "豫安B(2020)0012345", "豫安B(****)*****45");
	assert_becomes(state, "YJAB(2020)0012345", "YJAB(****)*****45");
	assert_masks(state, "标识", "1.2.156.3005.2.11100000000013338W011.豫建安B20180087612", "");
	assert_becomes(state, "我是八二年九月的，B证", "我是***的，B证");
	assert_kept(state, "我是2020年3月的，B证");
	assert_kept(state, "办理编号410000260318000771");
	assert_becomes(state, "豫建安C1（2024）0002468，办件号4100002024000077",
	               "豫建安C1(****)*****68，办件号4100002024000077");
}

int main(void)
{
#define TEST(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		TEST(an_id_number_is_masked_however_it_is_divided),
		TEST(an_id_number_is_masked_in_any_digits),
		TEST(a_number_with_a_wrong_digit_is_masked_too),
		TEST(the_longest_run_is_masked_first),
		TEST(encoded_numbers_are_masked),
		TEST(telephones_are_masked_in_every_spelling),
		TEST(what_the_office_prints_stays),
		TEST(what_is_public_is_looked_for_so_many_times_in_a_text),
		TEST(cards_and_documents_are_masked),
		TEST(certificate_numbers_keep_their_class),
		TEST(accounts_and_passwords_are_masked),
		TEST(the_shortest_secrets_are_masked_in_chinese_words),
		TEST(names_addresses_and_birthdays_are_masked_where_announced),
		TEST(what_only_looks_like_a_number_stays),
		TEST(the_second_half_in_the_next_message_is_masked),
		TEST(a_number_said_in_parts_or_by_radio_is_masked),
		TEST(lists_and_what_belongs_to_an_authority_stay),
		TEST(ill_formed_bytes_stay_what_they_are),
		TEST(words_spelled_with_blanks_are_read),
		TEST(digits_of_any_kind_are_read),
		TEST(an_id_number_with_words_between_its_parts_is_masked),
		TEST(a_label_reaches_over_a_comma_and_stands_behind),
		TEST(two_telephones_side_by_side_are_two),
		TEST(accounts_and_codes_of_other_names_are_masked),
		TEST(over_long_input_is_refused),
		TEST(what_the_owner_starred_is_starred_to_the_end),
		TEST(a_part_of_a_number_needs_no_noun),
		TEST(accounts_of_every_platform_are_masked),
		TEST(names_are_masked_behind_a_role),
		TEST(names_are_masked_behind_a_cue_whatever_follows),
		TEST(what_only_begins_like_a_name_stays_behind_a_cue),
		TEST(what_stands_behind_a_role_is_not_always_a_name),
		TEST(no_word_of_the_questions_is_taken_for_a_name),
		TEST(plates_and_what_links_hand_over_are_masked),
		TEST(homes_are_masked_without_a_label),
		TEST(the_card_goes_with_its_date_and_code),
		TEST(a_word_behind_a_number_is_none_of_it),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
