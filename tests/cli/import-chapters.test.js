/* A heading of a chapter with a note below it, before the first question of the chapter. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');
const { entriesOf } = require('./imported');

const ZOO = [['动物园几点开门？', '七点半。'], ['停车多少钱？', '一天十元。'], ['可以喂猴子吗？', '不可以。\n园里有投喂点。'], ['婴儿车能租吗', '能，押金一百元。'],
	['夜间动物园开到几点？', '二十一点。'], ['夜场要另买票吗？', '要。']];
const NOTE = '本部分由夜场管理处答复';

/* Imports the text, which must succeed: the entries, what is told, and the outline. */
function read(t, text) {
	const folder = temporary(t);
	const file = path.join(folder, 'a.txt');
	const out = path.join(folder, 'k');
	fs.writeFileSync(file, text);
	const run = dayi(['import', '--out', out, file]);
	assert.equal(run.code, EXIT.done, run.err);
	return { entries: entriesOf(out).map(({ question, answer }) => [question, answer]), err: run.err, out: run.out };
}

/* Six items in three chapters under these headings; `note` stands between the last heading and its items. */
function book(headings, item, note) {
	const parts = [ZOO.slice(0, 2), ZOO.slice(2, 4), ZOO.slice(4)];
	let number = 0;
	return `动物园问答\n\n${headings.map((heading, i) => `${heading}\n${i === 2 ? note : '\n'}${parts[i].map((entry) => item(entry, ++number)).join('')}`).join('\n')}`;
}

test('the heading of a chapter is one over a note, too, and the note is told', (t) => {
	const marked = ([q, a], n) => `${n}、【问】${q}\n【答】${a}\n`;
	const plain = ([q, a], n) => `${n}. ${q}\n${a}\n`;
	const shapes = [[['【入园】', '【游览】', '【夜场】'], marked], [['【入园】', '【游览】', '【夜场】'], plain],
		[['一、入园', '二、游览', '三、夜场'], marked], [['（一）入园', '（二）游览', '（三）夜场'], plain], [['第一部分 入园', '第二部分 游览', '第三部分 夜场'], plain]];
	for (const [headings, item] of shapes) {
		for (const note of [`\n${NOTE}\n\n`, `${NOTE}，\n票价另计。\n\n`]) {
			const { entries, err, out } = read(t, book(headings, item, note));
			assert.deepEqual(entries, ZOO, headings[2] + note);
			assert.match(err, new RegExp(`left out: “${NOTE}`));
			assert.match(out, /夜场】?: 2 entries/);
		}
	}
});

test('text under a line in brackets stays in its answer where nothing says that a chapter begins', (t) => {
	const item = ([q, a], n) => `${n}. ${q}\n${a}\n`;
	const tip = (between, behind) => {
		const zoo = ZOO.map(([q, a], i) => [q, i === 3 ? `${a}${between}【提示】\n周一不出租。` : a]);
		return [zoo.map(([q, a]) => [q, a]), book(['【入园】', '【游览】', '【夜场】'], item, '\n').replace(ZOO[3][1], `${zoo[3][1]}${behind}`)];
	};
	const [right, text] = tip('\n', '');
	assert.deepEqual(read(t, text).entries, right);
	/* Where no chapter has brackets, an empty line above is not enough. */
	const bare = ZOO.map(([q, a], i) => [q, i === 3 ? `${a}\n\n【提示】\n周一不出租。` : a]);
	assert.deepEqual(read(t, `动物园问答\n\n${bare.map((entry, i) => item(entry, i + 1)).join('\n')}`).entries, bare);
	/* A list within an answer that has the numbers of chapters goes on. */
	const listed = ZOO.map(([q, a], i) => [q, i === 3 ? `${a}\n一、带身份证\n二、填表\n再到南门` : a]);
	assert.deepEqual(read(t, `动物园问答\n\n${listed.map((entry, i) => item(entry, i + 1)).join('\n')}`).entries, listed);
});
