/* Questions that take several lines, tables within tables, lists of terms, signatures, and numbers on lines of their own. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { dayi, temporary } = require('./dayi');
const { imported, zip } = require('./imported');

const KARTS = [
	['几岁可以开卡丁车？', '十二岁。\n身高要满一米五。'],
	['下雨天，户外的场子开不开？', '不开，可以改期。'],
	['头盔要自己带吗？', '不用，场里有。'],
	['撞坏了车要不要赔', '正常碰撞不用赔。'],
	['可以包场吗？', '可以，提前三天说。'],
];
const cells = (row, tag = 'td') => row.map((cell) => `<${tag}>${cell.replace(/\n/g, '<br>')}</${tag}>`).join('');
const rows = (list, tag) => list.map((row) => `<tr>${cells(row, tag)}</tr>`).join('\n');
const page = (body) => `<html><head><title>卡丁车</title></head><body>\n<h1>卡丁车问答</h1>\n${body}\n</body></html>`;
const HEADS = ['序号', '问题', '答复'];
const broken = (question) => question.replace('，', '，\n');
const numbered = KARTS.map(([q, a], i) => [`${i + 1}`, broken(q), a]);

/* A price list, as a table of its own, and as the text that it is in an answer. */
const PRICES = [['车型', '十分钟'], ['单人', '80元'], ['双人', '120元']];
const PRICED = ['怎么收费？', '车型\t十分钟\n单人\t80元\n双人\t120元\n周末加两成。'];
const priced = (number) => `<tr><td>${number}</td><td>${PRICED[0]}</td><td>\n<table>${rows(PRICES)}</table>\n周末加两成。</td></tr>`;

test('cells of a table of questions may hold tables, whatever its heads look like', (t) => {
	const heads = {
		th: `<tr>${cells(HEADS, 'th')}</tr>`,
		td: `<tr>${cells(HEADS)}</tr>`,
		thead: `<thead><tr>${cells(HEADS, 'th')}</tr></thead>`,
	};
	for (const [name, head] of Object.entries(heads)) {
		assert.deepEqual(imported(t, 'a.htm', page(`<table border>${head}\n${rows(numbered)}\n${priced(6)}</table>`)).entries, [...KARTS, PRICED], name);
		assert.deepEqual(imported(t, 'a.htm', page(`<table border>${head}\n${priced(1)}\n${rows(numbered)}</table>`)).entries, [PRICED, ...KARTS], `${name}, first`);
	}
	/* Without heads, the question before the table in the cell tells. */
	assert.deepEqual(imported(t, 'a.htm', page(`<table>${priced(1)}\n${rows(numbered)}</table>`)).entries, [PRICED, ...KARTS]);
	/* Old pages leave end tags out, and lay themselves out with a table around all. */
	const open = `<TABLE><TR><TD>序号<TD>问题<TD>答复${[...numbered, ['6', ...PRICED]].map(([n, q, a]) =>
		`\n<TR><TD>${n}<TD>${q.replace(/\n/g, '<BR>')}<TD>${q === PRICED[0] ? `<TABLE>${PRICES.map(([x, y]) => `<TR><TD>${x}<TD>${y}`).join('')}</TABLE>周末加两成。` : a.replace(/\n/g, '<BR>')}`).join('')}</TABLE>`;
	assert.deepEqual(imported(t, 'a.htm', page(`<TABLE width=900><TR><TD><A href="1.htm">首页</A><TD>${open}</TABLE>`)).entries, [...KARTS, PRICED]);
});

test('a table that only lays the page out stays none, with the headings in it', (t) => {
	const text = KARTS.map(([q, a]) => `<h3>${q}</h3>${a.split('\n').map((line) => `<p>${line}</p>`).join('')}`).join('\n');
	assert.deepEqual(imported(t, 'a.htm', `<html><body><table><tr><td>今天</td><td>星期四</td></tr><tr><td>${text}\n<table><tr><td>访问量</td></tr></table></td></tr></table></body></html>`)
		.entries.slice(0, -1), KARTS.slice(0, -1));
});

test('cells over several rows, chapters over all columns, empty numbers and empty answers', (t) => {
	const grouped = `<table><tr>${cells(['类别', ...HEADS], 'th')}</tr>
<tr><td rowspan="3">入场</td>${cells(numbered[0])}</tr>${rows(numbered.slice(1, 3))}
<tr><td rowspan="2">其他</td><td></td>${cells(numbered[3].slice(1))}</tr>${rows(numbered.slice(4))}</table>`;
	assert.deepEqual(imported(t, 'a.htm', page(grouped)).entries, KARTS);
	const chapters = `<table>${rows([HEADS])}<tr><td colspan="3">一、入场</td></tr>${rows(numbered.slice(0, 2))}<tr><td colspan="3">二、其他</td></tr>${rows(numbered.slice(2))}</table>`;
	assert.deepEqual(imported(t, 'a.htm', page(chapters)).entries, KARTS);
	const questions = `<table>${rows([HEADS])}${numbered.map(([n, q, a]) => `<tr><td>${n}</td>${cells([q], 'th')}${cells([a])}</tr>`).join('')}<tr>${cells(['6', '有教练吗？', ''])}</tr></table>`;
	const { entries, err } = imported(t, 'a.htm', page(questions));
	assert.deepEqual(entries, [...KARTS, ['有教练吗？', '']]);
	assert.match(err, /warning: the row has no answer: “有教练吗？”/);
});

test('a table without heads goes on with the one above it', (t) => {
	const two = (below) => imported(t, 'a.htm', page(`<table>${rows([HEADS, ...numbered.slice(0, 3)])}</table>\n<h2>其他</h2>\n<table>${below}</table>`));
	assert.deepEqual(two(rows(numbered.slice(3))).entries, KARTS);
	/* A price list of as many columns is none. */
	const { entries } = two(rows([['1', '单人', '80元'], ['2', '双人', '120元'], ['3', '儿童', '60元']]));
	assert.deepEqual(entries, KARTS.slice(0, 3));
});

const bold = {
	'a bold paragraph of a web page': (q, a) => `<p><b>${q.replace(/\n/g, '<br>')}</b></p>\n${a.split('\n').map((line) => `<p>${line}</p>`).join('')}`,
	'a heading of a web page': (q, a) => `<h3>${q.replace(/\n/g, '<br/>')}</h3>\n<p>${a.replace(/\n/g, '<br>')}</p>`,
	'a term': (q, a) => `<dl><dt>${q.replace(/\n/g, '<br>')}</dt><dd>${a.replace(/\n/g, '<br>')}</dd></dl>`,
	'a summary': (q, a) => `<details><summary>${q.replace(/\n/g, '<br>')}</summary><p>${a.replace(/\n/g, '<br>')}</p></details>`,
};

test('a line break within a bold question, a heading or a term does not end it', (t) => {
	for (const [name, form] of Object.entries(bold))
		assert.deepEqual(imported(t, 'a.htm', page(KARTS.map(([q, a]) => form(broken(q), a)).join('\n'))).entries, KARTS, name);
	const markdown = (form) => `# 卡丁车问答\n\n${KARTS.map(([q, a]) => `${form(broken(q))}\n\n${a.replace(/\n/g, '\n\n')}\n`).join('\n')}`;
	assert.deepEqual(imported(t, 'a.md', markdown((q) => `**${q}**`)).entries, KARTS, 'bold text of Markdown');
	assert.deepEqual(imported(t, 'a.md', markdown((q) => q.split('\n').map((line) => `**${line}**`).join('\n'))).entries, KARTS, 'bold lines of Markdown');
	/* A question and its answer in one bold paragraph are two. */
	const both = KARTS.map(([q, a]) => `<p><b>${q.replace(/要不要赔$/, '要不要赔？')}<br>答：${a.replace(/\n/g, '<br>')}</b></p>`).join('\n');
	assert.deepEqual(imported(t, 'a.htm', page(both)).entries, KARTS.map(([q, a]) => [q.replace(/要不要赔$/, '要不要赔？'), a]));
});

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const run = (text, strong) => `<w:p><w:r>${strong ? '<w:rPr><w:b/></w:rPr>' : ''}${text.split('\n').map((line) => `<w:t>${line}</w:t>`).join('<w:br/>')}</w:r></w:p>`;

test('a line break within a bold paragraph of Word does not end the question', (t) => {
	const body = KARTS.map(([q, a]) => run(broken(q), true) + run(a, false)).join('');
	const docx = zip({ 'word/document.xml': `<w:document xmlns:w="${W}"><w:body>${run('卡丁车问答')}${body}</w:body></w:document>` });
	assert.deepEqual(imported(t, 'a.docx', docx).entries, KARTS);
});

test('two questions that are one paragraph of Word, or two bold ones in a row, are one entry', (t) => {
	const two = KARTS.map(([q, a], i) => i === 1 ? ['能带头盔吗？\n手套要不要？', a] : [q.replace(/[^？]$/, '$&？'), a]);
	const whole = two.map(([q, a]) => [q.replace('\n', ''), a]);
	const word = (paragraph) => zip({ 'word/document.xml': `<w:document xmlns:w="${W}"><w:body>${run('卡丁车问答')}${two.map(([q, a], i) => paragraph(q, i) + run(a, false)).join('')}</w:body></w:document>` });
	assert.deepEqual(imported(t, 'a.docx', word((q, i) => run(`${i + 1}、${q}`, true))).entries, whole, 'bold');
	/* The run with the break is not bold. */
	const parted = (q, i) => run(`${i + 1}、${q}`, true).replace('<w:br/>', '</w:r><w:r><w:br/></w:r><w:r><w:rPr><w:b/></w:rPr>');
	assert.deepEqual(imported(t, 'a.docx', word(parted)).entries, whole, 'a break of its own');
	const markdown = `# 卡丁车问答\n\n${two.map(([q, a], i) => `**${i + 1}. ${q.replace('\n', '**\n\n**')}**\n\n${a.replace(/\n/g, '\n\n')}\n`).join('\n')}`;
	assert.deepEqual(imported(t, 'a.md', markdown).entries, whole, 'bold paragraphs');
});

test('a table within a cell of Word keeps its rows', (t) => {
	const table = (list) => `<w:tbl>${list.map((row) => `<w:tr>${row.map((cell) => `<w:tc>${cell.startsWith('<') ? cell : run(cell)}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`;
	const body = table([HEADS, ...numbered, ['6', PRICED[0], table(PRICES) + run('周末加两成。')]]);
	const docx = zip({ 'word/document.xml': `<w:document xmlns:w="${W}"><w:body>${body}</w:body></w:document>` });
	assert.deepEqual(imported(t, 'a.docx', docx).entries, [...KARTS, PRICED]);
});

const ASKING = KARTS.map(([q, a]) => [q.replace(/要不要赔$/, '要不要赔？'), a]);
const lines = (list, form) => `卡丁车问答\n\n${list.map(([q, a], i) => form(broken(q), a, i)).join('')}`;

test('a question without a mark goes on behind a comma', (t) => {
	assert.deepEqual(imported(t, 'a.txt', lines(ASKING, (q, a) => `${q}\n${a}\n\n`)).entries, ASKING, 'blocks');
	assert.deepEqual(imported(t, 'a.txt', lines(ASKING, (q, a) => `${q}\n${a}\n`)).entries, ASKING, 'no empty lines');
	assert.deepEqual(imported(t, 'a.txt', lines(ASKING, (q, a) => `${q}\n答：${a}\n`)).entries, ASKING, 'marked answers');
});

test('a numbered question goes on without a comma where the layout or its end tells', (t) => {
	const long = ['小朋友坐双人车的副驾驶是不是也要满一米五？', '要满一米二。'];
	const text = (form) => `卡丁车问答\n\n${[...ASKING, long].map(([q, a], i) => form(i + 1, q.replace('是不是', '\n是不是'), a)).join('\n')}\n`;
	assert.deepEqual(imported(t, 'a.txt', text((n, q, a) => `${n}、${q}\n${a}`)).entries, [...ASKING, long]);
	const mute = ([q, a]) => [q.replace(/？$/, ''), a];
	const indented = `卡丁车问答\n\n${[...ASKING, long].map(mute).map(([q, a], i) => `（${'一二三四五六'[i]}）${q.replace('是不是', '是不是\n')}\n${a.split('\n').map((line) => `　　${line}`).join('\n')}`).join('\n')}\n`;
	assert.deepEqual(imported(t, 'a.txt', indented).entries, [...ASKING, long].map(mute));
	/* A topic over a question, and an answer that begins with a question, are not joined. */
	const others = [['撞车了怎么办？', '先举手。\n人没事吗？先出来。'], ['退票', '还能退吗？\n开场前能退。']];
	const kept = imported(t, 'a.txt', `卡丁车问答\n\n${[...ASKING, ...others].map(([q, a], i) => `${i + 1}、${q}\n${a}`).join('\n')}\n`);
	assert.deepEqual(kept.entries, [...ASKING, ...others]);
	assert.match(kept.err, /2 lines ask, and are taken for parts of answers: “人没事吗？先出来。” “还能退吗？”/);
});

test('the office, its date and its phone numbers are no last entry', (t) => {
	const signed = ['南湖卡丁车服务中心', '2026年3月', '前台：8866-000　救援：8866-111　值班：119'];
	for (const [name, end] of Object.entries({ together: signed.join('\n'), apart: signed.join('\n\n'), 'without a date': `${signed[0]}\n${signed[2]}` })) {
		const { entries, err } = imported(t, 'a.txt', `${lines([...ASKING, ['开到几点？', '晚上九点。']], (q, a) => `${q}\n${a}\n\n`)}${end}\n`);
		assert.deepEqual(entries, [...ASKING, ['开到几点？', '晚上九点。']], name);
		assert.match(err, /left out: “.*(南湖卡丁车服务中心|前台)/, name);
	}
	const page3 = page(`${KARTS.map(([q, a]) => bold['a bold paragraph of a web page'](q, a)).join('\n')}<p><b>${signed[0]}</b></p><p>${signed[1]}</p>`);
	assert.deepEqual(imported(t, 'a.htm', page3).entries, KARTS);
});

test('a term without the mark that the others have is a question, whether it asks or not', (t) => {
	const terms = [...KARTS, ['迟到的处理', '过号作废。']];
	const list = (close) => terms.map(([q, a], i) => `<dt>${i % 3 === 2 ? '' : '问：'}${q}${close ? '</dt>' : ''}\n<dd>${i % 2 ? '' : '答：'}${a.replace(/\n/g, '<br>')}${close ? '</dd>' : ''}`).join('\n');
	for (const close of [true, false])
		assert.deepEqual(imported(t, 'a.htm', page(`<dl>${list(close)}</dl>`)).entries, terms, `closed: ${close}`);
});

test('numbers on lines of their own are those of the questions below', (t) => {
	const pasted = (list, numbers) => `卡丁车问答\n\n序号\n问题\n答复\n${list.map(([q, a], i) => `${numbers[i] ? `${numbers[i]}\n` : ''}${broken(q)}\n${a}\n`).join('')}`;
	assert.deepEqual(imported(t, 'a.txt', pasted(ASKING, ['1', '2', '3', '4', '5'])).entries, ASKING);
	const TWICE = [...ASKING, ...ASKING.map(([q, a]) => [`骑卡丁车时${q}`, a])];
	const { entries, err } = imported(t, 'a.txt', pasted(TWICE, ['1', '', ...'345678', '9', '10']));
	assert.deepEqual(entries, TWICE);
	assert.match(err, /taken for a question without a mark: is its number missing\? “下雨天，”/);
	assert.deepEqual(imported(t, 'a.txt', pasted(TWICE, '1234512345')).entries, TWICE);
	const titles = [['年龄', '十二岁以上。'], ['雨天', '不开，可以改期。'], ['头盔', '场里有。'], ['包场', '提前三天说。']];
	assert.deepEqual(imported(t, 'a.txt', pasted(titles, '1234')).entries, titles);
	const cards = KARTS.map(([q, a], i) => `<div>0${i + 1}</div><b>${q}</b>${a.split('\n').map((line) => `<p>${line}</p>`).join('')}`).join('\n');
	assert.deepEqual(imported(t, 'a.htm', page(cards)).entries, KARTS);
});

test('answers that end with numbers that run on are told', (t) => {
	const mute = [['年龄', '十二岁以上'], ['雨天开不开？', '不开'], ['头盔要带吗？', '场里有'], ['包场', '提前三天说'], ['能改期吗？', '能'], ['能退票吗？', '能'], ['有教练吗？', '有']];
	/* Neither pages, which rise, nor counted from 1. */
	const numbers = [12, 13, 14, 15, 16, 17, 3];
	assert.match(imported(t, 'a.txt', `卡丁车问答\n\n${mute.map(([q, a], i) => `${numbers[i]}\n${q}\n${a}\n`).join('')}`).err,
		/a\.txt:\d+: warning: [3-5] answers end with a number of its own line, and these run on: .*“[^”]+？”/);
});

test('one number that is lost does not hide its question', (t) => {
	const { entries, err } = imported(t, 'a.txt', lines(ASKING, (q, a, i) => `${i === 2 ? '' : `${i + 1}、`}${q}\n${a}\n`));
	assert.deepEqual(entries, ASKING);
	assert.match(err, /taken for a question without a mark: is its number missing\? “头盔要自己带吗？”/);
	/* No number is lost: the line is of the answer. */
	const asked = ASKING.map(([q, a], i) => [q, i === 1 ? `${a}\n改期要加钱吗？\n不加。` : a]);
	assert.deepEqual(imported(t, 'a.txt', lines(asked, (q, a, i) => `${i + 1}、${q}\n${a}\n`)).entries, asked);
});

test('an entry without an answer is told with its question, in both languages', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'a.txt');
	fs.writeFileSync(file, lines([...ASKING, ['有教练吗？', '']], (q, a, i) => `${i + 1}、${q}\n${a}\n`));
	const told = (env) => dayi(['import', '--out', path.join(folder, env.LC_ALL), file], '', { env }).err;
	assert.match(told({ LC_ALL: 'C.UTF-8' }), /answer: item 6 has none: “有教练吗？”/);
	assert.match(told({ LC_ALL: 'zh_CN.UTF-8' }), /第 6 条没有：“有教练吗？”/);
});

/* Questions without marks and question marks, over answers. */
const POOL = {
	'办卡': [['办卡要带什么', '带身份证，现场照相。'], ['年卡多少钱', '一千二百元，学生八百元。\n学生要看学生证。'], ['卡丢了怎么办', '到前台挂失，补卡十元。'], ['停车', '地下车库，两小时以内免费。']],
	'下水以前': [['下水要不要体检', '深水区要，带体检证明：\n1、心电图；\n2、皮肤科；\n3、肝功能。\n浅水区不用。'], ['泳帽哪里能买', '一楼小卖部，十五元一顶。'], ['近视的人怎么游', '可以租带度数的泳镜。']],
	'家长': [['一期课上几次', '十二次，分两种：\n大班　六百元\n小班　一千二百元'], ['家长能不能进去看', '二楼看台可以看。'], ['缺的课什么时候补', '月底的周日统一补。']],
};
const ASKED = Object.values(POOL).flat();
const pool = (heading, body) => `南湖游泳馆\n\n${Object.entries(POOL).map(([name, list], i) => `${heading ? `${heading(name, i)}\n\n` : ''}${list.map(([q, a]) => body(q, a)).join('')}\n`).join('')}`;
const headings = {
	none: null,
	'【…】': (name) => `【${name}】`,
	'［…］': (name) => `［${name}］`,
	'《…》': (name) => `《${name}》`,
	'★': (name) => `★ ${name}`,
	'一、': (name, i) => `${'一二三'[i]}、${name}`,
	'#': (name) => `## ${name}`,
	bare: (name) => name,
};
const bodies = {
	indented: (q, a) => `${q}\n${a.replace(/^/gm, '　　')}\n\n`,
	'indented, close together': (q, a) => `${q}\n${a.replace(/^/gm, '　　')}\n`,
	blocks: (q, a) => `${q}\n${a}\n\n`,
	'empty lines between': (q, a) => `${q}\n\n${a}\n\n`,
};

test('questions over blocks, without marks, are found whatever heads their chapters', (t) => {
	for (const [heading, form] of Object.entries(headings))
		for (const [name, body] of Object.entries(bodies)) {
			const { entries, err } = imported(t, 'a.txt', pool(form, body));
			assert.deepEqual(entries, ASKED, `${heading}, ${name}`);
			assert.doesNotMatch(err, /do not ask|hardly one asks/);
			assert.match(err, /“停车”/, 'the one that does not ask is told');
		}
});

test('a question between blocks that has no answer keeps its place, and a chapter may follow it', (t) => {
	const file = pool(headings['【…】'], bodies.indented);
	const lost = file.replace('泳帽哪里能买\n　　一楼小卖部，十五元一顶。', '泳帽哪里能买').replace('停车\n　　地下车库，两小时以内免费。', '车停哪里');
	const { entries, err } = imported(t, 'a.txt', lost);
	assert.deepEqual(entries, ASKED.map(([q, a]) => (q === '停车' ? ['车停哪里', ''] : [q, q === '泳帽哪里能买' ? '' : a])));
	for (const question of ['泳帽哪里能买', '车停哪里'])
		assert.match(err, new RegExp(`answer: item \\d+ has none: “${question}”`));
});

test('a placeholder is no answer, and is told with its question', (t) => {
	const none = ['（待场地科补充）', '（待定）', '待补充', '待王科长确认。', '略', 'TBD', '——', '……', '【待完善】', '暂无'];
	const answers = ['暂停开放。', '待审核以后公布。', '（两小时以内免费）', '等通知', '省略号', '100元', '补充一张照片'];
	const list = [...none, ...answers].map((a, i) => [`第${i}号卡丁车怎么租？`, a]);
	const kept = [...list.map(([q, a]) => [q, none.includes(a) ? '' : a]), ['有没有夜场？', '暂无。']];
	const all = [...list, ['有没有夜场？', '暂无。']];
	const forms = {
		'a.txt': lines(all, (q, a, i) => `${i + 1}、${q}\n答：${a}\n`),
		'a.csv': `问题,答案\n${all.map(([q, a]) => `${q},${a}`).join('\n')}\n`,
		'a.jsonl': all.map(([question, answer]) => JSON.stringify({ question, answer })).join('\n'),
	};
	for (const [name, text] of Object.entries(forms)) {
		const { entries, err } = imported(t, name, text);
		assert.deepEqual(entries, kept, name);
		for (const [q, a] of list.slice(0, none.length))
			assert.ok(err.includes(`“${a}” is no answer yet, and is left out: “${q}”`), `${name}: ${a}\n${err}`);
	}
	/* Without a question, it is all that the entry holds. */
	assert.deepEqual(imported(t, 'a.txt', '##\nA\n?-?').entries, [['', '?-?']]);
});

test('headings of chapters among the rows of a table may have numbers of their own', (t) => {
	const chapter = (text) => `<tr><td colspan="2">${text}</td></tr>`;
	const chapters = [['（一）年龄', '（二）收费'], ['一、年龄', '二、收费'], ['第一部分 年龄', '第二部分 收费']];
	for (const [first, second] of chapters)
		for (const number of [(i) => `${i}.`, () => '']) {
			const counted = ASKING.map(([q, a], i) => [`${number(i + 1)}${q}`, a]);
			const table = `<table>${rows([['问题', '解答']])}${chapter(first)}${rows(counted.slice(0, 3))}${chapter(second)}${rows(counted.slice(3))}</table>`;
			const { entries, err } = imported(t, 'a.htm', page(table));
			assert.deepEqual(entries, ASKING, `${first} ${number(1)}`);
			assert.match(err, new RegExp(`remark in the table, left out: “${first}” and 1 line more`));
		}
	/* A row with the next number is a question, though it does not ask and has no answer. */
	const counted = [...ASKING, ['停车', '']].map(([q, a], i) => [`${i + 1}.${q}`, a]);
	assert.deepEqual(imported(t, 'a.htm', page(`<table>${rows([['问题', '解答'], ...counted])}</table>`)).entries, [...ASKING, ['停车', '']]);
});

test('questions without marks are found in paragraphs that nothing parts, and below a chapter', (t) => {
	const ended = (a) => a.split('\n').map((line) => (/[。：；]$/.test(line) ? line : `${line}。`));
	const asking = ([q]) => q !== '停车';
	const paragraphs = Object.entries(POOL).map(([name, list]) => `<p>【${name}】</p>${list.filter(asking).map(([q, a]) => [q, ...ended(a)].map((line) => `<p>${line}</p>`).join('')).join('')}`).join('');
	assert.deepEqual(imported(t, 'a.htm', page(paragraphs)).entries, ASKED.filter(asking).map(([q, a]) => [q, ended(a).join('\n')]));
	/* The first question below a chapter need not ask. */
	const first = pool(headings['#'], bodies['empty lines between']).replace('办卡要带什么', '老人免不免票');
	assert.deepEqual(imported(t, 'a.md', `# 南湖游泳馆\n${first.slice(first.indexOf('\n'))}`).entries, [['老人免不免票', ASKED[0][1]], ...ASKED.slice(1)]);
});
