/*
 * Kinds of documents that the importer met unseen: how they are built is told by their lines, not by
 * a mark. And the doubts that are told of what was read, whatever its form.
 */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');

function imported(t, name, bytes) {
	const folder = temporary(t);
	const file = path.join(folder, name);
	const out = path.join(folder, 'k');
	fs.writeFileSync(file, bytes);
	const run = dayi(['import', '--out', out, file]);
	assert.equal(run.code, EXIT.done, run.err);
	const made = path.join(out, 'imported');
	const entries = fs.readdirSync(made).filter((each) => each.endsWith('.json')).sort()
		.map((each) => JSON.parse(fs.readFileSync(path.join(made, each))));
	return { err: run.err, entries: entries.map(({ question, answer }) => [question, answer]), title: (entries[0].source || {}).document };
}

const LAKE = [['湖边可以钓鱼吗？', '不可以。\n垂钓区在北岸。'], ['船几点开？', '九点。'], ['下雨开船吗？', '小雨照开，大风停航。'],
	['老人票多少钱？', '半价。'], ['能带狗吗？', '不能。']];
const numbered = (entries, between = '') => entries.map(([q, a], i) => `${i + 1}、${q}\n${a}\n`).join(between);

test('empty lines between all lines are no part of the answers', (t) => {
	const parts = LAKE.map(([q, a]) => `Q：${q}\n\nA：${a.replace('\n', '\n\n')}\n\n`);
	const text = `湖区问答\n\nPART 01\n\n游湖\n\n${parts.slice(0, 3).join('')}▼\n\nPART 02\n\n票务\n\n${parts.slice(3).join('')}`;
	const { entries, err } = imported(t, 'a.txt', `${text}- END -\n\n来源｜湖区管委会\n编辑｜小周\n`);
	assert.deepEqual(entries, LAKE);
	for (const line of ['- END -', '▼'])
		assert.match(err, new RegExp(`left out: “${line}”`));
});

test('who wrote a document, at its end, is no part of the last answer', (t) => {
	for (const end of ['解读机关：湖区管委会\n解读人：周行　联系电话：0371-5550001\n相关文件：湖区管理办法\n',
		'\n                    湖区管委会\n                  2025年6月28日\n\n（此件主动公开）\n',
		'\n此致\n敬礼！\n\n湖区管委会\n2025年3月4日\n\n---------- 转发的邮件 ----------\n附件：问答.docx（32KB）\n']) {
		const { entries, err } = imported(t, 'a.txt', `湖区问答\n${numbered(LAKE, '\n')}${end}`);
		assert.deepEqual(entries, LAKE, end);
		assert.match(err, /left out: /);
	}
});

test('an answer that is a list of phone numbers stays whole', (t) => {
	const last = ['怎么联系？', '售票处：0371-5550001\n码头：0371-5550002\n医务室：0371-5550003'];
	assert.deepEqual(imported(t, 'a.txt', `湖区问答\n${numbered([...LAKE, last], '\n')}`).entries, [...LAKE, last]);
});

test('what stands unparted over a signature is told', (t) => {
	const close = '会议要求湖区对上述答复建立台账。\n湖区管委会\n2025年6月28日\n抄送：各码头\n';
	const { err } = imported(t, 'a.txt', `湖区问答\n${numbered(LAKE)}${close}`);
	assert.match(err, /:13: warning: taken for a part of the last answer/);
});

test('first lines of blocks are questions where most of them ask, and lines of the contents are chapters', (t) => {
	const blocks = [['往届生在哪里报名？', '在户籍所在地。'], ['报名信息填错了还能改吗', '确认之前可以自己改。'], ['怎样申请加分？', '交户口簿。\n公示十天。'],
		['准考证丢了怎么补', '到报名点补打。'], ['成绩哪天公布？', '六月下旬。']];
	const block = ([q, a]) => `${q}\n${a}\n\n`;
	const text = `考生问答\n\n目  录\n报名与审查……………………1\n考试与成绩…………………………2\n\n报名与审查\n\n${blocks.slice(0, 3).map(block).join('')}考试与成绩\n\n${blocks.slice(3).map(block).join('')}`;
	assert.deepEqual(imported(t, 'a.txt', `${text}注：本问答中的日期以当年文件为准。\n`).entries, blocks);
});

test('numbers right before the questions are their numbers', (t) => {
	const item = ([q, a], i) => `<div class="q"><span>0${i + 1}</span><span>${q}</span></div><div class="a"><p>${a.replace('\n', '</p><p>')}</p></div>`;
	assert.deepEqual(imported(t, 'a.html', `<html><body><h1>湖区问答</h1>${LAKE.map(item).join('')}</body></html>`).entries, LAKE);
});

test('marks of questions and answers in the cells of a table are no text', (t) => {
	const rows = LAKE.map(([q, a], i) => `"Q${i + 1} ${q}","答：${a}"`);
	const { entries, err } = imported(t, 'a.csv', `问题,答案\n游湖篇,\n${rows.slice(0, 3).join('\n')}\n票务篇,\n${rows.slice(3).join('\n')}\n`);
	assert.deepEqual(entries.filter(([, answer]) => answer), LAKE);
	assert.match(err, /游湖篇|the row has no answer/);
});

test('a row of a table without any text of an entry is left out and told', (t) => {
	const rows = LAKE.map(([q, a], i) => `${i + 1},"${q}","${a}",票务科`);
	const { entries, err } = imported(t, 'a.csv', `序号,问题,解答,责任科室\n${rows.join('\n')}\n填报人：王五　审核人：赵六,,,2025.6.30\n`);
	assert.deepEqual(entries, LAKE);
	assert.match(err, /:\d+: warning: remark in the table, left out: “填报人：王五/);
});

test('the head of a mail is no title, and what it is about is one', (t) => {
	const { entries, title } = imported(t, 'a.txt', `发件人：湖区管委会 <office@lake.example.cn>\n收件人：各码头\n抄送：票务科\n主题：湖区常见问题\n\n各位同事：\n\n${numbered(LAKE, '\n')}`);
	assert.deepEqual(entries, LAKE);
	assert.equal(title, '湖区常见问题');
});

test('a line that counts the questions, above the mark of each, is no text', (t) => {
	for (const counter of ['第$题', '案例$', '【问题$】', 'Question $']) {
		const text = LAKE.map(([q, a], i) => `${counter.replace('$', i + 1)}\n问：${q}\n答：${a}\n`).join('\n');
		assert.deepEqual(imported(t, 'a.txt', `湖区问答\n\n${text}`).entries, LAKE, counter);
	}
});

test('who speaks in a chat may be named by a house number', (t) => {
	const talk = LAKE.map(([q, a], i) => `${i + 2}-50${i} 王姐 09:1${i}\n${q}\n客服小陈 09:2${i}\n${a}\n`).join('\n');
	assert.deepEqual(imported(t, 'a.txt', `业主群\n\n${talk}`).entries, LAKE);
});

test('labels that part each answer are text, and a letter that begins a list marks no answer', (t) => {
	const things = [['办理居住证', '申请条件：居住半年。\n所需材料：身份证。\n办理时限：15日。'], ['办理优待证', '申请条件：60周岁。\n所需材料：身份证。\n办理时限：当场。'],
		['办理残疾人证', '申请条件：有评定。\n所需材料：户口簿。\n办理时限：30日。'], ['申请公租房', '申请条件：无房。\n所需材料：收入证明。\n办理时限：60日。']];
	assert.deepEqual(imported(t, 'a.txt', `事项解答\n\n${things.map(([q, a]) => `◎ ${q}\n${a}\n`).join('\n')}`).entries, things);
	const listed = [...LAKE.slice(0, 3), ['下雨怎么退票？', '全额退款：\na. 线上原路退回；\nb. 现场到窗口退。'], LAKE[4]];
	assert.deepEqual(imported(t, 'b.txt', `湖区问答\n${numbered(listed, '\n')}`).entries, listed);
});

test('a title or a detail of JSON that is not the question is told', (t) => {
	const list = LAKE.map(([q, a], i) => ({ 标题: `来信${i + 1}`, 诉求内容: q, 答复内容: a }));
	const { entries, err } = imported(t, 'a.json', JSON.stringify({ data: { list } }));
	assert.deepEqual(entries, LAKE);
	assert.match(err, /warning: title or detail beside the question, left out: “来信1” and 4 lines more/);
});

test('what looks wrong in the entries of any form is told, a fault a kind', (t) => {
	const told = (entries, message) => {
		const csv = `问题,答案\n${entries.map(([q, a]) => `"${q}","${a}"`).join('\n')}\n`;
		assert.match(imported(t, 'a.csv', csv).err, message);
	};
	const one = (q, a) => [...LAKE.slice(0, 4), [q, a]];
	assert.equal(imported(t, 'a.csv', `问题,答案\n${LAKE.map(([q, a]) => `"${q}","${a}"`).join('\n')}\n`).err, '');
	told(one('能带狗吗？', '不能。\n能带猫吗？\n也不能。'), /warning: line of an answer that is a question: .*“能带猫吗？”/);
	told(one('能带狗吗？', '不能。\n问：能带猫\n也不能。'), /warning: line of an answer that begins with the mark of a question or an answer: .*“问：能带猫”/);
	told(one('能带狗吗？', '不能。\n2025年6月28日'), /warning: line of an answer that looks like a page mark, a signature, a date .*“2025年6月28日”/);
	told(one('能带狗吗？', '不能。\n票务与咨询'), /warning: last line of an answer that looks like a heading: .*“票务与咨询”/);
	told(one('能带狗吗？', '导盲犬和其他辅助犬凭有效证件可以进入除餐厅以外的所有区域并乘坐游\n船。'), /warning: line of an answer that ends within a sentence: .*“导盲犬/);
	told(one('能带狗吗？', '下列犬只可以：'), /warning: answer that looks cut off: .*“下列犬只可以：”/);
	told(one('能带“狗吗？', '不能。'), /warning: question that looks cut off: .*“能带“狗吗？”/);
	told(one('船几点开？', '十点。'), /warning: question that stands twice, with different answers: “船几点开？”/);
	told(one('5、能带狗吗？', '不能。'), /warning: question that begins with a number or a sign: .*“5、能带狗吗？”/);
});

const REFUND = '还清图书后到服务台办理。';
const PLAIN = '情形1：现金缴纳的押金\n当场退还现金，须交回收据。\n情形2：微信缴纳的押金\n原路退回，3至7个工作日到账。\n情形3：代他人退证\n须出示委托书。';
const REFUND_CASES = [['1', '情形1', '现金缴纳的押金', '当场退还现金，须交回收据。'], ['2', '情形2', '微信缴纳的押金', '原路退回，3至7个工作日到账。'], ['3', '情形3', '代他人退证', '须出示委托书。']];
const library = (answer) => `图书馆问答\n1、怎么办证？\n答：带身份证到服务台。\n2、怎么退押金？\n答：${answer}\n3、怎么续借？\n答：到期前在公众号办理。\n`;
const table = (answer, owner = '读者部') => `序号,问题,答案,责任部门\n1,怎么办证？,带身份证到服务台。,${owner}\n2,怎么退押金？,"${answer}",${owner}\n3,怎么续借？,到期前在公众号办理。,${owner}\n`;

/* Imports the files into one folder, one after the other; each run and the entry of the refund. */
function refund(t, ...files) {
	const folder = temporary(t);
	const out = path.join(folder, 'k');
	return files.map(([name, text]) => {
		const file = path.join(folder, name);
		fs.writeFileSync(file, text);
		const run = dayi(['import', '--out', out, file]);
		assert.equal(run.code, EXIT.done, run.err);
		const made = path.join(out, 'imported');
		const entry = fs.readdirSync(made).map((each) => JSON.parse(fs.readFileSync(path.join(made, each)))).find(({ question }) => question === '怎么退押金？');
		return { ...run, folder: out, entry, cases: (entry.cases || []).map(({ id, label, situation, advice }) => [id, label, situation, advice]) };
	});
}

test('lines behind the line of each 情形 are its advice, in a document as in a cell', (t) => {
	for (const [name, text] of [['a.txt', library(`${REFUND}\n${PLAIN}`)], ['a.csv', table(`${REFUND}\n${PLAIN}`)],
		['a.json', JSON.stringify([{ 问题: '怎么退押金？', 答案: `${REFUND}\n${PLAIN}` }])]]) {
		const [{ entry, cases, err }] = refund(t, [name, text]);
		assert.equal(entry.answer, REFUND, name);
		assert.deepEqual(cases, REFUND_CASES, name);
		assert.doesNotMatch(err, /has no advice/, name);
	}
	const [{ cases }] = refund(t, ['a.csv', table(`${REFUND}\n情形1：丢失\n建议：先挂失。\n情形2：损坏，按价赔。`)]);
	assert.deepEqual(cases.map((one) => one.slice(2)), [['丢失', '先挂失。'], ['损坏，按价赔。', '']]);
});

test('a case without an advice is told with its own line and the question', (t) => {
	const [{ err, cases }] = refund(t, ['a.txt', library(`${REFUND}\n情形1：现金缴纳的押金\n当场退还。\n情形2：代他人退证`)]);
	assert.deepEqual(cases.map((one) => one.slice(2)), [['现金缴纳的押金\n当场退还。', ''], ['代他人退证', '']]);
	assert.match(err, /a\.txt:6: warning: “怎么退押金？”: 情形1 has no advice/);
	assert.match(err, /a\.txt:8: warning: “怎么退押金？”: 情形2 has no advice/);
});

test('numbers that do not run make no cases of a cell', (t) => {
	const [{ entry, cases }] = refund(t, ['a.csv', table('情形2：见下\n情形1：见上')]);
	assert.deepEqual([entry.answer, cases], ['情形2：见下\n情形1：见上', []]);
});

test('the same text in another form changes its owner only, which is shown', (t) => {
	const [, { out, cases, entry }] = refund(t, ['a.txt', library(`${REFUND}\n${PLAIN}`)], ['a.csv', table(`${REFUND}\n${PLAIN}`)]);
	assert.deepEqual([entry.answer, cases], [REFUND, REFUND_CASES]);
	assert.equal(out.match(/ {6}owner: none → “读者部”/g).length, 3);
	assert.doesNotMatch(out, /answer:|cases:/);
});

test('an answer that repeats the cases of its entry ends before them, or is told', (t) => {
	const repeated = PLAIN.replace(/情形(.)：/g, '（$1）');
	const [, cut] = refund(t, ['a.txt', library(`${REFUND}\n${PLAIN}`)], ['a.csv', table(`${REFUND}\n${repeated}`)]);
	assert.deepEqual([cut.entry.answer, cut.cases], [REFUND, REFUND_CASES]);
	assert.match(cut.err, /note: answer: its end repeats the cases of "item-02", which stay, and is left out/);
	const more = `${repeated}\n以上均须本人签字，并在三十日内到服务台办理，逾期的押金转入读者账户，可以用来抵扣逾期费和赔书款。`;
	const [, told] = refund(t, ['a.txt', library(`${REFUND}\n${PLAIN}`)], ['a.csv', table(`${REFUND}\n${more}`)]);
	assert.match(told.err, /warning: answer: repeats the cases of "item-02", which stay/);
	assert.equal(told.entry.answer, `${REFUND}\n${more}`);
});

test('a list of contacts goes into office.json under its own names', (t) => {
	const [{ folder, err }] = refund(t, ['a.txt', `${library(REFUND)}\n附：联系电话\n总服务台：0271-88886666\n少儿馆：88886677\n王馆长：13800001111\n`]);
	const { contacts } = JSON.parse(fs.readFileSync(path.join(folder, 'office.json')));
	assert.deepEqual(contacts.map(({ kind, label, value }) => [kind, label, value]), [['phone', '总服务台', '0271-88886666'], ['phone', '少儿馆', '88886677']]);
	assert.match(err, /2 contacts go into office\.json/);
	assert.doesNotMatch(dayi(['check', folder]).err, /contacts/);
});

test('check says that a folder without alternates will decline most questions, and what to do', (t) => {
	const [{ folder }] = refund(t, ['a.txt', library(REFUND)]);
	const check = dayi(['check', folder]);
	assert.match(check.err, /warning: 3 of 3 entries have no alternates \(item-01, item-02, item-03\): most questions .* will be declined; write two to five alternates/);
});
