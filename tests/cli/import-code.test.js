/* Code, formulas and rows of answers stay as they are printed; what is right by its number or form is not doubted. */
'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { imported } = require('./imported');

const DOUBTS = /does not ask|ends within a sentence|looks like a heading|looks like a page mark|begins with the mark/;

const SERVER = [['服务器每天怎么备份？', '在值班机上运行：\n# 先停服务\nsystemctl stop app\n1. 不要关这个窗口\n## 再备份\npg_dump app > /data/app.sql\n做完看日志。'],
	['备份放在哪里？', '放在二号机柜。'], ['怎样恢复？', '先打电话给值班室。'], ['磁盘满了怎么办？', '清理 /var/log：\n答：y'], ['几点巡检？', '早晚各一次。']];

test('lines of code in Markdown are text of the answer, whatever they look like', (t) => {
	const fence = (answer) => answer.replace('# 先停服务', '```sh\n# 先停服务').replace('app.sql\n', 'app.sql\n```\n').replace('答：y', '```\n答：y\n```');
	const text = SERVER.map(([q, a], i) => `### ${i + 1}. ${q}\n\n${fence(a)}\n`).join('\n');
	const { entries, err } = imported(t, 'a.md', `# 机房手册\n\n${text}`);
	assert.deepEqual(entries, SERVER);
	assert.doesNotMatch(err, DOUBTS);
});

test('a comment among indented lines of code is no heading', (t) => {
	const { entries } = imported(t, 'a.md', '# 机房手册\n\n### 1. 怎样恢复？\n\n    # 停服务\n    psql app\n\n### 2. 要多久？\n\n一小时。\n\n### 3. 谁来做？\n\n值班员。\n');
	assert.deepEqual(entries, [['怎样恢复？', '# 停服务\npsql app'], ['要多久？', '一小时。'], ['谁来做？', '值班员。']]);
});

test('of a web page, <pre> keeps its lines, and code in it is text', (t) => {
	const page = (item) => `<html><body><h1>机房手册</h1>${SERVER.slice(0, 3).map(item).join('')}</body></html>`;
	const escaped = (text) => text.replace('>', '&gt;');
	const code = page(([q, a]) => `<p>问：${q}</p><p>答：${a.includes('\n') ? `${a.split('\n')[0]}</p><pre>\n<code>${escaped(a.split('\n').slice(1, -1).join('\n'))}</code></pre><p>做完看日志。` : a}</p>\r\n`);
	assert.deepEqual(imported(t, 'a.htm', code).entries, SERVER.slice(0, 3));
	const whole = `<html><body><h1>机房手册</h1><pre>\r\n问：备份放在哪里？\r\n答：二号机柜，\r\n  编号 B-2。\r\n问：怎样恢复？\r\n答：打电话。</pre></body></html>`;
	assert.deepEqual(imported(t, 'b.htm', whole).entries, [['备份放在哪里？', '二号机柜，\n编号 B-2。'], ['怎样恢复？', '打电话。']]);
});

/* The question that does not ask, or the answer, in the place of the third of five. */
const fifth = (item) => [['票在哪里买？', '售票处。'], ['老人免票吗？', '六十五岁以上免。'], item, ['能带狗吗？', '不能。'], ['有轮椅吗？', '南门有三辆。']];
const numbered = (items) => `植物园问答\n\n${items.map(([q, a], i) => `${i + 1}、${q}\n${a}\n`).join('')}`;

test('a formula and the cells of a row do not end within a sentence', (t) => {
	const told = (answer) => imported(t, 'a.txt', numbered(fifth(['团体票怎么算？', answer]))).err;

	assert.doesNotMatch(told('团体票总价＝成人人数×成人票价＋学生人数×学生票价\n其中成人票价四十元。'), DOUBTS);
	assert.doesNotMatch(told('团体人数的档次　　　　　　　　每一个人的票价　　　　每一个人的押金\n十人以上的团体　　三十元　　　　五元'), DOUBTS);
	assert.match(told('十个人以上的团体提前三天打电话到接待科登记以后可以在南门的团体窗\n口领票，每人三十元。'), /ends within a sentence/);
});

test('a title among questions is not doubted where the numbers run on both sides of it', (t) => {
	assert.doesNotMatch(imported(t, 'a.txt', numbered(fifth(['开放时间', '六点到十八点。']))).err, DOUBTS);
	/* The last one may be an annex; an item beside a gap, a heading. */
	const last = [...fifth(['几点关门？', '十八点。']), ['交通图', '见背面。']];
	assert.match(imported(t, 'a.txt', numbered(last)).err, /does not ask.*“交通图”/);
	const gap = numbered(fifth(['开放时间', '六点到十八点。'])).replace('4、', '6、').replace('5、有', '7、有');
	assert.match(imported(t, 'a.txt', gap).err, /does not ask.*“开放时间”/);
});
