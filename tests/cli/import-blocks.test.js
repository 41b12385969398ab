/* Chapters and questions that hardly a mark tells: bare words over questions, bullets of two kinds, arrows; and how a document ends. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');
const { imported } = require('./imported');

const POOL = [
	['几点开门？', '上午九点。\n周一不开。'],
	['可以带小孩吗？', '可以，一米二以下免费。'],
	['泳镜哪里租', '前台，五元一副。'],
	['忘带泳帽怎么办？', '前台有卖。'],
	['退卡要什么手续', '带卡和身份证。\n扣除已用次数。'],
	['卡可以转让吗？', '不可以。'],
];
const PARTS = ['开放', '用具', '办卡'];
const TITLE = '游泳馆问答\n\n';

/* Two entries a part. */
function book(part, item, entries = POOL) {
	return TITLE + PARTS.map((name, p) => part(name) + entries.slice(p * 2, p * 2 + 2).map((entry, i) => item(entry, p * 2 + i + 1)).join('')).join('');
}

test('words alone over a question are a chapter, behind an empty line or behind answers that end', (t) => {
	const items = { numbers: ([q, a], n) => `${n}、${q}\n${a}\n\n`, marks: ([q, a]) => `问：${q}\n答：${a}\n\n`, letters: ([q, a], n) => `Q${n}. ${q}\n${a}\n\n` };
	const parts = { 'right above': (name) => `${name}\n`, 'parted': (name) => `${name}\n\n` };
	for (const [of, item] of Object.entries(items))
		for (const [how, part] of Object.entries(parts)) {
			const { entries, out } = imported(t, 'a.txt', book(part, item));
			assert.deepEqual(entries, POOL, `${of}, ${how}`);
			for (const name of PARTS)
				assert.match(out, new RegExp(`  ${name}: 2 entries`), `${of}, ${how}`);
		}
	const { entries, out } = imported(t, 'a.txt', book((name) => `${name}\n`, ([q, a], n) => `${n}、${q}\n${a}\n`));
	assert.deepEqual(entries, POOL, 'no empty line at all');
	assert.match(out, /  办卡: 2 entries/);
});

test('words alone that end an answer stay in it', (t) => {
	const items = POOL.map(([q, a], i) => [q, i % 2 ? `${a}\n要带的\n泳帽` : a]);
	assert.deepEqual(imported(t, 'a.txt', TITLE + items.map(([q, a], i) => `${i + 1}、${q}\n${a}\n`).join('')).entries, items);
});

test('of two kinds of bullets, the one over text marks the questions, also those that do not ask', (t) => {
	const item = ([q, a]) => `◎ ${q}\n${a}\n`;
	for (const part of [(name) => `■ ${name}\n`, (name) => `\n■ ${name}\n\n`, (name) => `▲${name}\n`]) {
		const { entries, out } = imported(t, 'a.txt', book(part, item));
		assert.deepEqual(entries, POOL);
		assert.match(out, /用具: 2 entries/);
	}
	/* A list of bullets in an answer is none of the questions. */
	const listed = POOL.map(([q, a], i) => [q, i === 2 ? `${a}\n• 大号\n• 小号` : a]);
	assert.deepEqual(imported(t, 'a.txt', book((name) => `■ ${name}\n`, item, listed)).entries, listed);
});

test('an arrow is the mark of an answer, and goes on in the lines below', (t) => {
	const item = ([q, a], n) => `No.${n}  ${q}\n${a.split('\n').map((line) => `→ ${line}`).join('\n')}\n\n`;
	assert.deepEqual(imported(t, 'a.txt', TITLE + POOL.map((entry, i) => item(entry, i + 1)).join('')).entries, POOL);
	const way = POOL.map(([q, a], i) => [q, i === 1 ? '大门\n→ 左转\n→ 二楼' : a]);
	assert.deepEqual(imported(t, 'a.txt', TITLE + way.map(([q, a], i) => `${i + 1}、${q}\n${a}\n`).join('')).entries, way, 'a way in an answer');
});

test('dates, reporters and remarks at the end are no part of the last answer', (t) => {
	const items = POOL.map(([q, a], i) => `${i + 1}、${q}\n${a}\n\n`).join('');
	for (const end of ['最后更新：2026年3月1日', '更新：2026-03-01', 'Last updated: 1 March 2026', 'Updated on March 1st, 2026', '（本报记者 王小明）', '（记者　李红　通讯员　赵刚）', '☆ 更多问题请拨 0371-5551234']) {
		const { entries, err } = imported(t, 'a.txt', `${TITLE}${items}${end}\n`);
		assert.deepEqual(entries, POOL, end);
		assert.ok(err.includes(end.slice(0, 8)), `${end} is told`);
	}
	const annexed = imported(t, 'a.txt', `${TITLE}${items.trimEnd()}\n附件：1. 申请表\n2. 承诺书\n市游泳馆管理中心 2026.4.2\n`);
	assert.deepEqual(annexed.entries, POOL, 'annexes and who signs in one line with the date');
	assert.match(annexed.err, /承诺书[\s\S]*|附件/);
	/* The last question has no answer. */
	const bare = TITLE + POOL.slice(0, 5).map(([q, a], i) => `${i + 1}、${q}\n答：${a}\n`).join('');
	const { entries, err } = imported(t, 'a.txt', `${bare}6、${POOL[5][0]}\n附：常用电话\n前台：0371-66661000\n救生员：0371-66661009\n`);
	assert.deepEqual(entries.map(([q]) => q), POOL.map(([q]) => q));
	assert.equal(entries[5][1] || '', '');
	assert.match(err, /item 6 has none/);
	const paged = `<html><body><h1>游泳馆</h1>${POOL.map(([q, a], i) => `<p>${i + 1}、${q}</p><p>${a.replace('\n', '</p><p>')}</p>`).join('')}<div>共 2 页 <a href="?1">1</a> <a href="?2">2</a> <a href="?2">下一页</a></div></body></html>`;
	assert.deepEqual(imported(t, 'a.htm', paged).entries, POOL, 'a pager');
	const dated = POOL.map(([q, a], i) => [q, i === 5 ? `${a}\n自2026年3月1日起可以转给家人。` : a]);
	assert.deepEqual(imported(t, 'a.txt', TITLE + dated.map(([q, a], i) => `${i + 1}、${q}\n${a}\n\n`).join('')).entries, dated);
});

test('single stars around words of Markdown are marks; within words and before a name they stay', (t) => {
	const written = '*周一*不开，按 *次卡* 九折，场地 50*25*2 米，*姓名、*电话必填，（*重要*）**必须 *戴*，** ***泳帽***。`a*b*c` \\*注\\*';
	const meant = '*周一*不开，按 次卡 九折，场地 50*25*2 米，*姓名、*电话必填，（重要）必须 戴， 泳帽。a*b*c *注*';
	const items = POOL.map(([q, a], i) => [q, i === 0 ? meant : i === 1 ? '整行。' : a]);
	const text = POOL.map(([q, a], i) => `## ${q}\n\n${i === 0 ? written : i === 1 ? '*整行。*' : a}\n`).join('\n');
	assert.deepEqual(imported(t, 'a.md', `# 游泳馆\n\n${text}`).entries, items);
});

test('names of headings, edges of boxes and the place of the contents are no text', (t) => {
	const text = POOL.map(([q, a], i) => `### ${q} {#q-${i}}\n\n${i === 1 ? `:::tip\n${a}\n:::` : a}\n`).join('\n');
	const { entries, out } = imported(t, 'a.md', `# 游泳馆\n\n[[toc]]\n\n## 全部 {#all}\n\n${text}`);
	assert.deepEqual(entries, POOL);
	assert.match(out, /  全部: 6 entries/);
	const set = POOL.map(([q, a], i) => [q, i === 0 ? `${a}\n{#1} 是模板里的写法。` : a]);
	assert.deepEqual(imported(t, 'a.md', `# 游泳馆\n\n${set.map(([q, a]) => `## ${q}\n\n${a}\n`).join('\n')}`).entries, set, 'in an answer they stay');
});

test('a dry run needs no folder; an import does', (t) => {
	const file = path.join(temporary(t), 'a.txt');
	fs.writeFileSync(file, book((name) => `${name}\n`, ([q, a], n) => `${n}、${q}\n${a}\n\n`));
	const dry = dayi(['import', '--dry-run', file]);
	assert.equal(dry.code, EXIT.done, dry.err);
	assert.match(dry.out, /6 entries[\s\S]*nothing was written/);
	const wet = dayi(['import', file]);
	assert.equal(wet.code, EXIT.usage);
	assert.match(wet.err, /--out DIR/);
});

test('the class of most questions of a page is that of all of them, whatever it is called', (t) => {
	const item = ([q, a], n, name) => `<div class="box"><p class="${name}">${q}</p><div class="x${n}">${a.split('\n').map((line) => `<p>${line}</p>`).join('')}</div></div>\n`;
	const page = (name, between) => `<html><head><title>游泳馆</title></head><body>\n<ul class="toc">${POOL.map(([q]) => `<li class="toc"><a href="#a">${q}</a></li>`).join('')}</ul>\n${PARTS.map((part, p) => between(part) + POOL.slice(p * 2, p * 2 + 2).map((entry, i) => item(entry, p * 2 + i, name)).join('')).join('')}</body></html>`;
	for (const name of ['t', 'list-head blue', 'c1']) {
		const { entries, out } = imported(t, 'a.htm', page(name, (part) => `<h2>${part}</h2>\n`));
		assert.deepEqual(entries, POOL, name);
		assert.match(out, /开放: 2 entries[\s\S]*办卡: 2 entries/);
	}
	/* Paragraphs of one class, questions and answers alike, say nothing. */
	const alike = POOL.map(([q, a]) => [q.endsWith('？') ? q : `${q}？`, a]);
	assert.deepEqual(imported(t, 'a.htm', `<html><body><h1>游泳馆问答</h1>${alike.map(([q, a]) => `<p class="p">${q}</p>${a.split('\n').map((line) => `<p class="p">${line}</p>`).join('')}`).join('\n')}</body></html>`).entries, alike);
});

test('what folds away under a summary is its answer, also in the same line', (t) => {
	const folded = POOL.map(([q, a], i) => i % 2 ? `<details><summary>${q}</summary>${a.replace('\n', '<br>')}</details>\n` : `<details>\n<summary>${q}</summary>\n\n${a}\n\n</details>\n`);
	assert.deepEqual(imported(t, 'a.md', `# 游泳馆\n\n${folded.join('\n')}`).entries, POOL);
});

test('numbers of three levels, a word with a Chinese number, and a number behind the letter of an answer', (t) => {
	const triples = TITLE + PARTS.map((part, p) => `1.${p + 1} ${part}\n${POOL.slice(p * 2, p * 2 + 2).map(([q, a], i) => `1.${p + 1}.${i + 1} ${q}\n${a}\n`).join('')}`).join('');
	const { entries, out } = imported(t, 'a.txt', triples);
	assert.deepEqual(entries, POOL);
	assert.match(out, /开放: 2 entries[\s\S]*办卡: 2 entries/);
	assert.deepEqual(imported(t, 'a.txt', TITLE + POOL.map(([q, a], i) => `${i < 3 ? 1 : 2}.1.${i % 3 + 1} ${q}\n${a}\n`).join('')).entries, POOL, 'a part that follows');
	assert.deepEqual(imported(t, 'a.txt', TITLE + POOL.map(([q, a], i) => `情况${'一二三四五六'[i]}：${q}\n${a}\n`).join('\n')).entries, POOL, 'a word with a number');
	const words = POOL.map(([q, a], i) => `问题${'一二三四五六'[i]} ${q}\n答 ${a}\n`).join('');
	assert.deepEqual(imported(t, 'a.txt', TITLE + words).entries, POOL, 'marks with nothing but a blank behind them');
	const lettered = TITLE + PARTS.map((part, p) => `\n${part}类\n${POOL.slice(p * 2, p * 2 + 2).map(([q, a], i) => `${'ABC'[p]}${i + 1}.${q.replace(/[^？]$/, '$&？')}\n${a}\n`).join('')}`).join('');
	assert.deepEqual(imported(t, 'a.txt', lettered).entries, POOL.map(([q, a]) => [q.replace(/[^？]$/, '$&？'), a]), 'a letter and a number');
	assert.deepEqual(imported(t, 'a.txt', TITLE + POOL.map(([q, a], i) => `${'一二三四五六'[i]}。${q}\n${a}\n`).join('')).entries, POOL, 'a full stop behind the number');
	const hall = POOL.map(([q, a], i) => [q, i === 2 ? '3号窗口。' : a]);
	assert.deepEqual(imported(t, 'a.txt', TITLE + hall.map(([q, a]) => `Q ${q}\nA ${a}\n`).join('')).entries, hall, 'a number that belongs to the answer');
});

test('a question whose number comes too early is one where empty lines part all of them', (t) => {
	const item = ([q, a], n) => `${n > 3 ? n + 1 : n}、${q}\n${a}\n\n`;
	const { entries, err } = imported(t, 'a.txt', TITLE + POOL.map(([q, a], i) => item([i === 3 ? '泳帽租不租' : q, a], i + 1)).join(''));
	assert.deepEqual(entries, POOL.map(([q, a], i) => [i === 3 ? '泳帽租不租' : q, a]));
	assert.match(err, /item 5 follows item 3/, 'the gap is told');
	const plain = POOL.map(([q, a], i) => [i === 3 ? '忘带泳帽的' : q, a]);
	assert.deepEqual(imported(t, 'a.txt', TITLE + plain.map((entry, i) => item(entry, i + 1)).join('')).entries, plain, 'one that does not ask');
	/* A step of a list behind an empty line stays in its answer. */
	const steps = POOL.map(([q, a], i) => [q, i === 2 ? '先登记：\n\n1、带身份证\n\n5、交押金\n拿泳镜。' : a]);
	assert.equal(imported(t, 'a.txt', TITLE + steps.map(([q, a], i) => `${i + 1}、${q}\n${a}\n\n`).join('')).entries.length, POOL.length);
});
