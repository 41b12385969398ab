/*
 * Shapes of documents and exports (fixtures/exchange/shapes): each entry must come out to the letter,
 * and what belongs to none must be told.
 */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');
const { entriesOf } = require('./imported');

const SHAPES = path.join(ROOT, 'tests/fixtures/exchange/shapes');

const lines = (text) => (text || '').split('\n').map((line) => line.trim()).filter(Boolean).join('\n');
const bare = (text) => text.replace(/\s/g, '');

for (const name of fs.readdirSync(SHAPES).filter((file) => fs.existsSync(path.join(SHAPES, `${file}.json`)))) {
	test(`the shape ${name} comes out to the letter`, (t) => {
		const file = path.join(SHAPES, name);
		const out = path.join(temporary(t), 'k');
		const wanted = JSON.parse(fs.readFileSync(`${file}.json`));
		const look = dayi(['import', '--dry-run', '--out', `${out}-dry`, file]);
		const run = dayi(['import', '--out', out, file]);

		assert.equal(run.code, EXIT.done, run.err);
		const entries = entriesOf(out);
		assert.deepEqual(entries.map((entry) => [lines(entry.question), lines(entry.answer)]),
			wanted.entries.map(([question, answer]) => [lines(question), lines(answer)]));
		for (const text of wanted.told)
			assert.ok(bare(look.out + look.err).includes(bare(text)), `lost in silence: ${text}`);
	});
}

const told = (t, name, text) => {
	const file = path.join(temporary(t), name);

	fs.writeFileSync(file, text);
	return dayi(['import', '--dry-run', '--out', `${file}-k`, file]);
};
const ITEMS = ['怎么挂号？', '几点开诊？', '能退号吗？', '要带医保卡吗？', '可以代挂吗？'];

test('an answer that is much longer than the others is told', (t) => {
	const text = ITEMS.map((question, index) => `${index + 1}、${question}\n${index === 2 ? '可以。\n'.repeat(15) : '可以。\n'}`).join('');
	assert.match(told(t, 'a.txt', text).err, /a\.txt:5: warning: answer that is much longer than the others: does it hold further questions\?: “能退号吗？”/);
});

test('an answer without a mark among marked ones is told', (t) => {
	const text = ITEMS.map((question, index) => `${index + 1}、${question}\n${index === 3 ? '' : '答：'}可以。\n`).join('');
	assert.match(told(t, 'a.txt', text).err, /a\.txt:7: warning: “要带医保卡吗？”: its answer has no mark/);
});

test('items of which hardly one asks are told', (t) => {
	const text = ['目的', '范围', '职责', '程序', '附则'].map((head, index) => `${index + 1}、${head}\n照此办理。\n`).join('');
	assert.match(told(t, 'a.txt', text).err, /5 of 5 questions do not ask, as “目的”/);
});

test('first lines of blocks and answers behind all questions are told', (t) => {
	assert.match(told(t, 'a.txt', '停车证\n\n领取\n到门岗领取。\n\n更换\n交旧证领新证。\n\n遗失\n登报后补发。\n').err, /the first line of each block is taken for one/);
	assert.match(told(t, 'b.txt', `一、题目\n${ITEMS.map((q, i) => `${i + 1}. ${q}\n`).join('')}\n二、参考答案\n${ITEMS.map((q, i) => `${i + 1}. 可以。\n`).join('')}`).err, /joined by their numbers/);
});

test('XML of another system is refused with what to do', (t) => {
	const run = told(t, 'a.xml', '<?xml version="1.0"?>\n<faqs><faq><question>几点开诊？</question><answer>八点。</answer></faq></faqs>\n');
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /is XML: export it as CSV, JSON or \.xlsx/);
});
