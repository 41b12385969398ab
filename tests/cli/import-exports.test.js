/*
 * What other systems put around and beside their entries: states, containers, separators, several
 * values in one file, and numbers that are no numbering.
 */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');

function run(t, name, bytes) {
	const folder = temporary(t);
	const file = path.join(folder, name);
	const out = path.join(folder, 'k');
	fs.writeFileSync(file, bytes);
	const { code, err } = dayi(['import', '--out', out, file]);
	const made = path.join(out, 'imported');
	const entries = !fs.existsSync(made) ? [] : fs.readdirSync(made).filter((each) => each.endsWith('.json')).sort()
		.map((each) => JSON.parse(fs.readFileSync(path.join(made, each))));
	return { code, err, whole: entries, entries: entries.map(({ question, answer }) => [question, answer]) };
}

function imported(t, name, bytes) {
	const result = run(t, name, bytes);
	assert.equal(result.code, EXIT.done, `${bytes}\n${result.err}`);
	return result;
}

const POOL = [['泳池几点开门？', '早上六点。'], ['水温多少度？', '二十七度。'], ['能带孩子吗？', '能，须有大人陪同。'], ['泳帽必须戴吗？', '必须。']];
const pairs = (entries = POOL) => entries.map(([question, answer]) => ({ question, answer }));

test('a state that is not known is taken as given out and told with its values', (t) => {
	const rows = (values) => POOL.map(([q, a], i) => `"${q}","${a}",${values[i]}`).join('\n');
	const table = imported(t, 'a.csv', `问题,答案,状态\n${rows(['正常', '冻结', '暂存', '冻结'])}\n`);
	assert.deepEqual(table.entries, POOL);
	assert.match(table.err, /:3: warning: 状态: states that are not known: 3 entries are taken as given out, with “冻结” \(2\), “暂存” \(1\)/);
	const one = imported(t, 'a.csv', `问题,答案,状态\n${rows(['正常', '', '已发布', '冻结'])}\n`);
	assert.match(one.err, /:5: warning: 状态: a state that is not known: 1 entry is taken as given out, with “冻结” \(1\)/);
	const lines = pairs().map((each, i) => JSON.stringify({ ...each, status: [1, 2, 'parked', true][i] })).join('\n');
	const json = imported(t, 'a.jsonl', lines);
	assert.deepEqual(json.entries, POOL);
	assert.match(json.err, /:1: warning: status: states that are not known: 3 entries are taken as given out, with “1” \(1\), “2” \(1\), “parked” \(1\)/);
	const mixed = imported(t, 'a.md', `# 泳池\n\n1. 有更衣柜吗？\n\n   有。\n\n2. 能停车吗？\n\n   能。\n\n| 问题 | 答案 | 状态 |\n|---|---|---|\n${POOL.map(([q, a]) => `| ${q} | ${a} | 冻结 |\n`).join('')}`);
	assert.deepEqual(mixed.entries, [['有更衣柜吗？', '有。'], ['能停车吗？', '能。'], ...POOL]);
	assert.match(mixed.err, /warning: 状态: states that are not known: 4 entries .* “冻结” \(4\)/);
});

test('states that are known are not told, whatever the head before 状态 says', (t) => {
	for (const [head, on, off] of [['知识库状态', '正常', '草稿'], ['faq_status', 'active', 'draft'], ['是否启用', '启用', '停用'], ['status', 'true', 'false'], ['状态', '审核通过', '待审核']]) {
		const rows = POOL.map(([q, a], i) => `"${q}","${a}",${i === 1 ? off : on}`).join('\n');
		const { entries, err } = imported(t, 'a.csv', `问题,答案,${head}\n${rows}\n`);
		assert.deepEqual(entries, POOL.filter((_, i) => i !== 1), head);
		assert.match(err, /switched off, withdrawn or a draft in the other system, left out: “水温多少度？”/);
		assert.doesNotMatch(err, /not known/);
	}
});
