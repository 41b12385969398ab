/*
 * Documents of several kinds in one: tables in a text, signs of a page, lists, mails; and what an
 * import says of entries that may be wrong.
 */
'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { imported } = require('./imported');

const page = (body) => `<html><body><h1>窗口问答</h1>${body}</body></html>`;
const row = (...cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
const sorted = (entries) => [...entries].sort();

const TEXT = [['几点开门？', '九点。'], ['周末开门吗？', '不开。'], ['能代办吗？', '能，带委托书。']];
const TABLE = [['办证收费吗？', '不收费。'], ['证件丢了怎么办', '到窗口补办。\n带身份证。'], ['多久办好？', '三天。']];
const BEHIND = [['怎么预约？', '打电话预约。'], ['可以取消预约吗？', '可以。']];

test('a table of questions in a text is read with the text around it', (t) => {
	const table = `<table>${row('序号', '问题', '答复')}${TABLE.map(([q, a], i) => row(i + 1, q, a.replace('\n', '<br>'))).join('')}</table>`;
	for (const [mark, answer] of [[(i) => `${i + 1}、`, '答：'], [() => '问：', '答：'], [(i) => `${i + 1}、`, ''], [() => '', '']]) {
		const text = (entries) => entries.map(([q, a], i) => `<p>${mark(i)}${q}</p><p>${answer}${a}</p>`).join('');
		const { entries } = imported(t, 'a.html', page(`${text(TEXT)}<h2>二、收费和时限</h2>${table}<h2>三、预约</h2>${text(BEHIND)}`));
		assert.deepEqual(sorted(entries), sorted([...TEXT, ...TABLE, ...BEHIND]), mark(0));
	}
});

test('text behind a table of questions is told, and no part of its last answer', (t) => {
	const table = `<table>${row('问题', '答复', '经办科室')}${TABLE.map(([q, a]) => row(q, a.replace('\n', '<br>'), '一科')).join('')}</table>`;
	const { entries, err } = imported(t, 'a.html', page(`${TEXT.map(([q, a], i) => `<p>${i + 1}、${q}</p><p>${a}</p>`).join('')}${table}<p>本表每年更新。</p>`));
	assert.deepEqual(sorted(entries), sorted([...TEXT, ...TABLE]));
	assert.match(err, /left out: “本表每年更新。”/);
	assert.match(err, /the column "经办科室" of a table in the text is left out/);
});

test('a sign before a text is its mark, and the heads of a table are none', (t) => {
	const item = ([q, a]) => `<li><a><i>Q</i><span>${q}</span></a><div><i>A</i><span>${a}</span></div></li>`;
	assert.deepEqual(sorted(imported(t, 'a.html', page(`<ul>${TEXT.map(item).join('')}</ul>`)).entries), sorted(TEXT));
	const table = `<table>${row('<b>问题</b>', '<b>答案</b>')}${TEXT.map((cells) => row(...cells)).join('')}</table>`;
	assert.deepEqual(sorted(imported(t, 'a.html', page(table)).entries), sorted(TEXT));
	const numbered = ([q, a], i) => `<p><b>Q</b>${i + 1}：${q}</p><p><b>A</b>${i + 1}：${a}</p>`;
	assert.deepEqual(sorted(imported(t, 'a.html', page(TEXT.map(numbered).join(''))).entries), sorted(TEXT));
});

test('classes tell statements of a page from their answers', (t) => {
	const wanted = [['办证材料', '身份证原件。'], ['开门时间', '九点。\n周末不开。'], ['代办手续', '带委托书。']];
	const item = ([q, a]) => `<div class="faq-item"><div class="faq-q">${q}</div><div class="faq-a">${a.split('\n').map((line) => `<p>${line}</p>`).join('')}</div></div>`;
	assert.deepEqual(sorted(imported(t, 'a.html', page(wanted.map(item).join(''))).entries), sorted(wanted));
});

test('questions in bold at the start of a list of Markdown hold their answer in the line', (t) => {
	const list = TEXT.map(([q, a], i) => `${i + 1}. **${q}** ${a}\n`).join('');
	assert.deepEqual(sorted(imported(t, 'a.md', `# 窗口问答\n\n## 一、时间\n\n${list}`).entries), sorted(TEXT));
});

test('an empty line of Markdown parts paragraphs, which are lines', (t) => {
	const { entries } = imported(t, 'a.md', '# 窗口问答\n\n## 怎么办理？\n\n分两步：\n\n1. 填表；\n2. 交表。\n\n当天办好。\n\n## 几点开门？\n\n九点。\n');
	assert.deepEqual(entries, [['怎么办理？', '分两步：\n1. 填表；\n2. 交表。\n当天办好。'], ['几点开门？', '九点。']]);
});

test('the > of a quoted mail is no part of its text', (t) => {
	const text = TEXT.map(([q, a]) => `> 问：${q}\n> 答：${a}\n>> 以此为准。\n>\n`).join('');
	assert.deepEqual(imported(t, 'a.txt', text).entries, TEXT.map(([q, a]) => [q, `${a}\n以此为准。`]));
});

test('第一条 numbers questions', (t) => {
	const text = TEXT.map(([q, a], i) => `第${'一二三'[i]}条　${q}\n${a}\n`).join('');
	assert.deepEqual(imported(t, 'a.txt', text).entries, TEXT);
});

test('a contact and two offices above the date at the end sign the document', (t) => {
	const text = (end) => `窗口问答\n${TEXT.map(([q, a], i) => `${i + 1}、${q}\n答：${a}\n`).join('')}${end}`;
	for (const end of ['咨询热线：0371-12345678\n某县税务局纳税服务股\n2024年2月8日\n', '\n          教务处  学生处\n          2024年2月8日\n\n  第 4 页 共 4 页\n\f\n']) {
		const { entries, err } = imported(t, 'a.txt', text(end));
		assert.deepEqual(entries, TEXT);
		assert.match(err, /signature or date, left out/);
	}
});

test('what may be wrong is told with its line', (t) => {
	const items = (entries) => entries.map(([q, a], i) => `${i + 1}、${q}\n${a}\n`).join('');
	const more = [...TEXT, ...BEHIND];
	const told = (text, message) => assert.match(imported(t, 'a.txt', text).err, message);

	told(items([...more, ['窗口分布', '一楼。']]), /:11: warning: does not ask, and the other questions do: .*“窗口分布”/);
	told(items([...more.slice(0, 4), ['可以取消吗？', '可以。\n能改期吗？能，提前一天。']]), /:11: warning: 1 line asks, and is taken for a part of an answer: “能改期吗？能，提前一天。”/);
	told(items([...more.slice(0, 4), ['可以取消吗？', `可以。${'请提前一天打电话说明原因并留下联系方式。'.repeat(40)}`]]), /:9: warning: answer that is much longer than the others: .*“可以取消吗？”/);
	told(items(more.map(([q, a]) => [`E${q}`, a])), /:1: warning: question that begins with a number or a sign: is it a mark\?: “E/);
	told(items(more.map(([q, a]) => [q, `${a}\n政务大厅编印的办事手册。\n以此为准。`])), /warning: line that stands in several answers: is it a running title or a footer\?: “(政务大厅编印的办事手册。|以此为准。)” and 1 line more/);
	told(items([...more.slice(0, 4), ['可以取消吗？\t可以，打电话', '两天内。']]), /:9: warning: is longer than a question, or holds several cells: .*“可以取消吗？\\x09可以，打电话”/);
});
