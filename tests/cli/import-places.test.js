/* Messages name the lines of the file, also where a page of HTML or Markdown has others than the text that is read of it. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');

/* Imports the lines as a file: the numbers of the lines of which a message with these words speaks. */
function toldOf(t, name, lines, words, { dry = false, end = '\n' } = {}) {
	const folder = temporary(t);
	const file = path.join(folder, name);
	fs.writeFileSync(file, lines.join(end));
	const run = dayi(['import', ...(dry ? ['--dry-run'] : []), '--out', path.join(folder, 'k'), file]);
	assert.equal(run.code, EXIT.done, run.err);
	return (run.err + run.out).split('\n').filter((line) => line.includes(words))
		.map((line) => Number((/:(\d+): |line (\d+): /u.exec(line) || []).slice(1).find(Boolean)));
}

/* The line of the lines that holds the text, from 1. */
const lineOf = (lines, text) => lines.findIndex((line) => line.includes(text)) + 1;

const POOL = [
	'<!doctype html>', '<html><head>', '<meta charset="utf-8">', '<title>游泳馆</title>', '<style>', 'p { margin: 0 }', '</style></head><body>',
	'<nav>', '<a href="/">首页</a>', '</nav>', '', '<h1>游泳馆问答</h1>', '<p>1、几点', '开门？</p>', '<!-- 一段', '注释 -->',
	'<p>早上六点。</p>', '<p>2、深水证怎么办？</p>', '<p>游两百米，', '<br>踩水三十秒。</p>',
	'<table>', '<tr><th>项目</th><th>价钱</th></tr>', '<tr>', '<td>成人</td>', '<td>四十元</td>', '</tr>', '</table>',
	'<p>3、泳帽必须戴吗？</p>', '<p>4、更衣柜怎么用？</p>', '<p>刷手环。</p>', '', '<p>滨江区全民健身服务中心</p>', '<p>2026年5月3日</p>', '</body></html>',
];

test('of a web page, messages name the line in which a block begins', (t) => {
	for (const end of ['\n', '\r\n']) {
		assert.deepEqual(toldOf(t, 'a.htm', POOL, 'item 3 has none', { end }), [lineOf(POOL, '3、')]);
		assert.deepEqual(toldOf(t, 'a.htm', POOL, 'signature or date', { end }), [lineOf(POOL, '服务中心')]);
		assert.deepEqual(toldOf(t, 'a.htm', POOL, 'menus and controls', { end }), [lineOf(POOL, '首页')]);
	}
});

test('what a dry run shows of a web page has the lines of the file, too', (t) => {
	assert.deepEqual(toldOf(t, 'a.htm', POOL, 'left out, line', { dry: true }),
		['首页', '服务中心', '2026年5月3日'].map((text) => lineOf(POOL, text)));
});

const ROWS = ['<table>', '<tr><th>问题</th>', '<th>答复</th></tr>', '<tr><td>怎么订场？</td>', '<td>打前台电话。</td></tr>', '<tr><td>能退吗？</td>',
	'<td></td></tr>', '<tr><td></td>', '<td>没有问题的一行。</td></tr>', '<tr><td>几点关门？</td><td>晚上十点。</td></tr>', '</table>'];

test('a table of questions on a web page is told by the lines of its rows', (t) => {
	const page = ['<html><body>', '<h1>球场问答</h1>', ...ROWS, '</body></html>'];
	assert.deepEqual(toldOf(t, 'a.html', page, 'has no answer'), [lineOf(page, '能退吗')]);
	assert.deepEqual(toldOf(t, 'a.html', page, 'has no question'), [lineOf(page, '没有问题的一行') - 1]);
	assert.deepEqual(toldOf(t, 'a.html', page, 'text outside the table'), [lineOf(page, '球场问答')]);
});

test('where a page holds questions in a table and in its text, both are told by their lines', (t) => {
	const page = ['<html><body>', '<h1>球场问答</h1>', '<h2>订场</h2>', ...ROWS, '<h2>器材</h2>', '<p>问：球拍能借吗？</p>', '<p>答：能，押一百元。</p>', '',
		'<p>问：球丢了赔吗？</p>', '<p>问：有教练吗？</p>', '<p>答：周末有。</p>', '</body></html>'];
	assert.deepEqual(toldOf(t, 'a.html', page, 'has none'), ['能退吗', '球丢了'].map((text) => lineOf(page, text)));
});

test('of Markdown, messages name the lines of the file below a table and an underlined heading, too', (t) => {
	const page = ['---', 'lang: zh', '---', '', '球场问答', '====', '', '### 1. 场地多少钱？', '', '| 时段 | 价钱 |', '|---|---|', '| 白天 | 四十元 |', '',
		'订场', '----', '', '### 2. 怎么订？', '', '打前台电话。', '', '### 3. 能退吗？', '', '### 4. 几点关门？', '', '晚上十点。'];
	assert.deepEqual(toldOf(t, 'a.md', page, 'has none'), [lineOf(page, '3. ')]);
});
