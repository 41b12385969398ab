/* Marks that change within a document, and lines that are no more than a part of what a mark begins. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');
const { entriesOf, imported } = require('./imported');

const SKI = [['雪具可以自己带吗？', '可以，入口处要登记。'], ['夜场几点开始？', '十八点。'], ['初级道要不要教练', '第一次来的必须请教练。'],
	['小孩多高免票？', '一米二以下免票。'], ['雪票当天能退吗？', '没有刷卡的能退。'], ['更衣柜的钥匙', '押金五十元，离场时退还。'],
	['停车收钱吗？', '不收。']];

test('a second pair of marks that runs from some item on is a pair, too', (t) => {
	const pairs = {
		'numbers go on': ([q, a], i) => (i < 3 ? `${i + 1}、【问】${q}\n【答】${a}\n` : `${i + 1}、来电：${q}\n回复：${a}\n`),
		'known marks first': ([q, a], i) => (i < 3 ? `问：${q}\n答：${a}\n` : `来电：${q}\n处理：${a}\n`),
		'no mark is known': ([q, a], i) => (i < 3 ? `[甲]${q}\n[乙]${a}\n` : `来电：${q}\n处理：${a}\n`),
		'in one line': ([q, a], i) => (i < 3 ? `${i + 1}、${q} 答：${a}\n` : `${i + 1}、来电：${q} 答：${a}\n`),
	};
	for (const [name, item] of Object.entries(pairs))
		assert.deepEqual(imported(t, 'a.txt', `滑雪场问答\n\n${SKI.map(item).join('')}`).entries, SKI, name);
});

test('a label that stands in few questions, or under no answer, is a part of the text', (t) => {
	const few = SKI.map(([q, a], i) => [i < 2 ? `夜场：${q}` : q, a]);
	assert.deepEqual(imported(t, 'a.txt', `滑雪场问答\n\n${few.map(([q, a], i) => `${i + 1}、${q}\n答：${a}\n`).join('')}`).entries, few);
	const listed = SKI.map(([q, a]) => [q, `${a}\n1、费用：要问前台？\n2、费用：看告示。\n3、费用：见票面？`]);
	assert.deepEqual(imported(t, 'a.txt', `滑雪场问答\n\n${listed.map(([q, a]) => `问：${q}\n答：${a}\n`).join('')}`).entries, listed);
});

test('a question that breaks within its sentence has two lines, whether answers are marked or not', (t) => {
	const broken = [...SKI.slice(0, 4), ['雪票在网上买了以后临时来不了，\n还能改到第二天吗？', '能，提前一天改。'], ...SKI.slice(4)];
	const whole = broken.map(([q, a]) => [q.replace('\n', ''), a]);
	const shapes = {
		numbers: ([q, a], i) => `${i + 1}、${q}\n${a}\n`,
		marked: ([q, a], i) => `问题${i + 1}：${q}\n${a}\n`,
		'marked answers': ([q, a], i) => `${i + 1}、${q}\n答：${a}\n`,
		parts: ([q, a], i) => `1.${i + 1} ${q}\n${a}\n`,
		headings: ([q, a], i) => `### Q${i + 1} ${q}\n\n${a}\n\n`,
	};
	for (const [name, item] of Object.entries(shapes)) {
		const head = name === 'headings' ? '# 滑雪场问答\n\n' : '滑雪场问答\n\n';
		const { entries } = imported(t, name === 'headings' ? 'a.md' : 'a.txt', head + broken.map(item).join(''));
		assert.deepEqual(entries.map(([q, a]) => [q.replace(/\s/g, ''), a]), whole, name);
	}
	/* Below a whole question, a line that asks is of the answer; so is one below an answer that has begun. */
	const asked = [...SKI.slice(0, 4), ['雪票丢了怎么办，补不补', '先找前台，\n刷过卡了吗？'], ...SKI.slice(4)];
	assert.deepEqual(imported(t, 'a.txt', `滑雪场问答\n\n${asked.map(([q, a], i) => `${i + 1}、${q}\n${a}\n`).join('')}`).entries, asked);
});

test('a year right behind the number of an item is of its text', (t) => {
	const years = [...SKI.slice(0, 4), ['2025年雪季的票价', '平日二百元。'], ...SKI.slice(4)];
	for (const sign of ['.', '．'])
		assert.deepEqual(imported(t, 'a.txt', `滑雪场问答\n\n${years.map(([q, a], i) => `${i + 1}${sign}${q}\n${a}\n`).join('')}`).entries, years, sign);
	const dates = [['哪天开板？', '12.2024年雪季推迟。'], ...SKI];
	assert.deepEqual(imported(t, 'a.txt', `滑雪场问答\n\n${dates.map(([q, a], i) => `${i + 1}.${q}\n${a}\n`).join('')}`).entries, dates);
});

test('the title of a page is its heading, not its menu, and is quoted', (t) => {
	const items = SKI.map(([q, a]) => `<p>问：${q}</p><p>答：${a}</p>`).join('');
	const menu = '<div><a href="/a">登录</a> | <a href="/b">注册</a> | <a href="/c">无障碍浏览</a></div>';
	const pages = {
		'a menu above': `${menu}<h1>雪场常见问题</h1>${items}`,
		'a menu above a smaller heading': `${menu}<h2>雪场常见问题</h2><h3>雪票</h3>${items}`,
		'the name of the site above': `<div>北岭文旅集团</div><p>2025年3月</p><h1>雪场常见问题</h1><h2>雪票</h2>${items}`,
	};
	for (const [name, body] of Object.entries(pages)) {
		const { entries, title, err } = imported(t, 'a.html', `<html><head><title>雪场</title></head><body>${body}</body></html>`);
		assert.equal(title, '雪场常见问题', name);
		assert.match(err, /note: the title, “雪场常见问题”, is the source/, name);
		assert.deepEqual(entries, SKI, name);
	}
	assert.equal(imported(t, 'a.txt', `登录 | 注册 | 帮助\n雪场常见问题\n\n${SKI.map(([q, a]) => `问：${q}\n答：${a}\n`).join('')}`).title, '雪场常见问题');
	assert.equal(imported(t, 'a.txt', `北岭文旅 | 雪场常见问题\n\n${SKI.map(([q, a]) => `问：${q}\n答：${a}\n`).join('')}`).title, '北岭文旅 | 雪场常见问题');
});

test('numbers of a web site are no contacts', (t) => {
	const items = SKI.map(([q, a]) => `<p>问：${q}</p><p>答：${a}</p>`).join('');
	const folder = temporary(t);
	const contacts = (foot) => {
		const file = path.join(folder, 'a.html');
		const out = path.join(folder, `k${fs.readdirSync(folder).length}`);
		fs.writeFileSync(file, `<html><body><h1>雪场常见问题</h1>${items}<div class="footer">${foot}</div></body></html>`);
		assert.equal(dayi(['import', '--out', out, file]).code, EXIT.done);
		return JSON.parse(fs.readFileSync(path.join(out, 'office.json'))).contacts.map(({ label, value }) => [label, value]);
	};
	assert.deepEqual(contacts('<p>地址：北岭路9号</p><p>网站标识码：5512000034　京ICP备22000000号　京公网安备 11010502000001号</p>'), []);
	assert.deepEqual(contacts('<p>地址：北岭路9号 网站标识码：5512000034 咨询电话：0371-5550001 京ICP备22000000号-1</p>'), [['咨询电话', '0371-5550001']]);
	assert.deepEqual(contacts('<p>地址：北岭路9号 0371-5550002 客服电话号码：0371-5550003</p>').map(([, value]) => value), ['0371-5550002', '0371-5550003']);
});

test('cases none of which has an advice are text', (t) => {
	const cases = ['雪票能转让吗？', '只有这些情形可以：\n情形1：持票人受伤，有诊断书的；\n情形2：雪场停业的；\n情形3：团体票换人的。'];
	const all = [...SKI.slice(0, 4), cases, ...SKI.slice(4)];
	assert.deepEqual(imported(t, 'a.txt', `滑雪场问答\n\n${all.map(([q, a], i) => `${i + 1}、${q}\n答：${a}\n`).join('')}`).entries, all);
	assert.deepEqual(imported(t, 'a.html', `<html><body><h1>滑雪场问答</h1>${all.map(([q, a]) => `<h2>${q}</h2><p>${a.replaceAll('\n', '</p><p>')}</p>`).join('')}</body></html>`).entries, all);
	assert.deepEqual(imported(t, 'a.csv', `问题,答案\n${all.map(([q, a]) => `${q},"${a}"\n`).join('')}`).entries, all);
	/* One advice makes cases of all of them; so does text below each. */
	for (const [a, advice] of [['情形1：受伤。\n建议：找医务室。\n情形2：停业。', ['找医务室。', '']], ['情形1：受伤。\n找医务室。\n情形2：停业。\n等通知。', ['找医务室。', '等通知。']]]) {
		const folder = temporary(t);
		const file = path.join(folder, 'a.txt');
		fs.writeFileSync(file, `滑雪场问答\n\n${[...SKI, ['出事了怎么办？', a]].map(([q, s], i) => `${i + 1}、${q}\n答：看是哪种：\n${s}\n`).join('')}`);
		assert.equal(dayi(['import', '--out', path.join(folder, 'k'), file]).code, EXIT.done);
		assert.deepEqual(entriesOf(path.join(folder, 'k')).at(-1).cases.map((one) => one.advice || ''), advice);
	}
});

test('a running title at the break of a page is of no answer, also where it stands once', (t) => {
	const text = (between, items = SKI) => `北岭滑雪场\n雪季问答汇编（第3期）\n\n${items.map(([q, a], i) => `${i + 1}、${q}\n答：${a}\n${i === 2 ? between : ''}`).join('')}`;
	for (const between of ['\n－ 2 －\n雪季问答汇编（第3期）\n\n', ' 北岭滑雪场 · 问答汇编 · 3\n', '北岭滑雪场 | 第3期 | 12\n'])
		assert.deepEqual(imported(t, 'a.txt', text(between)).entries, SKI, between);
	/* Without a page beside it, and where no sign parts a number at the end, it is text. */
	const kept = SKI.map(([q, a], i) => [q, i === 2 ? `${a}\n雪季问答汇编（第3期）\n北岭滑雪场电话 5550001` : a]);
	assert.deepEqual(imported(t, 'a.txt', text('', kept)).entries, kept);
});
