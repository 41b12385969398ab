/* Documents in the shapes in which offices print an FAQ: each must come out to the letter. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const test = require('node:test');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');
const { entriesOf, zip } = require('./imported');

const SHARED = path.join(ROOT, '../shared/import-shapes');

/* Lines without blanks at their ends, and without empty ones. */
const plain = (text) => text.split('\n').map((line) => line.replace(/^[ \t　]+|[ \t　]+$/g, '')).filter(Boolean).join('\n');

function answerOf(entry) {
	const cases = (entry.cases || []).map((one) => `\n情形${one.id}：${one.situation}` + (one.advice ? `\n建议：${one.advice}` : ''));
	return plain((entry.answer || '') + cases.join(''));
}

/* The entries that the file becomes, or null where it is refused. */
function imported(folder, bytes, format = 'text') {
	const file = path.join(folder, 'faq.txt');
	const out = fs.mkdtempSync(path.join(folder, 'k'));
	fs.writeFileSync(file, bytes);
	const run = dayi(['import', ...(format ? ['--format', format] : []), '--out', out, file]);
	if (run.code !== EXIT.done)
		return { run, entries: null };
	return { run, entries: entriesOf(out) };
}

function expectEntries(folder, name, bytes, wanted, format) {
	const { run, entries } = imported(folder, bytes, format);
	assert.ok(entries, `${name}: ${run.err}`);
	assert.deepEqual(entries.map((entry) => [plain(entry.question), answerOf(entry)]), wanted.map(([q, a]) => [plain(q), plain(a)]), name);
	assert.equal(new Set(entries.map((entry) => entry.id)).size, entries.length, name);
	return run;
}

test('the shapes of the shared folder come out to the letter', (t) => {
	const folder = temporary(t);
	const make = path.join(SHARED, 'make.py');
	if (!fs.existsSync(make) || spawnSync('python3', [make, folder]).status !== 0)
		return t.skip('../shared/import-shapes or python3 is absent: nothing to check');
	const expected = JSON.parse(fs.readFileSync(path.join(folder, 'expected.json')));
	for (const [name, wanted] of Object.entries(expected))
		expectEntries(folder, name, fs.readFileSync(path.join(folder, `${name}.txt`)), wanted, name.startsWith('table') ? 'csv' : 'text');
	return undefined;
});

/* ---------------------------------------------------------------- shapes of our own */

const FAQ = [
	['如何预约停车位？', ['登录停车服务平台，选择片区和时段。']],
	['办理月卡需要哪些材料？', ['需要提供：', '1、行驶证复印件；', '2、车主身份证复印件；', '3、居住证明。', '缺少材料的当场告知。']],
	['月卡可以转让吗', ['不可以，月卡与车牌绑定。']],
	['提示“车牌已登记”怎么处理？', ['（1）核对车牌号是否输错；', '（2）核对无误的，带行驶证到窗口更正。']],
	['月卡多少钱一张？', ['小型车每月300元，大型车每月500元。', '提前退卡的按日退费。']],
	['发票怎么开？', ['在平台“我的订单”里申请电子发票，3个工作日内发到邮箱。']],
	['车位被占用了怎么办？', ['拨打0371-00000001，由管理员到场处理。']],
	['残疾人车辆有优惠吗？', ['有。凭残疾证和行驶证办理，免收停车费。']],
];
const CHINESE = '一二三四五六七八九十';
const CIRCLED = '①②③④⑤⑥⑦⑧';
const WIDE = (n) => String(n).replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d)));
const WANTED = FAQ.map(([q, a]) => [q, a.join('\n')]);

/* Each item as question(i) + question, answer(i) + answer. */
const shape = (question, answer, from = 0, to = FAQ.length, start = 0) => FAQ.slice(from, to)
	.map(([q, a], i) => `${question(i + start)}${q}\n${answer(i + start)}${a.join('\n')}\n`).join('');
const da = () => '答：';
const none = () => '';

const SHAPES = {
	'half bracket': shape((i) => `${i + 1}) `, da),
	'full width half bracket': shape((i) => `${i + 1}）`, da),
	'full width bracket': shape((i) => `（${i + 1}）`, da),
	'full width stop': shape((i) => `${WIDE(i + 1)}．`, da),
	'number and blank': shape((i) => `${i + 1} `, da),
	'number and tab': shape((i) => `${i + 1}.\t`, () => '答：\t'),
	'Chinese bracket': shape((i) => `（${CHINESE[i]}）`, da),
	'Chinese, no answer mark': shape((i) => `${CHINESE[i]}、`, none),
	'circled': shape((i) => CIRCLED[i], da),
	'first question': shape((i) => `第${CHINESE[i]}问：`, da),
	'question and answer in brackets': shape(() => '【问】', () => '【答】'),
	'question and answer in brackets with colons': shape(() => '【问题】：', () => '【答复】：'),
	'Q: and A:': shape(() => 'Q: ', () => 'A: '),
	'Q1. and A1.': shape((i) => `Q${i + 1}. `, (i) => `A${i + 1}. `),
	'wen with numbers': shape((i) => `问${i + 1}：`, (i) => `答${i + 1}：`),
	'Chinese question number': shape((i) => `问题${CHINESE[i]}：`, () => '答案：'),
	'number and wen': shape((i) => `${i + 1}、问：`, da),
	'answer on its own line': shape((i) => `${i + 1}. `, () => '答复：\n'),
	'mark on its own line': shape((i) => `问题${i + 1}\n`, () => '回答：\n'),
	'headings without numbers': `# 停车常见问题\n\n${shape(() => '### ', () => '\n')}`,
	'headings with bold answers': shape((i) => `## Q${i + 1}：`, () => '**答：** '),
	'bold questions': FAQ.map(([q, a], i) => `**${i + 1}. ${q}**\n\n${a.join('\n')}\n\n`).join(''),
	'no mark of a question': shape(none, da),
	'indented': shape((i) => `　　${i + 1}、`, () => '　　答：'),
	'empty lines': shape((i) => `\n${i + 1}、`, () => '\n答：'),
	'chapters, numbers go on': `停车问答\n一、预约和月卡\n${shape((i) => `${i + 1}、`, da, 0, 3)}二、月卡使用\n${shape((i) => `${i + 1}、`, da, 3, 5, 3)}三、其他\n${shape((i) => `${i + 1}、`, da, 5, 8, 5)}`,
	'chapters, numbers begin again': `停车问答\n第一部分 预约和月卡\n${shape((i) => `${i + 1}、`, da, 0, 3)}第二部分 月卡使用\n${shape((i) => `${i + 1}、`, da, 3, 5)}第三部分 其他\n${shape((i) => `${i + 1}、`, da, 5, 8)}`,
	'chapters without numbers': `停车问答\n预约类\n${shape((i) => `${i + 1}、`, da, 0, 3)}月卡类\n${shape((i) => `${i + 1}、`, da, 3, 5)}其他类\n${shape((i) => `${i + 1}、`, da, 5, 8)}`,
	'Chinese in chapters': `一、预约和月卡\n${shape((i) => `（${CHINESE[i]}）`, da, 0, 3)}二、其他事项\n${shape((i) => `（${CHINESE[i]}）`, da, 3, 8)}`,
	'pairs': `1 预约和月卡\n${shape((i) => `1.${i + 1} `, da, 0, 3)}2 其他事项\n${shape((i) => `2.${i + 1} `, da, 3, 8)}`,
	'table of contents': `停车问答\n目  录\n${FAQ.map(([q], i) => `${i + 1}、${q}………………${i + 1}\n`).join('')}\n${shape((i) => `${i + 1}、`, da)}`,
	'table of contents without pages': `停车问答\n${FAQ.map(([q], i) => `${i + 1}、${q}\n`).join('')}\n${shape((i) => `${i + 1}、`, da)}`,
	'phone list': `${shape((i) => `${i + 1}、`, da)}\n各片区咨询电话\n东区：0371-00000002\n西区：0371-00000003\n`,
	'annex': `${shape((i) => `${i + 1}、`, da)}\n附件：1.月卡申请表\n      2.退卡申请表\n`,
	'signature': `${shape((i) => `${CHINESE[i]}、`, none)}\n                 某市停车管理中心\n                 2026年10月8日\n`,
	'signature in Chinese digits': `${shape((i) => `${i + 1}.`, da)}某市停车管理中心\n二〇二六年十月八日\n`,
	'web page': `当前位置：首页 > 问答\n停车常见问题\n发布时间：2026-10-08\n${shape((i) => `${i + 1}、`, da)}上一篇：没有了\n下一篇：公告\n【打印本页】【关闭窗口】\n`,
	'page marks': shape((i) => `${i + 1}、`, da).replace('2、车主', '- 1 -\n2、车主').replace('（2）核对', '第2页/共3页\n（2）核对'),
};

for (const [name, text] of Object.entries(SHAPES)) {
	test(`a document in the shape "${name}" comes out to the letter`, (t) => {
		expectEntries(temporary(t), name, text, WANTED);
	});
}

/*
 * Documents in the style of real offices, with their right entries beside them: each line begins
 * with Q|mark|question, A|mark|answer, T|further line of it, or -|a line that belongs to no entry.
 */
const DOCUMENTS = path.join(ROOT, 'tests/fixtures/exchange/documents');
for (const name of fs.readdirSync(DOCUMENTS)) {
	test(`a whole document comes out to the letter: ${name}`, (t) => {
		const lines = [];
		const wanted = [];
		for (const line of fs.readFileSync(path.join(DOCUMENTS, name), 'utf8').trimEnd().split('\n')) {
			const [kind, first, ...rest] = line.split('|');
			const text = rest.join('|');
			lines.push(kind === 'Q' || kind === 'A' ? first + text : line.slice(2));
			if (kind === 'Q')
				wanted.push([text, '']);
			else if (kind === 'A' || kind === 'T')
				wanted.at(-1)[1] += `${kind === 'A' ? text : line.slice(2)}\n`;
		}
		expectEntries(temporary(t), name, `${lines.join('\n')}\n`, wanted);
	});
}

test('what a line with a colon introduces at the end of a document stays in its answer', (t) => {
	const folder = temporary(t);
	const phones = '拨打以下电话：\n东区：0371-00000002\n西区：0371-00000003';
	expectEntries(folder, 'phones', `停车问答\n1、收费吗？\n答：不收。\n2、电话是多少？\n答：${phones}\n`, [['收费吗？', '不收。'], ['电话是多少？', phones]]);
	const annexes = '填写下列表格：\n附件1：停车申请表\n附件2：退卡申请表';
	expectEntries(folder, 'annexes', `停车问答\n一、收费吗？\n不收。\n二、要填什么表？\n${annexes}\n`, [['收费吗？', '不收。'], ['要填什么表？', annexes]]);
});

const FIVE = WANTED.slice(0, 5);
const five = (between) => `停车问答\n${FIVE.map(([q, a], i) => `${i + 1}、${q}\n${a}\n`).join(between)}`;

test('text behind an empty line at the end is left out with a warning, where no other answer holds an empty line', (t) => {
	const folder = temporary(t);
	const run = expectEntries(folder, 'closing', `${five('\n')}\n欢迎关注我们的小程序\n`, FIVE);
	assert.match(run.err, /faq\.txt:\d+: warning: text behind the last answer, left out: “欢迎关注我们的小程序”/);
	const parts = [['怎么进场？', '先登记。\n再进场。'], ...FIVE.slice(0, 4), ['怎么离场？', '先缴费。\n再离场。']];
	const text = parts.map(([q, a], i) => `${i + 1}、${q}\n${i === 0 || i === 5 ? a.replace('\n', '\n\n') : a}\n`).join('');
	expectEntries(folder, 'paragraphs', `停车问答\n${text}`, parts);
});

test('a last line that may close the answer or the document stays, and is told', (t) => {
	const last = '如有疑问，请到窗口咨询。';
	const wanted = [...FIVE.slice(0, 4), [FIVE[4][0], `${FIVE[4][1]}\n${last}`]];
	const run = expectEntries(temporary(t), 'remark', `${five('')}${last}\n`, wanted);
	assert.match(run.err, /warning: taken for a part of the last answer/);
});

test('a deadline at the end of the last answer is no date of the document', (t) => {
	const wanted = [...FIVE.slice(0, 4), [FIVE[4][0], `${FIVE[4][1]}\n截止时间：2026年12月31日`]];
	expectEntries(temporary(t), 'deadline', `${five('')}截止时间：2026年12月31日\n`, wanted);
});

test('a title and a page mark in one line are left out where they stand twice, and one alone stays', (t) => {
	const folder = temporary(t);
	const pages = (n) => FIVE.map(([q, a], i) => `${i + 1}、${q}\n${a}\n${i < n ? `停车中心        第${i + 1}页\n` : ''}`).join('');
	expectEntries(folder, 'twice', `停车问答\n${pages(2)}`, FIVE);
	expectEntries(folder, 'once', `停车问答\n${pages(1)}`, [[FIVE[0][0], `${FIVE[0][1]}\n停车中心        第1页`], ...FIVE.slice(1)]);
});

test('answers that are only a number are no page marks', (t) => {
	const wanted = [['有几个窗口？', '3'], ['有几个车位？', '40'], ['几天办好？', '50']];
	expectEntries(temporary(t), 'numbers', wanted.map(([q, a], i) => `${i + 1}、${q}\n${a}\n`).join(''), wanted);
});

test('the indents of paragraphs are no part of an answer', (t) => {
	const { entries } = imported(temporary(t), '停车问答\n1、如何预约？\n　　两步：\n　　1. 登录；\n　　　　选片区。\n2、收费吗？\n　　不收。\n');
	assert.equal(entries[0].answer, '两步：\n1. 登录；\n选片区。');
});

test('encodings and line ends are found out', (t) => {
	const folder = temporary(t);
	const text = SHAPES['full width bracket'];
	expectEntries(folder, 'UTF-16 LE', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]), WANTED);
	expectEntries(folder, 'UTF-16 BE', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]), WANTED);
	expectEntries(folder, 'CR', text.replaceAll('\n', '\r'), WANTED);
	expectEntries(folder, 'BOM and CRLF', `﻿${text.replaceAll('\n', '\r\n')}`, WANTED);
});

test('what was left out is told once a kind, with its line', (t) => {
	const folder = temporary(t);
	const run = expectEntries(folder, 'page', SHAPES['web page'], WANTED);
	assert.match(run.err, /faq\.txt:1: warning: frame of a web page, left out: “当前位置：首页 > 问答” and 3 lines more/);
	assert.equal(run.err.match(/left out/g).length, 2, run.err);
});

test('a dry run shows each entry and writes nothing', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'faq.txt');
	fs.writeFileSync(file, SHAPES['chapters, numbers begin again']);
	const run = dayi(['import', '--format', 'text', '--dry-run', '--out', path.join(folder, 'k'), file]);
	assert.equal(run.code, EXIT.done);
	assert.match(run.out, /questions are numbered, as “1、”; answers are marked; 8 entries\n {2}预约和月卡: 3 entries\n {2}月卡使用: 2 entries\n {2}其他: 3 entries\n/);
	assert.match(run.out, /^ {2}2 {2}办理月卡需要哪些材料？ → 需要提供：/m);
	assert.ok(!fs.existsSync(path.join(folder, 'k')));
});

/* ---------------------------------------------------------------- exports of other systems */

const OTHER = [
	['窗口几点上班？', '工作日上午9:00至12:00。', ['几点开门', '什么时候上班']],
	['登记收费吗？', '不收费。\n一分钱都不收，详见网站。', ['要钱吗']],
	['可以代办吗？', '可以，带委托书。', []],
];
const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;
const csv = (rows, mark = ',') => rows.map((row) => `${row.map(cell).join(mark)}\r\n`).join('');
const json = (value) => JSON.stringify(value, null, 1);
const rows = (make) => OTHER.map(([q, a, also], i) => make(q, a, also, i));
const RASA = `version: "3.1"\nnlu:\n${rows((q, a, also, i) => `- intent: faq/ask_${i}\n  examples: |\n${[q, ...also].map((one) => `    - ${one}\n`).join('')}`).join('')}responses:\n${
	rows((q, a, also, i) => `  utter_faq/ask_${i}:\n  - text: |-\n${a.split('\n').map((line) => `      ${line}\n`).join('')}`).join('')}`;

const EXPORTS = {
	'Dify annotations, CSV': [csv([['question', 'answer'], ...rows((q, a) => [q, a])]), false],
	'Dify annotations, JSON': [json({ data: rows((question, answer, also, i) => ({ id: `b6a2-${i}`, question, answer, hit_count: 0 })), has_more: false }), false],
	'Dify segments': [json({ data: rows((content, answer, also, i) => ({ id: `b6a2-${i}`, position: i + 1, content, answer })), doc_form: 'qa_model' }), false],
	'FastGPT, CSV': [csv([['q', 'a', 'indexes'], ...rows((q, a, also) => [q, a, ...also])]), true],
	'FastGPT, JSON': [json({ list: rows((q, a, also) => ({ q, a, indexes: [{ defaultIndex: true, text: q }, ...also.map((text) => ({ text }))] })) }), true],
	'FastGPT, JSON lines': [rows((q, a, indexes) => `${JSON.stringify({ q, a, indexes })}\n`).join(''), true],
	'MaxKB with titles': [csv([['分段标题（必填，问题文档的标题）', '分段内容（必填，问题答案）', '问题（选填，单元格内一行一个）'], ...rows((q, a, also) => [q, a, also.join('\n')])]), true],
	'MaxKB without titles': [csv([['分段标题', '分段内容', '问题'], ...rows((q, a, also) => ['', a, [q, ...also].join('\n')])]), true],
	'QnA Maker, TSV': [`Question\tAnswer\tSource\tMetadata\tPrompts\tQnaId\n${rows((q, a, also, i) => [q, ...also].map((one) => `${one}\t${a.replace('\n', '\\n')}\tEditorial\t\t[]\t${i + 1}\n`).join('')).join('')}`, true],
	'QnA Maker, JSON': [json({ qnaList: rows((q, answer, also, i) => ({ id: i + 1, answer, source: 'x', questions: [q, ...also], metadata: [] })) }), true],
	'question answering of Azure': [json({ Assets: { Qnas: rows((q, Answer, also, i) => ({ Id: i + 1, Answer, Questions: [q, ...also] })) } }), true],
	'Rasa': [RASA, true],
	'heads in Chinese with a title above': [csv([['登记知识库', '', '', ''], ['序号', '标准问', '相似问', '机器人回答'], ...rows((q, a, also, i) => [i + 1, q, also.join('\n'), a])]), true],
	'a row a further question': [csv([['标准问题', '相似问题', '答案'], ...rows((q, a, also) => [[q, also[0] || '', a], ...also.slice(1).map((one) => ['', one, ''])]).flat()]), true],
	'a column a further question, by tabs': [csv([['问题', '相似问1', '相似问2', '答案'], ...rows((q, a, also) => [q, also[0] || '', also[1] || '', a])], '\t'), true],
};

for (const [name, [text, also]] of Object.entries(EXPORTS)) {
	test(`an export of another system gets in whole: ${name}`, (t) => {
		const folder = temporary(t);
		const { run, entries } = imported(folder, text, null);
		assert.ok(entries, run.err);
		assert.deepEqual(entries.map((entry) => [entry.question, entry.answer, entry.also || []]),
			OTHER.map(([q, a, more]) => [q, a, also ? more : []]));
	});
}

test('HTML in an answer becomes text with its links and lists, and a note says so', (t) => {
	const html = '<p>请登录<a href="http://a.example/x">官网</a>：</p><ol><li>登录&nbsp;后</li><li>点“查询”</li></ol>5 < 6<br/>完';
	const { run, entries } = imported(temporary(t), csv([['问题', '答案'], ['怎么查？', html]]), null);
	assert.equal(entries[0].answer, '请登录官网（http://a.example/x）：\n1. 登录 后\n2. 点“查询”\n5 < 6\n完');
	assert.match(run.err, /note: answer: HTML became text with its links, lists and line breaks \(in 1 of the rows\)/);
});

test('what Rasa says beside the entries is told, and a rule names the response of an intent', (t) => {
	const nlu = `version: "3.1"
nlu:
- intent: ask_hours
  examples: |
    - 几点上班？
    - [周六](day)开门吗
- intent: ask_fee
  examples: |
    - 办证多少钱
- intent: ask_nothing
  examples: |
    - 今天天气
- synonym: 周六
  examples: |
    - 星期六
`;
	const responses = `responses:
  utter_opening:
  - text: |
      九点上班。
      五点下班。
  - text: 九点到五点。
    image: https://a.example/x.png
  utter_ask_fee:
  - buttons:
    - title: 怎么交费
      payload: /pay
    text: 二十元。
  utter_goodbye:
  - text: 再见。
rules:
- rule: hours
  steps:
  - intent: ask_hours
  - action: utter_opening
`;
	const { run, entries } = imported(temporary(t), nlu + responses, null);
	assert.deepEqual(entries.map(({ question, also, answer }) => [question, also || [], answer]),
		[['几点上班？', ['周六开门吗'], '九点上班。\n五点下班。'], ['办证多少钱', [], '二十元。']]);
	assert.match(run.err, /intent without examples, or whose response has no text, left out: “ask_nothing”/);
	assert.match(run.err, /part of nlu that is no intent, left out: “周六”/);
	assert.match(run.err, /response of no intent that is here, left out: “再见。”/);
	assert.match(run.err, /further text of a response, left out: “九点到五点。”/);
	assert.match(run.err, /button or other part of a response, left out: “https:\/\/a\.example\/x\.png” and 1 line more/);
	for (const half of [nlu, `version: "3.1"\n${responses}`]) {
		const alone = imported(temporary(t), half, null);
		assert.equal(alone.entries, null);
		assert.match(alone.run.err, /only one half of Rasa's FAQ/);
	}
	assert.match(imported(temporary(t), `${nlu}${responses}responses:\n  utter_a:\n  - text: b\n`, null).run.err, /responses: stands twice in one object/);
});

test('objects that lack a question or an answer are taken or told, whatever their values are', (t) => {
	const rows = [
		{ question: '几点开门？', answer: '九点。' }, { question: '在哪里停车？', answer: null }, { question: '办卡几元？', answer: 20 },
		{ question: '怎么办卡？', answer: { text: '带身份证。' } }, { question: '能带孩子吗？', answer: '' }, { question: null, answer: '没有问题的话' }, { name: '王主任', phone: '1' },
	];
	const { run, entries } = imported(temporary(t), JSON.stringify(rows), null);
	assert.deepEqual(entries.map(({ question, answer }) => [question, answer || '']),
		[['几点开门？', '九点。'], ['在哪里停车？', ''], ['办卡几元？', '20'], ['怎么办卡？', '带身份证。'], ['能带孩子吗？', '']]);
	assert.match(run.err, /question without an answer: “在哪里停车？” and 1 line more/);
	assert.match(run.err, /object among entries without a question and an answer, left out: “没有问题的话” and 1 line more/);
});

test('members that are known but not kept are told, once for all, and so are titles', (t) => {
	const rows = [{ _id: 'x', title: '开户', problem_list: [{ content: '怎么开户？' }], content: '带身份证。', related: ['y'], tags: [], hits: 3 }];
	const { run, entries } = imported(temporary(t), JSON.stringify(rows), null);
	assert.deepEqual(entries.map(({ question, answer }) => [question, answer]), [['怎么开户？', '带身份证。']]);
	assert.match(run.err, /left out, since they are no members of an entry: _id, related, hits \(in 1 of the rows\)/);
	assert.match(run.err, /warning: title or detail beside the question, left out: “开户”/);
});

test('the input of an instruction is its question where it asks, and is not lost elsewhere', (t) => {
	const rows = [{ instruction: '请回答用户的问题', input: '几点开门？', output: '九点。' }, { instruction: '几点闭馆？', input: '', output: '五点。' }, { instruction: '介绍', input: '阅览室', output: '在二楼。' }];
	const { run, entries } = imported(temporary(t), JSON.stringify(rows), null);
	assert.deepEqual(entries.map(({ question, answer }) => [question, answer]), [['几点开门？', '九点。'], ['几点闭馆？', '五点。'], ['介绍 阅览室', '在二楼。']]);
	assert.match(run.err, /instruction beside the question, left out: “请回答用户的问题”/);
});

test('objects with alternates need no id, in JSON and YAML', (t) => {
	for (const text of ['[{"question":"几点开门？","answer":"九点。","also":["开门时间"]}]', '- question: 几点开门？\n  answer: 九点。\n  also: [开门时间]\n']) {
		const { run, entries } = imported(temporary(t), text, null);
		assert.ok(entries, run.err);
		assert.deepEqual(entries.map(({ question, answer, also }) => [question, answer, also]), [['几点开门？', '九点。', ['开门时间']]]);
	}
});

test('a file that is given the wrong format is told so', (t) => {
	const folder = temporary(t);
	const document = '首页 > 办事服务 > 常见问题\n\n1. 怎么办卡？\n带身份证。\n2. 几点闭馆？\n九点。\n';
	for (const [format, text, seen] of [['csv', '[{"q":"a","a":"b"}]', 'jsonl'], ['text', '问题,答案\na,b\n', 'csv'], ['csv', RASA, 'yaml'],
		['csv', document, 'text'], ['json', document, 'text'], ['jsonl', document, 'text']]) {
		const { run, entries } = imported(folder, text, format);
		assert.equal(entries, null);
		assert.match(run.err, new RegExp(`looks like ${seen}, not like ${format}`));
	}
});

/* ---------------------------------------------------------------- files of Word and Excel */

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const paragraph = (text, list) => `<w:p>${list ? `<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="${list}"/></w:numPr></w:pPr>` : ''}<w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`;
const docx = (body, numbering) => zip({
	'[Content_Types].xml': '<Types/>',
	'word/document.xml': `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://w"><w:body>${body}</w:body></w:document>`,
	...numbering && { 'word/numbering.xml': `<w:numbering xmlns:w="http://w">${numbering}</w:numbering>` },
});

test('a Word file comes out to the letter, also where Word makes the numbers', (t) => {
	const folder = temporary(t);
	const lines = SHAPES['Chinese question number'].trimEnd().split('\n');
	expectEntries(folder, 'lines', docx(lines.map((line) => paragraph(line)).join('')), WANTED, null);
	const items = FAQ.map(([q, a]) => paragraph(q, 7) + a.map((line) => paragraph(line)).join('')).join('');
	const numbering = '<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num>';
	expectEntries(folder, 'numbered', docx(items, numbering), WANTED, null);
	const rowOf = (cells) => `<w:tr>${cells.map((text) => `<w:tc>${text.split('\n').map((line) => paragraph(line)).join('')}</w:tc>`).join('')}</w:tr>`;
	expectEntries(folder, 'table', docx(`${paragraph('停车问答')}<w:tbl>${rowOf(['序号', '问题', '答案'])}${WANTED.map(([q, a], i) => rowOf([`${i + 1}`, q, a])).join('')}</w:tbl>`), WANTED, null);
});

/* Parts of a workbook: sheets as rows of texts and numbers. */
function workbook(sheets) {
	const cell = (value, at) => (typeof value === 'number' ? `<c r="${at}"><v>${value}</v></c>`
		: `<c r="${at}" t="inlineStr"><is><t>${escaped(value)}</t></is></c>`);
	const sheet = (rows) => `<worksheet xmlns="http://s"><sheetData>${rows.map((cells, n) => `<row r="${n + 1}">${cells
		.map((value, i) => (value === null ? '' : cell(value, `${'ABCDEF'[i]}${n + 1}`))).join('')}</row>`).join('')}</sheetData></worksheet>`;
	const names = Object.keys(sheets);
	return zip({
		'xl/workbook.xml': `<workbook xmlns:r="r"><sheets>${names.map((name, i) => `<sheet name="${name.replace('!', '')}" sheetId="${i + 1}" ${name.startsWith('!') ? 'state="hidden" ' : ''}r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `<Relationships>${names.map((_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${names.length - i}.xml"/>`).join('')}</Relationships>`,
		...Object.fromEntries(names.map((name, i) => [`xl/worksheets/sheet${names.length - i}.xml`, sheet(sheets[name])])),
	});
}

test('every sheet of questions comes out to the letter, and what is none is told', (t) => {
	const folder = temporary(t);
	const half = Math.ceil(WANTED.length / 2);
	const rows = (list) => list.map(([q, a], i) => [i + 1, q, a]);
	const run = expectEntries(folder, 'sheets', workbook({
		说明: [['填写说明'], ['每月报送']],
		一月: [['热线台账', null, null], ['序号', '标准问', '答案'], ...rows(WANTED.slice(0, half))],
		二月: [['序号', '诉求内容', '答复口径'], ...rows(WANTED.slice(half)), ['合计', `${WANTED.length}条`, null], ['注：每月更新', null, null]],
		'!旧': [['标准问', '答案'], ['旧问题？', '旧答案。']],
	}), WANTED, null);
	assert.match(run.err, /the sheet “说明” has no columns of questions and answers and is not read: “填写说明”, 2 rows in all/);
	assert.match(run.err, /the sheet “旧” is hidden and not read: “标准问”, 2 rows in all/);
	assert.match(run.err, /:1: warning: row above the heads of the table, left out: “热线台账”/);
	assert.match(run.err, /warning: row with a sum, left out: “合计”/);
	assert.match(run.err, /warning: remark in the table, left out: “注：每月更新”/);
});

const SOUND = [['网上怎么预约取号？', '登录平台后点预约。'], ['周末办公吗？', '周末不办公。'], ['可以代办吗？', '可以，带委托书。'], ['需要带什么材料？', '带身份证。']];
const asPage = (list) => list.map(([q, a], i) => `<h3>${i + 1}. ${q}</h3>\n<p>${a}</p>\n`).join('');
const page = (body) => `<!DOCTYPE html><html><body>${body}</body></html>`;

test('heads with an explanation in brackets are heads on every sheet of a workbook of MaxKB', (t) => {
	const heads = ['分段标题（选填）', '分段内容（必填，问题答案，最长不超过4096个字符）', '问题（选填，单元格内一行一个）'];
	const { run, entries } = imported(temporary(t), workbook({
		银行卡: [heads, ['开户', '带身份证。', '怎么开户？\n开户要什么？'], [null, '挂失后补卡。', '卡丢了怎么办？']],
		贷款: [heads, ['利率是多少？', '百分之三。', null]],
	}), null);
	assert.ok(entries, run.err);
	assert.deepEqual(entries.map(({ question, also, answer }) => [question, also || [], answer]),
		[['怎么开户？', ['开户要什么？'], '带身份证。'], ['卡丢了怎么办？', [], '挂失后补卡。'], ['利率是多少？', [], '百分之三。']]);
});

test('controls of a web page are left out, and a form around all or an unclosed menu takes nothing with it', (t) => {
	const folder = temporary(t);
	expectEntries(folder, 'form around all', page(`<form id="f" runat="server"><input name="q"/>${asPage(SOUND)}</form>`), SOUND, null);
	expectEntries(folder, 'unclosed button', page(`<form action=/s><button>搜</form>${asPage(SOUND)}`), SOUND, null);
	expectEntries(folder, 'unclosed menu', page(`<nav>首页${asPage(SOUND)}`), SOUND, null);
	const run = expectEntries(folder, 'menu', page(`<div><nav><ul><li>首页<li>关于</ul></nav></div>${asPage(SOUND)}<button>提交</button>`), SOUND, null);
	assert.match(run.err, /note: menus and controls of the page, left out: “首页 关于 提交”/);
});

test('a web page keeps addresses, and neither pictures nor the indents of its source become text', (t) => {
	const answer = (html) => {
		const { run, entries } = imported(temporary(t), page(`${asPage(SOUND)}<h3>5. 在哪里查？</h3><p>${html}</p>`), null);
		assert.ok(entries, run.err);
		return entries[4].answer;
	};
	assert.equal(answer('登录<a data-href="https://b.cn" title="href=c" href="https://a.cn/x?a=1&amp;b=2">平台</a>查询。'), '登录平台（https://a.cn/x?a=1&b=2）查询。');
	assert.equal(answer('登录\n        <b>系统</b>\n\t\t&ldquo;查询&rdquo; 看\n  FAQ\n  list。'), '登录系统“查询” 看 FAQ list。');
	assert.equal(answer(`看<img alt="a>b" src="data:image/png;base64,${'QUJD'.repeat(3000)}">图。`), '看图。');
});

test('a small table within a text is a part of an answer, and a table of questions wins over a few words', (t) => {
	const folder = temporary(t);
	const table = (...rows) => `<table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table>`;
	for (const rows of [[['编号', '标题'], ['1', '甲证'], ['2', '乙证']], [['常见问题', '解决办法'], ['白屏', '换浏览器'], ['卡顿', '刷新']], [['序号', '问题', '处理'], ['1', '白屏', '换浏览器'], ['2', '卡顿', '刷新']]])
		expectEntries(folder, rows[0].join(), page(`${asPage(SOUND)}<h3>5. 有哪些？</h3><p>见下表。</p>${table(...rows)}`),
			[...SOUND, ['有哪些？', `见下表。\n${rows.map((cells) => cells.join('\t')).join('\n')}`]], null);
	const run = expectEntries(folder, 'table', page(`<h1>办事问答</h1><p>怎么用这张表？</p><p>按序号查。</p>${table(['问题', '答案'], ...SOUND)}`), SOUND, null);
	assert.match(run.err, /warning: text outside the table, left out: “办事问答” and 2 lines more/);
});

test('opening hours are no talk', (t) => {
	const hours = '\n开始时间 8:30\n结束时间 17:30';
	const wanted = SOUND.map(([q, a]) => [q, a + hours]);
	expectEntries(temporary(t), 'numbered', wanted.map(([q, a], i) => `${i + 1}. ${q}\n${a}\n`).join(''), wanted);
	expectEntries(temporary(t), 'plain', wanted.map(([q, a]) => `${q}\n${a}\n`).join('\n'), wanted);
});

test('Markdown keeps brackets that are no links', (t) => {
	const answers = [
		['点[下一步]后打开[平台](https://a.cn/x)。', '点[下一步]后打开平台（https://a.cn/x）。'],
		['通知[2020](5号文)第三条。', '通知[2020](5号文)第三条。'],
		['先点 [保存]，再看[说明](/help.html)。', '先点 [保存]，再看说明。'],
		['看[百科](https://a.cn/x_(y) "题目")和![图](图/1.png)，5*3*2。', '看百科（https://a.cn/x_(y)）和图，5*3*2。'],
	];
	const text = `# 问答\n\n${answers.map(([a], i) => `## 第${'甲乙丙丁'[i]}件怎么办？\n\n${a}\n`).join('\n')}`;
	expectEntries(temporary(t), 'md', text, answers.map(([, a], i) => [`第${'甲乙丙丁'[i]}件怎么办？`, a]), null);
});

test('what Word hides is told, and a long label is cut between characters', (t) => {
	const folder = temporary(t);
	const hidden = '<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>内部：勿答复</w:t></w:r></w:p>';
	const lines = (list) => SOUND.map(([q, a], i) => paragraph(list ? q : `${i + 1}、${q}`, list) + paragraph(a)).join('');
	const run = expectEntries(folder, 'vanish', docx(lines() + hidden), SOUND, null);
	assert.match(run.err, /warning: hidden text, left out: “内部：勿答复”/);
	const shown = '<w:p><w:r><w:rPr><w:vanish w:val="off"/></w:rPr><w:t>周一至周五。</w:t></w:r></w:p>';
	expectEntries(folder, 'off', docx(lines() + shown), [...SOUND.slice(0, 3), ['需要带什么材料？', '带身份证。\n周一至周五。']], null);
	const numbering = `<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="${'a一'.repeat(40)}"/></w:lvl></w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num>`;
	const out = path.join(folder, 'label');
	const file = path.join(folder, 'label.docx');
	fs.writeFileSync(file, docx(lines(7), numbering));
	assert.equal(dayi(['import', '--out', out, file]).code, EXIT.done);
	assert.equal(dayi(['check', out]).code, EXIT.done);
});

// Days of a workbook are counted from 1899-12-30: 2024-01-31 is 45322.
test('a number comes out as its cell shows it', (t) => {
	const shown = [[0.7, 1, '70%'], [0.035, 2, '3.5%'], [45322, 3, '2024/1/31'], [45322, 4, '2024年1月31日'], [45322, 0, '45322'], [12, 5, '12.00']];
	const styles = '<styleSheet><numFmts><numFmt numFmtId="176" formatCode="0.0%"/><numFmt numFmtId="177" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>'
		+ `<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>${[0, 9, 176, 14, 177, 2].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`;
	const text = (at, value) => `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
	const rows = shown.map(([value, style], i) => `<row r="${i + 2}">${text(`A${i + 2}`, `第${i + 1}件多少？`)}<c r="B${i + 2}" s="${style}"><v>${value}</v></c></row>`).join('');
	const sheet = `<worksheet><sheetData><row r="1">${text('A1', '问题')}${text('B1', '答案')}</row>${rows}</sheetData></worksheet>`;
	expectEntries(temporary(t), 'shown', zip({ 'xl/workbook.xml': '<workbook/>', 'xl/styles.xml': styles, 'xl/worksheets/sheet1.xml': sheet }),
		shown.map(([, , answer], i) => [`第${i + 1}件多少？`, answer]), null);
});

test('a stray cell far to the right is told and refuses no workbook', (t) => {
	const cell = (at, text) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
	const name = (n) => (n < 26 ? '' : String.fromCharCode(64 + Math.floor(n / 26))) + String.fromCharCode(65 + (n % 26));
	// CSV_CELLS_MOST is 100, of which one is the number of the row.
	for (const [column, told] of [[98, false], [99, true], [100, true], [101, true]]) {
		const rows = [['问题', '答案'], ...SOUND].map(([q, a], i) => `<row r="${i + 1}">${cell(`A${i + 1}`, q)}${cell(`B${i + 1}`, a)}${i === 2 ? cell(`${name(column)}${i + 1}`, '散') : ''}</row>`).join('');
		const run = expectEntries(temporary(t), name(column), zip({ 'xl/workbook.xml': '<workbook/>', 'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>` }), SOUND, null);
		assert.equal(/:3: warning: cell too far to the right, not read: “散”|warning: cell too far to the right, not read: “散”/.test(run.err), told, run.err);
	}
});

// Where each empty line looked for the next one that is not, this took longer than dayi() lets a command run.
test('a document of empty lines is read once', (t) => {
	const { run } = imported(temporary(t), `1、怎么办？\n带证。\n${'\n'.repeat(95000)}2、几点？\n八点。\n`);
	assert.equal(run.code, EXIT.done, run.err);
});

test('two questions above one answer are both read, and the first is told to have none', (t) => {
	const run = expectEntries(temporary(t), 'two', '问题：怎么办理？\n问题：在哪里办理？\n答案：在大厅办。\n\n问题：要多久？\n答案：三天。\n',
		[['怎么办理？', ''], ['在哪里办理？', '在大厅办。'], ['要多久？', '三天。']], null);
	assert.match(run.err, /:1: warning: answer: item 1 has none/);
});

test('a label that asks beside another one marks questions as well', (t) => {
	const talk = [['咨询', '居住证到哪里办？', '到派出所办理。'], ['追问', '周末上班吗？', '周末不上班。'], ['咨询', '要带什么材料？', '带身份证和租房合同。'], ['咨询', '多久能拿到？', '十五个工作日。']];
	expectEntries(temporary(t), 'talk', talk.map(([label, q, a]) => `${label}：${q}\n答复：${a}\n`).join(''), talk.map(([, q, a]) => [q, a]), null);
});

test('control characters are no part of a text, nor do they part the cells of a table', (t) => {
	expectEntries(temporary(t), 'text', '1、怎么\x02办？\n答：\x1e乙\x1f丙\x1d\n2、几点？\n答：八点。\n', [['怎么办？', '乙丙'], ['几点？', '八点。']], null);
	const rows = [['问题', '答案'], ...SOUND].map(([q, a]) => `<tr><td>${q}</td><td>\x1e${a.slice(0, 1)}\x1f${a.slice(1)}</td></tr>`).join('');
	expectEntries(temporary(t), 'page', `<!DOCTYPE html><html><body><table>${rows}</table></body></html>`, SOUND, null);
});

test('a letter whose title does not ask has its question in its text, and the column is told', (t) => {
	const rows = [['噪音', '夜里施工能投诉吗？', '可以拨打热线。', '满意'], ['路灯', '路灯坏了找谁修？', '由路灯所维修。', '满意'], ['楼道堆物怎么办？', '我住三单元。', '报给物业。', '一般'], ['停车', '我住五单元。', '先经交警核定。', '满意']];
	const csv = ['序号,来信标题,来信内容,办理结果,满意度', ...rows.map((row, i) => [i + 1, ...row].join(','))].join('\n');
	const run = expectEntries(temporary(t), 'letters', `${csv}\n`, [['夜里施工能投诉吗？', '可以拨打热线。'], ['路灯坏了找谁修？', '由路灯所维修。'], ['楼道堆物怎么办？', '报给物业。'], ['停车', '先经交警核定。']], null);
	assert.match(run.err, /the column "来信内容" is the question where it asks and the title does not; elsewhere it is left out/);
	assert.match(run.err, /the column "满意度" is not known and is left out/);
});

test('every turn of a talk is in an answer or told', (t) => {
	const said = (role, content) => ({ role, content });
	const talk = [said('system', '你是窗口人员。'), said('user', '怎么办？'), said('assistant', '这样办。'), said('assistant', '节假日顺延。'), said('user', '没人答的问题？'), said('user', '收费吗？'), said('assistant', '不收费。'), said('user', '还有人吗？')];
	const run = expectEntries(temporary(t), 'talk', JSON.stringify([{ messages: talk }]), [['怎么办？', '这样办。\n节假日顺延。'], ['收费吗？', '不收费。']], null);
	assert.match(run.err, /warning: turn of a talk that is no question with an answer, left out: “你是窗口人员。” and 2 lines more/);
});

test('what stands beside a question over several rows is kept or told', (t) => {
	const cell = (at, text) => (text ? `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>` : '');
	const book = (rows, merges) => zip({
		'xl/workbook.xml': '<workbook/>',
		'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows.map((cells, n) => `<row r="${n + 1}">${cells.map((text, i) => cell(`${'ABCDE'[i]}${n + 1}`, text)).join('')}</row>`).join('')}</sheetData><mergeCells>${merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells></worksheet>`,
	});
	const head = ['问题', '相似问', '答案', '备注', '责任科室'];
	const last = ['几点开门？', '几时上班', '八点。', '', '办公室'];
	const own = book([head, ['怎么挂号？', '挂号方法', '到窗口挂。', '带医保卡', '门诊部'], ['', '网上挂号', '上网挂。', '当日有效', '信息科'], ['', '电话挂号', '打电话挂。', '', '门诊部'], last], ['A2:A4']);
	const both = book([head, ['怎么挂号？', '挂号方法', '到窗口挂。', '带医保卡', '门诊部'], ['', '网上挂号', '', '当日有效', '门诊部'], ['', '电话挂号', '', '周末停', '门诊部'], last], ['A2:A4', 'C2:C4']);
	for (const [bytes, answer, note, told] of [[own, '到窗口挂。\n上网挂。\n打电话挂。', '带医保卡\n当日有效', true], [both, '到窗口挂。', '带医保卡\n当日有效\n周末停', false]]) {
		const { run, entries } = imported(temporary(t), bytes, null);
		assert.equal(entries.length, 2, run.err);
		assert.equal(entries[0].answer, answer);
		assert.deepEqual(entries[0].also, ['挂号方法', '网上挂号', '电话挂号']);
		assert.equal(entries[0].internal, note);
		assert.equal(entries[0].owner, '门诊部');
		assert.equal(/:3: warning: cell of a further row of a question, left out: “信息科”/.test(run.err), told, run.err);
	}
});

/*
 * Documents for which a search that begins anew at each line, row or mark takes from half a minute to
 * hours; dayi() kills a command after a minute.
 */
const BROKEN = `怎么办？\n${`${'办事群众应当携带本人有效身份证件原件'.repeat(2)}\n`.repeat(4)}即可。\n`;
const LONG = {
	'questions of which one is answered': `${'问题：怎么办理？\n'.repeat(90000)}答案：这样。\n问题：在哪？\n答案：这里。\n`,
	'comments that never close': JSON.stringify([{ question: '怎么办？', answer: `<b>带证。</b> ${'<!--'.repeat(200000)}` }]),
	'empty lines below labels': `怎么办？\n${Array.from({ length: 180 }, (_, i) => `标${CHINESE[i % 10]}${CHINESE[Math.floor(i % 60 / 10)]}：带证。\n`).join('')}${'\n'.repeat(95000)}即可。\n`,
	'empty lines between broken paragraphs': `1、${BROKEN}${'\n'.repeat(95000)}2、${BROKEN}`,
};

for (const [name, text] of Object.entries(LONG))
	test(`${name} are read in a minute`, (t) => {
		const { run } = imported(temporary(t), text, null);
		assert.notEqual(run.code, null, run.err);
	});

test('rows of a workbook cost nothing where they are empty, and merged cells that overlap count once', (t) => {
	const cell = (at, text) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
	const book = (rows) => zip({
		'xl/workbook.xml': '<workbook/>',
		'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${[['问题', '答案'], ...SOUND].map(([q, a], i) => `<row r="${i + 1}">${cell(`A${i + 1}`, q)}${cell(`B${i + 1}`, a)}</row>`).join('')}${'<row/>'.repeat(rows)}</sheetData><mergeCells>${'<mergeCell ref="C1:CU1048576"/>'.repeat(2000)}</mergeCells></worksheet>`,
	});
	expectEntries(temporary(t), 'empty rows', book(1000000), SOUND, null);
	const { run, entries } = imported(temporary(t), book(3500000), null);
	assert.equal(entries, null);
	assert.match(run.err, /has more lines and cells, or longer ones, than an FAQ: split it/);
});

test('hostile files are refused', (t) => {
	const folder = temporary(t);
	const refused = (bytes, message, format = null) => {
		const { run, entries } = imported(folder, bytes, format);
		assert.equal(entries, null);
		assert.equal(run.code, EXIT.faults);
		assert.match(run.err, message);
	};
	const bomb = zip({ 'word/document.xml': `<w:document xmlns:w="w">${' '.repeat(49 << 20)}</w:document>` });
	assert.ok(bomb.length < 100000);
	refused(bomb, /word\/document\.xml: unpacks to more than 48 MiB/);
	refused(zip({ 'word/document.xml': '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' }), /has a document type/);
	refused(zip({ 'word/document.xml': '<a>'.repeat(1000) }), /is nested too deep/);
	refused(docx(paragraph('甲？')).subarray(0, 200), /cannot be unpacked/);
	refused(zip({ 'a.txt': 'a' }), /is an archive: unpack it and import the file within/);
	refused(zip({ 'word/document.xml': `<w:document xmlns:w="w">${'<w:p/>'.repeat(250001)}</w:document>` }), /has more lines and cells, or longer ones, than an FAQ: split it/);
	refused(docx(paragraph('1、甲？')), /looks like docx, not like csv/, 'csv');
	refused('1、甲？\n答：乙。\n', /looks like text, not like xlsx/, 'xlsx');
	refused('问答\n\n1、甲？\n答：乙。\n2、丙？\n答：丁。\n', /looks like text, not like csv/, 'csv');
	refused(`a${',a'.repeat(10000)}\n`, /10001 cells are too many/, 'csv');
	refused('甲\n'.repeat(100001), /more than 100000 lines are no FAQ document/);
	refused('nlu: &a [b]\nresponses: *a\n', /anchors and aliases are not read/, 'yaml');
	refused(`nlu: ${'['.repeat(1000)}\n`, /nested too deep/, 'yaml');
});

test('files of more entries, values or bytes than an FAQ are refused', (t) => {
	const folder = temporary(t);
	for (const [name, text, reason] of [
		['rows.csv', `问题,答案\n${'x？,y\n'.repeat(100001)}`, 'faq.txt:100002: more than 100000 entries: split it'],
		['lines.jsonl', '{"q":"q","a":"b"}\n'.repeat(100001), 'faq.txt:100001: more than 100000 entries: split it'],
		['objects.json', `[${'{},'.repeat(900000)}{}]`, 'has more values than an FAQ: split it'],
		['values.yml', `version: "3.1"\nnlu: [${'[],'.repeat(250001)}]\n`, 'has more values than an FAQ: split it'],
		['bytes.yml', `version: "3.1"\nnlu: [${'a'.repeat(4 << 20)}]\n`, '4194327 bytes are more than the 4194304 that are allowed'],
		['cell.csv', `问题,答案\nx？,y\nz？,"${'a\n""'.repeat(1 << 19)}"\n`, 'faq.txt:3: a cell is longer than an entry may be'],
	]) {
		const { run, entries } = imported(folder, text, null);
		assert.equal(entries, null, name);
		assert.ok(run.err.includes(reason), `${name}: ${run.err.slice(0, 300)}`);
	}
	/* A stray quotation mark between tabs is text. */
	const { entries } = imported(folder, `问题\t答案\n几点"开门\t九点"\n${`几点关门\t${'五点'.repeat(1000)}\n`.repeat(300)}`, null);
	assert.equal(entries[0].question, '几点"开门');
});

test('a file that is no document is told what to do with', (t) => {
	const folder = temporary(t);
	const compound = (stream) => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from(stream, 'utf16le'), Buffer.alloc(600)]);
	for (const [bytes, message] of [
		[Buffer.alloc(0), /is empty/], [' \n\n', /is empty/], [Buffer.alloc(4096), /is empty/],
		[compound('EncryptedPackage'), /has a password: open it, take the password away/],
		[compound('WordDocument'), /old Word \(\.doc\): open it and save it as \.docx/],
		[compound('Workbook'), /old Excel \(\.xls\): open it and save it as \.xlsx/],
		['%PDF-1.4\n', /is a PDF: open it with Word or WPS and save it as \.docx/],
		[Buffer.from('89504e470d0a1a0a00', 'hex'), /is a picture/], [Buffer.from('ffd8ffe000104a464946', 'hex'), /is a picture/],
		['Rar!\u001a\u0007', /is an archive: unpack it/], ['{\\rtf1\\ansi}', /is an RTF file/],
		[zip({ 'ppt/presentation.xml': '<a/>' }), /is a presentation/], [zip({ 'content.xml': '<a/>' }), /is a file of LibreOffice/],
		[workbook({ Sheet1: [] }), /no sheet has rows of questions and answers/],
	]) {
		const { run, entries } = imported(folder, bytes, null);

		assert.equal(entries, null);
		assert.match(run.err, message);
	}
});

/* ---------------------------------------------------------------- a written document is read again */

const WRITTEN = {
	'the same question twice': '1、怎么退卡？\n答：到窗口退。\n2、收费吗？\n答：不收。\n3、怎么退卡？\n答：网上退。\n',
	'a phone number at the end of an answer and of a question': '停车问答\n一、电话多少？\n0371-00000001\n二、可以打这些电话吗：0371-00000002\n答：可以，或者0371-00000003\n三、几点上班？\n九点。\n',
	'an answer that stands in its question': '1、问：录音里说“几点？答：九点”对吗？\n答：不对，十点。\n2、收费吗？\n答：不收。\n',
	'an answer that begins with an escape and a blank': '1、有哪些步骤？\n答：\n  \\1、登录；\n2、提交。\n2、收费吗？\n答：不收。\n',
	'an answer that begins with marks': '1、电话多少？\n答：：：九点\n2、收费吗？\n答：**不收**。\n',
	'answers that hold heads of a table and a line of YAML': '1、怎么写？\n答：这样写：\nquestion,answer\nnlu:\n2、收费吗？\n答：不收。\n',
	'numbers that stand twice and an annex': '一、如何申请\n符合条件的：\n（一）有驾照；\n（二）无犯罪记录。\n二、体检有什么要求？\n医院体检。\n二、体检有什么要求？\n医院体检。\n三、证件怎样补办\n登报。\n\n某市交通运输支队\n二〇二六年六月一日\n',
};
for (const [name, text] of Object.entries(WRITTEN)) {
	test(`a document that was imported and written is read again as the same entries: ${name}`, (t) => {
		const folder = temporary(t);
		const file = path.join(folder, 'faq.txt');
		const [first, second] = ['k1', 'k2'].map((one) => path.join(folder, one));
		const written = (out) => dayi(['export', '--format', 'text', out]).out;
		fs.writeFileSync(file, text);
		const run = dayi(['import', '--format', 'text', '--out', first, file]);
		assert.equal(run.code, EXIT.done, run.err);
		const document = written(first);
		fs.writeFileSync(file, document);
		assert.equal(dayi(['import', '--format', 'text', '--out', second, file]).code, EXIT.done);
		assert.equal(written(second), document);
		const entries = fs.readdirSync(path.join(first, 'imported')).sort();
		const before = entries.map((one) => fs.readFileSync(path.join(first, 'imported', one), 'utf8'));
		assert.equal(dayi(['import', '--format', 'text', '--replace', '--out', first, file]).code, EXIT.done);
		assert.deepEqual(fs.readdirSync(path.join(first, 'imported')).sort(), entries);
		assert.deepEqual(entries.map((one) => fs.readFileSync(path.join(first, 'imported', one), 'utf8')), before);
	});
}

/* ---------------------------------------------------------------- into a folder that has entries */

test('a later version of a document keeps what editors wrote, wherever a question moved', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'faq.txt');
	const out = path.join(folder, 'k');
	const run = (text, ...more) => {
		fs.writeFileSync(file, text);
		return dayi(['import', '--out', out, ...more, file]);
	};
	const read = (id) => fs.readdirSync(path.join(out, 'imported')).map((name) => JSON.parse(fs.readFileSync(path.join(out, 'imported', name)))).find((entry) => entry.id === id);
	run('停车问答\n1、如何预约？\n答：上网预约。\n2、怎么退卡？\n答：到窗口退。\n3、收费吗？\n答：不收。\n');
	const path2 = path.join(out, 'imported/02-item-02.json');
	fs.writeFileSync(path2, fs.readFileSync(path2, 'utf8').replace('"answer"', '"also": ["想退卡"],\n  "answer"'));
	const later = '停车问答\n1、如何预约？\n答：上网预约。\n2、几点开门？\n答：八点。\n3、怎么退卡？\n答：网上退。\n';
	const dry = run(later, '--dry-run');
	assert.match(dry.out, /^ {2}\+ item-02-2 {2}几点开门？\n {2}~ item-02 {2}怎么退卡？\n {6}number: 2 → 3\n {6}answer: “到窗口退。” → “网上退。”\n {2}~ item-03 {2}收费吗？\n {6}number: 3 → none\n {2}1 entry that the file does not have stays \(--replace removes it\):\n {4}item-03 {2}收费吗？$/m);
	assert.equal(read('item-02').answer, '到窗口退。');
	assert.equal(run(later).code, EXIT.done);
	assert.deepEqual(read('item-02').also, ['想退卡']);
	assert.equal(read('item-02').answer, '网上退。');
	assert.equal(read('item-02-2').question, '几点开门？');
	assert.equal(read('item-03').question, '收费吗？');
	assert.match(run(later, '--replace').out, /^ {2}- item-03 {2}收费吗？$/m);
	assert.equal(read('item-03'), undefined);
});

test('a second document becomes a collection of its own, and a question of both is told', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'faq.txt');
	const out = path.join(folder, 'k');
	fs.writeFileSync(file, SHAPES['half bracket']);
	dayi(['import', '--out', out, file]);
	const second = path.join(folder, 'books.txt');
	fs.writeFileSync(second, '借书问答\n1、怎么借书？\n答：刷卡。\n2、怎么还书？\n答：放下。\n3、罚款多少？\n答：一天一角。\n4、几点开门？\n答：九点。\n5、发票怎么开？\n答：到服务台开。\n');
	const run = dayi(['import', '--out', out, second]);
	assert.equal(run.code, EXIT.done, run.err);
	assert.match(run.err, /books\.txt:10: warning: question: another document of the folder has it already/);
	assert.equal(fs.readdirSync(path.join(out, 'imported')).length, 8);
	const entries = fs.readdirSync(path.join(out, 'imported-2')).sort().map((name) => JSON.parse(fs.readFileSync(path.join(out, 'imported-2', name))));
	assert.deepEqual(entries.map((entry) => [entry.id, entry.question])[0], ['imported-2-item-01', '怎么借书？']);
	assert.equal(entries.length, 5);
	assert.equal(dayi(['check', out]).code, EXIT.done);
});

test('a case whose line holds what to do as well is no gap, and a gap is named as a clerk counts', (t) => {
	const folder = temporary(t);
	const told = (text) => {
		const file = path.join(folder, 'faq.txt');
		fs.writeFileSync(file, text);
		return dayi(['import', '--dry-run', '--out', path.join(path.dirname(file), 'out'), file]).err;
	};
	assert.doesNotMatch(told('1、丢了书怎么办？\n情形1：丢失普通图书的，可购买同版本图书赔偿。\n情形2：丢失珍本的，按价赔偿。\n'), /warning: .*情形/);
	assert.match(told('1、丢了书怎么办？\n情形1：丢失普通图书的\n建议：来馆。\n情形2：丢失珍本的\n'), /faq\.txt:4: warning: “丢了书怎么办？”: 情形2 has no advice/);
});

test('rows without an answer or a question are told with their lines', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'faq.csv');
	fs.writeFileSync(file, '问题,答案\n怎么借书？,凭证借。\n怎么还书？,\n,凭证。\n');
	const { err } = dayi(['import', '--dry-run', '--out', path.join(path.dirname(file), 'out'), file]);
	assert.match(err, /faq\.csv:3: warning: the row has no answer/);
	assert.match(err, /faq\.csv:4: warning: the row has no question/);
	assert.doesNotMatch(err, /faq\.csv:2/);
});

test('what is called .docx and is neither text nor of Word is told so', (t) => {
	const file = path.join(temporary(t), 'd.docx');
	fs.writeFileSync(file, Buffer.from([0x81, 0xff, 0xfe, 0x80, 0x90, 0xff, 0xff, 0x0a, 0xff]));
	const { code, err } = dayi(['import', '--dry-run', '--out', path.join(path.dirname(file), 'out'), file]);
	assert.equal(code, EXIT.faults);
	assert.match(err, /not a file of Word, or a damaged one/);
});

test('one more line is not lines', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'faq.txt');
	fs.writeFileSync(file, '当前位置：首页 > 问答\n打印本页\n1、可以预约吗？\n可以。\n2、收费吗？\n不收。\n');
	assert.match(dayi(['import', '--dry-run', '--out', path.join(path.dirname(file), 'out'), file]).err, /” and 1 line more$/m);
});
