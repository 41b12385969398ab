/*
 * What other systems put around and beside their entries: states, containers, separators, several
 * values in one file, and numbers that are no numbering.
 */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');

function run(t, name, bytes) {
	const folder = temporary(t);
	const file = path.join(folder, name);
	const out = path.join(folder, 'k');
	fs.writeFileSync(file, bytes);
	const { code, err } = dayi(['import', '--out', out, file]);
	const made = path.join(out, 'imported');
	const entries = !fs.existsSync(made) ? [] : fs.readdirSync(made).filter((each) => each.endsWith('.json')).sort()
		.map((each) => JSON.parse(fs.readFileSync(path.join(made, each))));
	return { code, err, whole: entries, entries: entries.map(({ question, answer }) => [question, answer]) };
}

function imported(t, name, bytes) {
	const result = run(t, name, bytes);
	assert.equal(result.code, EXIT.done, `${bytes}\n${result.err}`);
	return result;
}

const POOL = [['泳池几点开门？', '早上六点。'], ['水温多少度？', '二十七度。'], ['能带孩子吗？', '能，须有大人陪同。'], ['泳帽必须戴吗？', '必须。']];
const pairs = (entries = POOL) => entries.map(([question, answer]) => ({ question, answer }));

test('a state that is not known is taken as given out and told with its values', (t) => {
	const rows = (values) => POOL.map(([q, a], i) => `"${q}","${a}",${values[i]}`).join('\n');
	const table = imported(t, 'a.csv', `问题,答案,状态\n${rows(['正常', '冻结', '暂存', '冻结'])}\n`);
	assert.deepEqual(table.entries, POOL);
	assert.match(table.err, /:3: warning: 状态: states that are not known: 3 entries are taken as given out, with “冻结” \(2\), “暂存” \(1\)/);
	const one = imported(t, 'a.csv', `问题,答案,状态\n${rows(['正常', '', '已发布', '冻结'])}\n`);
	assert.match(one.err, /:5: warning: 状态: a state that is not known: 1 entry is taken as given out, with “冻结” \(1\)/);
	const lines = pairs().map((each, i) => JSON.stringify({ ...each, status: [1, 2, 'parked', true][i] })).join('\n');
	const json = imported(t, 'a.jsonl', lines);
	assert.deepEqual(json.entries, POOL);
	assert.match(json.err, /:1: warning: status: states that are not known: 3 entries are taken as given out, with “1” \(1\), “2” \(1\), “parked” \(1\)/);
	const mixed = imported(t, 'a.md', `# 泳池\n\n1. 有更衣柜吗？\n\n   有。\n\n2. 能停车吗？\n\n   能。\n\n| 问题 | 答案 | 状态 |\n|---|---|---|\n${POOL.map(([q, a]) => `| ${q} | ${a} | 冻结 |\n`).join('')}`);
	assert.deepEqual(mixed.entries, [['有更衣柜吗？', '有。'], ['能停车吗？', '能。'], ...POOL]);
	assert.match(mixed.err, /warning: 状态: states that are not known: 4 entries .* “冻结” \(4\)/);
});

test('states that are known are not told, whatever the head before 状态 says', (t) => {
	for (const [head, on, off] of [['知识库状态', '正常', '草稿'], ['faq_status', 'active', 'draft'], ['是否启用', '启用', '停用'], ['status', 'true', 'false'], ['状态', '审核通过', '待审核']]) {
		const rows = POOL.map(([q, a], i) => `"${q}","${a}",${i === 1 ? off : on}`).join('\n');
		const { entries, err } = imported(t, 'a.csv', `问题,答案,${head}\n${rows}\n`);
		assert.deepEqual(entries, POOL.filter((_, i) => i !== 1), head);
		assert.match(err, /switched off, withdrawn or a draft in the other system, left out: “水温多少度？”/);
		assert.doesNotMatch(err, /not known/);
	}
	// A sentence that ends so is no head.
	const text = `请先查看本人的预约状态,再核对工作人员的审核状态\n${POOL.map(([q, a], i) => `${i + 1}、${q}\n${a}\n`).join('')}`;
	assert.deepEqual(imported(t, 'a.txt', text).entries, POOL);
});

test('entries are found in the lists of pairs at any depth, and nowhere else where there are such', (t) => {
	const deep = JSON.parse(`${'{"page":[{"data":'.repeat(7)}${JSON.stringify(pairs())}${'}]}'.repeat(7)}`);
	for (const document of [{ data: { list: pairs() }, total: 4 }, deep,
		{ edges: pairs().map((faq) => ({ node: { faq } })) }, Object.fromEntries(pairs().map((each, i) => [`k${i}`, each])),
		{ groups: [{ name: '入场', faqs: pairs(POOL.slice(0, 2)) }, { name: '规定', faqs: pairs(POOL.slice(2)) }] }])
		assert.deepEqual(imported(t, 'a.json', JSON.stringify(document)).entries, POOL);
	const beside = imported(t, 'a.json', JSON.stringify({ faqs: pairs(), log: [{ title: '登录', content: '成功' }, { title: '导出', content: '完成' }] }));
	assert.deepEqual(beside.entries, POOL);
	assert.match(beside.err, /warning: object outside of the lists of questions and answers, left out: “登录” and 1 line more/);
	/* A title that asks, over null, is a question whose answer is missing; another title is none. */
	const untold = [...pairs().map(({ question, answer }) => ({ TITLE: question, CONTENT: answer })), { TITLE: '有淋浴吗？', CONTENT: null }, { TITLE: '规定', CONTENT: null }];
	const nulls = imported(t, 'a.json', JSON.stringify({ rows: untold }));
	assert.deepEqual(nulls.entries, [...POOL, ['有淋浴吗？', '']]);
	assert.match(nulls.err, /question without an answer: “有淋浴吗？”/);
	// The same list elsewhere, where titles are the questions.
	const paragraphs = [{ title: '开放时间', content: '早上六点。', problem_list: ['泳池几点开门？'] }], further = [{ title: '带孩子', content: '能。' }];
	assert.deepEqual(imported(t, 'a.json', JSON.stringify([{ paragraphs }, { paragraphs: further }])).entries.map(([, answer]) => answer), ['早上六点。', '能。']);
});

test('a container that is switched off takes its entries with it', (t) => {
	const off = /switched off, withdrawn or a draft in the other system, left out: “能带孩子吗？” and 1 line more/;
	const live = pairs(POOL.slice(0, 2)), dead = pairs(POOL.slice(2));
	for (const state of [{ enabled: false }, { status: '已下架' }, { draft: true }, { isDeleted: 1 }]) {
		const { entries, err } = imported(t, 'a.json', JSON.stringify({ code: 0, status: 'ok', groups: [{ faqs: live }, { ...state, faqs: dead }, { enabled: true, faqs: [] }] }));
		assert.deepEqual(entries, POOL.slice(0, 2), JSON.stringify(state));
		assert.match(err, off);
		assert.doesNotMatch(err, /not known/);
	}
	const all = run(t, 'a.json', JSON.stringify({ items: dead, enabled: false }));
	assert.equal(all.code, EXIT.faults);
	assert.match(all.err, off);
	assert.match(all.err, /no entries that are given out: all of them are switched off/);
	const named = run(t, 'a.json', JSON.stringify({ published: false, faq: Object.fromEntries(POOL) }));
	assert.match(named.err, /switched off.* and 3 lines more/);
	const unknown = imported(t, 'a.json', JSON.stringify({ groups: [{ status: '冻结', faqs: live }] }));
	assert.deepEqual(unknown.entries, POOL.slice(0, 2));
	assert.match(unknown.err, /warning: entries under a state that is not known are taken as given out: “冻结”/);
});

test('several JSON texts one after another are read as one list', (t) => {
	const texts = pairs().map((each) => JSON.stringify(each, null, 2));
	const short = pairs().map((each) => JSON.stringify(each));
	for (const text of [texts.join('\n'), texts.join(',\r\n'), texts.join(''), `${texts.join(',\n')},\n`, short.join(' '), `${short.slice(0, 2).join(' ')}\n${short.slice(2).join(' ')}\n`,
		`[${short.slice(0, 2).join(',')}]\n[${short.slice(2).join(',')}]`, `{"list":[${short.slice(0, 3).join(',\n')}]}\n{"list":[${short[3]}]}`]) {
		const { entries, err } = imported(t, 'a.json', text);
		assert.deepEqual(entries, POOL, text);
		assert.match(err, /note: [24] JSON texts stand one after another: they are read as one list/);
	}
	// Braces and quotes within texts part nothing.
	const odd = [['怎么写 } { ？', '写作 "} {"，前面加 \\。'], ['还有吗？', '没有。']];
	assert.deepEqual(imported(t, 'a.json', pairs(odd).map((each) => JSON.stringify(each, null, 1)).join('\n')).entries, odd);
	// A fault names its line.
	const broken = run(t, 'a.json', `${texts[0]}\n{\n  "question": "水温多少度？",\n  "answer": 二十七度\n}\n`);
	assert.equal(broken.code, EXIT.faults);
	assert.match(broken.err, /a\.json:7: not JSON near/);
	assert.doesNotMatch(broken.err, /a\.json:[1-6]: /);
	// Lines of which one is broken stay lines.
	const lines = run(t, 'a.jsonl', `${short[0].slice(0, -1)}\n${short.slice(1).join('\n')}\n`);
	assert.match(lines.err, /a\.jsonl:1: /);
	assert.doesNotMatch(lines.err, /a\.jsonl:[2-9]: /);
});

test('a number before a measure word is no numbering', (t) => {
	const told = /is it a mark|taken off/;
	for (const questions of [['1年内还清免息吗？', '2年内还清有优惠吗？', '3年内还清能展期吗？', '4年内还清呢？', '5年后还清呢？'],
		['1 年内还清免息吗？', '2 个月内还清有优惠吗？', '3 天内还清能撤销吗？', '4 年内还清呢？'],
		['60周岁以上免票吗？', '65周岁以上要预约吗？', '70周岁以上送餐吗？', '80周岁以上有补贴吗？'],
		['3个工作日能办完吗？', '5万元以下要抵押吗？', '10人以上怎么预订？', '2楼有卫生间吗？']]) {
		const entries = questions.map((question, i) => [question, `答复${'甲乙丙丁戊'[i]}。`]);
		const { entries: made, err } = imported(t, 'a.csv', `问题,答案\n${entries.map((each) => each.join(',')).join('\n')}\n`);
		assert.deepEqual(made, entries);
		assert.doesNotMatch(err, told);
	}
	const text = '贷款问答\n\n1 利息怎么算？\n1 年内还清的免息。\n2 年内还清的减半。\n3 年内还清的照付。\n2 在哪里还款？\n在柜台。\n3 能提前还吗？\n能。\n';
	assert.deepEqual(imported(t, 'a.txt', text).entries,
		[['利息怎么算？', '1 年内还清的免息。\n2 年内还清的减半。\n3 年内还清的照付。'], ['在哪里还款？', '在柜台。'], ['能提前还吗？', '能。']]);
	// Words that begin with such a character are none.
	for (const questions of [['个人怎么开户？', '企业怎么开户？', '个体户怎么开户？'], ['年检在哪里做？', '月票多少钱？', '天然气怎么开通？'], ['次日能到账吗？', '门诊几点开始？', '元旦上班吗？']]) {
		const marked = (sign) => `问题,答案\n${questions.map((each, i) => `${sign(i + 1)}${each},行${i}。`).join('\n')}\n`;
		for (const sign of [(n) => `0${n}`, (n) => `${n}`, (n) => `${n} `]) {
			const { entries, err } = imported(t, 'a.csv', marked(sign));
			assert.deepEqual(entries.map(([question]) => question), questions);
			assert.match(err, /numbers before 3 questions are taken off/);
		}
	}
});

test('cells may be parted by bars or semicolons, with heads and without', (t) => {
	const sign = (mark, pad = '') => ([q, a], i) => [String(i + 1), q, a].join(`${pad}${mark}${pad}`);
	for (const mark of ['|', '｜', ';'])
		for (const name of ['a.txt', 'a.csv']) {
			const rows = POOL.map(sign(mark)).join('\n');
			assert.deepEqual(imported(t, name, `${['序号', '问题', '答案'].join(mark)}\n${rows}\n`).entries, POOL, mark + name);
			assert.deepEqual(imported(t, name, `${POOL.map((each) => each.join(mark)).join('\r\n')}\r\n`).entries, POOL, mark + name);
		}
	// Blanks around the bars, bars around the rows, a title above, two rows only.
	for (const text of [`泳池问答\n序号 | 问题 | 答案\n${POOL.map(sign('|', ' ')).join('\n')}\n`,
		`| 序号 | 问题 | 答案 |\n${POOL.map((each, i) => `| ${sign('|', ' ')(each, i)} |`).join('\n')}\n`]) {
		const { entries, err } = imported(t, 'a.txt', text);
		assert.deepEqual(entries, POOL);
		assert.doesNotMatch(err, /column/);
	}
	assert.deepEqual(imported(t, 'a.txt', `问题|答案\n${POOL[0].join('|')}\n`).entries, [POOL[0]]);
	// Quotes are text, an empty answer is told, and so is a row with too few cells.
	const odd = [['怎么取"号"？', '说"取号"。'], ['还有吗？', '"有"。']];
	assert.deepEqual(imported(t, 'a.txt', `问题|答案\n${odd.map((each) => each.join('|')).join('\n')}\n`).entries, odd);
	assert.match(imported(t, 'a.txt', `问题|答案|分类\n${POOL[0].join('|')}|水\n${POOL[1][0]}||水\n`).err, /a\.txt:3: warning: the row has no answer[^]*"分类"|"分类"[^]*a\.txt:3: warning: the row has no answer/);
	const short = run(t, 'a.txt', `问题|答案\n${POOL[0].join('|')}\n须自带毛巾。\n${POOL[1].join('|')}\n`);
	assert.match(short.err, /a\.txt:3: the row has 1 cells, the header 2/);
	for (const mark of [',', ';']) {
		const stray = run(t, 'a.csv', `${POOL.map((each) => each.join(mark)).join('\n')}\n能"跳水"吗？${mark}不"能"。\n`);
		assert.match(stray.err, /a\.csv:5: a quotation mark stands where none may/);
	}
	const tabs = imported(t, 'a.tsv', `问题\t答案\n${odd.map((each) => each.join('\t')).join('\n')}\n`);
	assert.deepEqual(tabs.entries, odd);
	const quoted = imported(t, 'a.txt', `问题|答案\n"${POOL[0][0]}"|"分两段：\n上午|下午"\n${POOL[1].join('|')}\n`);
	assert.deepEqual(quoted.entries, [[POOL[0][0], '分两段：\n上午|下午'], POOL[1]]);
	// A bar within the lines of a document parts nothing.
	const text = `泳池问答\n${POOL.map(([q, a], i) => `${i + 1}、${q}\n${a}|详见公告\n`).join('')}`;
	assert.deepEqual(imported(t, 'a.txt', text).entries, POOL.map(([q, a]) => [q, `${a}|详见公告`]));
});

test('the oldest form of FastGPT, index and content, is read', (t) => {
	const table = imported(t, 'a.csv', `index,content\n${POOL.map((each) => each.join(',')).join('\n')}\n`);
	assert.deepEqual(table.entries, POOL);
	const more = imported(t, 'a.csv', `index,content\n"${POOL[0][0]}\n几点能游泳？",${POOL[0][1]}\n${POOL[1].join(',')}\n`);
	assert.deepEqual(more.entries, POOL.slice(0, 2));
	assert.deepEqual(more.whole[0].also || more.whole[0].alternates, ['几点能游泳？']);
	// An index that numbers the rows is no question.
	const numbers = run(t, 'a.csv', `index,content\n1,${POOL[0].join('')}\n2,${POOL[1].join('')}\n`);
	assert.equal(numbers.code, EXIT.faults);
	assert.match(numbers.err, /a\.csv:2: index: is a number, and no other column names the questions/);
});
