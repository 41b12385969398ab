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
const { imported } = require('./imported');

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

test('numbers that begin the questions of a table but do not count them are text', (t) => {
	for (const numbers of [[60, 65, 70, 80], [12345, 12348, 12366, 12393], [3, 6, 9, 12]]) {
		const entries = numbers.map((number, i) => [`${number}岁以上的人能办吗？`, `第${i}类窗口。`]);
		const csv = `问题,答案\n${entries.map(([q, a]) => `${q},${a}`).join('\n')}\n`;
		assert.deepEqual(imported(t, 'a.csv', csv).entries, entries);
	}
	// One that was deleted leaves a gap.
	const left = LAKE.map(([q, a], i) => `"0${i < 2 ? i + 1 : i + 2}${q}","${a}"`);
	assert.deepEqual(imported(t, 'a.csv', `问题,答案\n${left.join('\n')}\n`).entries, LAKE);
});

test('a row of a table without any text of an entry is left out and told', (t) => {
	const rows = LAKE.map(([q, a], i) => `${i + 1},"${q}","${a}",票务科`);
	const { entries, err } = imported(t, 'a.csv', `序号,问题,解答,责任科室\n${rows.join('\n')}\n填报人：王五　审核人：赵六,,,2025.6.30\n`);
	assert.deepEqual(entries, LAKE);
	assert.match(err, /:\d+: warning: remark in the table, left out: “填报人：王五/);
	const signed = imported(t, 'a.csv', `序号,问题,解答,责任科室\n${rows.join('\n')}\n编制：票务科,,审核：赵六,\n`);
	assert.deepEqual(signed.entries, LAKE);
	assert.match(signed.err, /remark in the table, left out: “编制：票务科”/);
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

test('what another system has switched off, withdrawn or drafted does not go live', (t) => {
	const off = /warning: switched off, withdrawn or a draft in the other system, left out: “能带狗吗？”/;
	const rows = (values) => LAKE.map(([q, a], i) => `"${q}","${a}",${values[i]}`).join('\n');
	for (const [head, on, no] of [['是否启用', '是', '否'], ['状态', '已发布', '草稿'], ['状态', '已上线', '已下架'], ['enabled', 'TRUE', 'FALSE'],
		['已停用', '否', '是'], ['status', 'published', 'Draft'], ['启用', '1', '0']]) {
		const { entries, err } = imported(t, 'a.csv', `问题,答案,${head}\n${rows([on, on, on, '', no])}\n`);
		assert.deepEqual(entries, LAKE.slice(0, 4), head);
		assert.match(err, off, head);
	}
	// The state of a case that was closed, or a number that may mean either, says nothing.
	for (const [head, value] of [['状态', '已办结'], ['status', '0'], ['处理状态', '关闭']])
		assert.deepEqual(imported(t, 'a.csv', `问题,答案,${head}\n${rows(Array(5).fill(value))}\n`).entries, LAKE, head);
	for (const member of [{ enabled: false }, { draft: true }, { isActive: 0 }, { status: 'archived' }, { is_deleted: 1 }, { 是否公开: '否' }]) {
		const list = LAKE.map(([question, answer], i) => ({ id: `e${i}`, question, answer, alternates: [], ...(i === 4 ? member : {}) }));
		for (const text of [JSON.stringify({ list }), list.map((each) => JSON.stringify(each)).join('\n')]) {
			const { entries, err } = imported(t, 'a.json', text);
			assert.deepEqual(entries, LAKE.slice(0, 4), JSON.stringify(member));
			assert.match(err, off);
		}
	}
	const yaml = LAKE.map(([q, a], i) => `- question: ${q}\n  answer: ${JSON.stringify(a)}\n  enabled: ${i < 4}\n`).join('');
	assert.deepEqual(imported(t, 'a.yaml', yaml).entries, LAKE.slice(0, 4));
	// A table among other questions of a page, and alone in one.
	const table = `| 问题 | 答案 | 状态 |\n|---|---|---|\n${LAKE.map(([q, a], i) => `| ${q} | ${a.replace('\n', '<br>')} | ${i < 4 ? '已发布' : '草稿'} |\n`).join('')}`;
	const beside = [['门票在哪买？', '南门。'], ['儿童要票吗？', '不要。'], ['几点闭园？', '六点。']];
	for (const entries of [[], beside]) {
		const { entries: made, err } = imported(t, 'a.md', `# 湖区问答\n\n${entries.map(([q, a], i) => `${i + 1}. ${q}\n\n   ${a}\n\n`).join('')}\n${table}`);
		assert.deepEqual(made, [...entries, ...LAKE.slice(0, 4)]);
		assert.match(err, off);
	}
	// Its further questions go with it.
	const more = `问题,相似问,答案,是否启用\n${LAKE[0][0]},,${LAKE[1][1]},是\n${LAKE[4][0]},,${LAKE[4][1]},否\n,小狗呢,,\n`;
	assert.deepEqual(imported(t, 'a.csv', more).entries, [[LAKE[0][0], LAKE[1][1]]]);
});

test('a sum in a table is no entry', (t) => {
	const rows = LAKE.map(([q, a], i) => `${i + 1},"${q}","${a}"`).join('\n');
	const { entries, err } = imported(t, 'a.csv', `序号,问题,答案\n${rows}\n合计,5,\n,总计,5\n`);
	assert.deepEqual(entries, LAKE);
	assert.match(err, /remark in the table, left out: “合计” and 1 line more/);
});

test('columns that nobody knows are told together', (t) => {
	const rows = LAKE.map(([q, a]) => `"${q}","${a}",x,y,z`).join('\n');
	const { err } = imported(t, 'a.csv', `问题,答案,分类,热度,来源渠道\n${rows}\n`);
	assert.match(err, /:1: warning: the columns "分类", "热度", "来源渠道" are not known and are left out\n/);
	assert.equal(err.match(/not known/g).length, 1);
});

test('brackets in an example of Rasa are text, unless they mark an entity', (t) => {
	const yaml = 'nlu:\n- intent: a\n  examples: |\n    - [图片]怎么在[湖区](place)传？\n    - [船票]{"entity": "ticket"}的[二维码]在哪[\nresponses:\n  utter_a:\n  - text: 在首页。\n';
	const folder = temporary(t);
	const file = path.join(folder, 'a.yml'), out = path.join(folder, 'k');
	fs.writeFileSync(file, yaml);
	assert.equal(dayi(['import', '--out', out, file]).code, EXIT.done);
	const [made] = fs.readdirSync(path.join(out, 'imported')).filter((each) => each.endsWith('.json'));
	const { question, also } = JSON.parse(fs.readFileSync(path.join(out, 'imported', made)));
	assert.deepEqual([question, also], ['[图片]怎么在湖区传？', ['船票的[二维码]在哪[']]);
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

test('a number alone on its line is the mark of the question below', (t) => {
	const entries = [...LAKE.slice(0, 4), ['雨天开船的规定', '小雨照开。'], LAKE[4]];
	const text = entries.map(([q, a], i) => `0${i + 1}\n\n${q}\n\n${a.replace('\n', '\n\n')}\n\n`);
	const read = imported(t, 'a.txt', `湖区问答\n\n—— 游湖篇 ——\n\n${text.slice(0, 3).join('')}—— 票务篇 ——\n\n${text.slice(3).join('')}`);
	assert.deepEqual(read.entries, entries);
});

test('words alone that head the first question head the later ones, too', (t) => {
	const item = ([q, a]) => `<div><p>${q}</p><p>答：${a.replace('\n', '<br>')}</p></div>`;
	const page = `<h1>湖区问答</h1><div>游湖须知</div>${LAKE.slice(0, 3).map(item).join('')}<div>票务与宠物</div>${LAKE.slice(3).map(item).join('')}`;
	assert.deepEqual(imported(t, 'a.html', `<html><body>${page}</body></html>`).entries, LAKE);
});

test('a question of the page below each answer is no entry', (t) => {
	const item = ([q, a]) => `<h3>${q}</h3><p>${a.replace('\n', '</p><p>')}</p><div>这篇内容对您有用吗？ <button>有</button></div>`;
	const { entries } = imported(t, 'a.html', `<html><body><h1>湖区问答</h1>${LAKE.map(item).join('')}<p>没有找到答案？联系客服</p></body></html>`);
	assert.deepEqual(entries, LAKE);
	const fees = ['船', '车', '房'].map((thing, i) => [['怎么收费？', `${thing}每小时${i + 1}元。`], [`${thing}怎么预约？`, '打电话。']]).flat();
	assert.equal(imported(t, 'b.txt', `租赁问答\n\n${fees.map(([q, a]) => `${q}\n${a}\n`).join('\n')}`).entries.length, 6);
});

test('numbers before 问 and 答 mark questions that do not ask, too', (t) => {
	const counts = ['一', '二', '三', '四', '五', '六'];
	const entries = [...LAKE.slice(0, 3), ['雨天开船的规定', '小雨照开。'], ...LAKE.slice(3)];
	const text = entries.map(([q, a], i) => `${counts[i]}问：${q}\n${counts[i]}答：${a}\n`).join('\n');
	assert.deepEqual(imported(t, 'a.txt', `湖区问答\n\n${text}`).entries, entries);
});

test('the end is cut where it is parted first, at a rule, a copyright or an annex with a table', (t) => {
	for (const end of ['\n周红：今天就到这里，没问到的可以登记。\n\n会议于8:40结束。\n', '\n© 2025 湖区管委会　客服 400-000-0000\n',
		'附：各码头一览\n东码头\t湖滨路1号\t5550001\n西码头\t湖滨路9号\t5550002\n']) {
		const { entries, err } = imported(t, 'a.txt', `湖区问答\n${numbered(LAKE, end[0] === '\n' ? '\n' : '')}${end}`);
		assert.deepEqual(entries, LAKE, end);
		assert.match(err, /left out: /);
	}
	const marked = LAKE.map(([q, a], i) => `Q${i + 1}：${q}\nA：${a}\n\n`);
	const text = `湖区问答\n====\n第一章  游湖\n----\n${marked.slice(0, 3).join('')}第二章  票务\n----\n${marked.slice(3).join('')}----\n管委会  行政楼203  电话 5550001\n`;
	assert.deepEqual(imported(t, 'b.txt', text).entries, LAKE);
});

test('a running title with blanks within is no wide line of a document that is broken at a width', (t) => {
	const long = LAKE.map(([q], i) => [q, `湖区管理处在每年的第${i + 1}个季度公布船只和码头的检修安排并在各个码头张贴公告，请您留意，也可以打电话询问。`]);
	const wrap = (text) => text.match(/.{1,26}/gu).join('\n');
	const page = `\n- 1 -\n\n湖区常见问题汇编${' '.repeat(36)}2025年第一期\n\n`;
	const text = long.map(([q, a], i) => `${i + 1}.问：${q}\n${wrap(`答：${a}`)}\n${i % 2 ? page.replace('1', i) : ''}`).join('');
	assert.deepEqual(imported(t, 'a.txt', `湖区常见问题汇编${' '.repeat(36)}2025年第一期\n\n${text}`).entries, long);
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
	assert.match(err, /2 contacts go into office\.json: 总服务台 0271-88886666, 少儿馆 88886677$/m);
	assert.doesNotMatch(dayi(['check', folder]).err, /contacts/);
});

test('check says that a folder without alternates will decline most questions, and what to do', (t) => {
	const [{ folder }] = refund(t, ['a.txt', library(REFUND)]);
	const check = dayi(['check', folder]);
	assert.match(check.err, /warning: 3 of 3 entries have no alternates \(item-01, item-02, item-03\): most questions .* will be declined; write two to five alternates/);
});

test('YAML is known by its lists of questions and answers, whatever it begins with, and by its name', (t) => {
	const items = (indent, first) => LAKE.map(([q, a], i) => `${indent}- ${first(i)}\n${indent}  问题: ${q}\n${indent}  相似问:\n${indent}    - 问法${i}\n${indent}  答案: |-\n${a.split('\n').map((line) => `${indent}    ${line}`).join('\n')}\n`).join('');
	const id = (i) => `id: A${i}`;
	const texts = [`# 湖区问答\n\nversion: 3\nfaqs:\n${items('  ', id)}`, `faqs:\n${items('  ', id)}`, `常见问题:\n${items('', id)}`, items('', id), `# 注释\n${items('', (i) => `分类: 第${i}类`)}`,
		`湖区:\n  问答:\n${items('    ', id)}`];
	for (const name of ['a.yaml', 'a.yml', 'a.txt'])
		for (const text of texts)
			assert.deepEqual(imported(t, name, text).entries, LAKE, `${name}\n${text.slice(0, 40)}`);
	// What is no YAML at all is told under the name of YAML, and nothing is written.
	const folder = temporary(t);
	fs.writeFileSync(path.join(folder, 'b.yaml'), `faqs:\n  - id: A\n    问题: 甲？\n   答案: 乙\n`);
	const run = dayi(['import', '--out', path.join(folder, 'k'), path.join(folder, 'b.yaml')]);
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /b\.yaml:4: no YAML/);
	// A document stays one, also where its marks end with the colon of YAML, or the name is wrong.
	assert.deepEqual(imported(t, 'c.txt', LAKE.map(([q, a]) => `问: ${q}\n答: ${a}\n`).join('\n')).entries, LAKE);
	assert.deepEqual(imported(t, 'c.yaml', `湖区问答\n${numbered(LAKE)}`).entries, LAKE);
});
