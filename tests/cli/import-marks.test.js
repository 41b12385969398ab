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
