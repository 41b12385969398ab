/* What Excel does not show does not go live. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');
const { imported, zip } = require('./imported');

const cell = (text, at) => (text === '' ? '' : `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`);
/* Rows of texts; { hidden: 'its value', cells } is one that Excel does not show. */
const sheet = (rows, merges = []) => `<worksheet><sheetData>${rows.map((row, n) => `<row r="${n + 1}"${row.hidden ? ` hidden="${row.hidden}"` : ''}>${(row.cells || row).map((text, c) => cell(text, `${'ABCDE'[c]}${n + 1}`)).join('')}</row>`).join('')}</sheetData>`
	+ `${merges.length ? `<mergeCells>${merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>` : ''}</worksheet>`;
/* Sheets by name; the value is the sheet and its state. */
const workbook = (sheets) => zip({
	'xl/workbook.xml': `<workbook xmlns:r="r"><sheets>${Object.entries(sheets).map(([name, { state }], i) => `<sheet name="${name}" sheetId="${i + 1}"${state ? ` state="${state}"` : ''} r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
	...Object.fromEntries(Object.values(sheets).map(({ xml }, i) => [`xl/worksheets/sheet${i + 1}.xml`, xml])),
});
const HEADS = ['问题', '答案'];
const A = ['几点开门？', '九点。'];
const B = ['门票多少钱？', '三十元。'];
const C = ['能带狗吗？', '不能。'];
const OLD = ['疫情期间开门吗？', '不开。'];

test('hidden rows of a workbook are left out and told', (t) => {
	for (const hidden of ['1', 'true']) {
		const { entries, err } = imported(t, 'a.xlsx', workbook({ 问答: { xml: sheet([HEADS, A, { hidden, cells: OLD }, B, { hidden, cells: ['旧', '旧'] }, { hidden, cells: ['', ''] }, C]) } }));
		assert.deepEqual(entries, [A, B, C]);
		assert.match(err, /a\.xlsx:3: warning: hidden row, left out: “疫情期间开门吗？ 不开。” and 1 line more/);
	}
	const { entries, err } = imported(t, 'a.xlsx', workbook({ 问答: { xml: sheet([HEADS, A, { hidden: '0', cells: B }, C]) } }));
	assert.deepEqual(entries, [A, B, C]);
	assert.doesNotMatch(err, /hidden/);
});

test('a merged cell that begins in a hidden row is the answer of the rows that are shown', (t) => {
	const rows = [HEADS, A, { hidden: '1', cells: [OLD[0], '请看公告。'] }, { hidden: '1', cells: ['旧？', ''] }, [B[0], ''], [C[0], ''], ['船几点开？', '十点。']];
	assert.deepEqual(imported(t, 'a.xlsx', workbook({ 问答: { xml: sheet(rows, ['B3:B6']) } })).entries,
		[A, [B[0], '请看公告。'], [C[0], '请看公告。'], ['船几点开？', '十点。']]);
	// One that ends within the hidden rows reaches no further.
	const within = [HEADS, A, { hidden: '1', cells: [OLD[0], '请看公告。'] }, { hidden: '1', cells: ['旧？', ''] }, [B[0], ''], C];
	assert.deepEqual(imported(t, 'a.xlsx', workbook({ 问答: { xml: sheet(within, ['B3:B4']) } })).entries, [A, [B[0], ''], C]);
});

test('hidden sheets of a workbook are not read, also where no other one has questions', (t) => {
	const questions = { xml: sheet([HEADS, A, B, C]) };
	const old = sheet([HEADS, OLD]);
	for (const state of ['hidden', 'veryHidden']) {
		const { entries, err } = imported(t, 'a.xlsx', workbook({ 问答: questions, 旧: { state, xml: old } }));
		assert.deepEqual(entries, [A, B, C]);
		assert.match(err, /the sheet “旧” is hidden and not read/);
		for (const shown of [sheet([]), sheet([['填表说明', '请勿改动'], ['填表人', '小周']])]) {
			const folder = temporary(t);
			const file = path.join(folder, 'b.xlsx');
			fs.writeFileSync(file, workbook({ 旧: { state, xml: old }, 说明: { xml: shown } }));
			const run = dayi(['import', '--out', path.join(folder, 'k'), file]);
			assert.equal(run.code, EXIT.faults, run.err);
			assert.match(run.err, /the sheet “旧” is hidden and not read/);
		}
	}
});
