/* `dayi lookup`, and that what is for operators alone reaches nobody else. */
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, ROOT, dayi, temporary } = require('./dayi.js');

const INTERNAL = path.join(ROOT, 'tests/fixtures/knowledge-internal');
const SECRET = /椰子鸡|8802|蓝鲸/;

const json = (...args) => {
	const { code, out, err } = dayi(args);
	assert.strictEqual(code, EXIT.done, err);
	return JSON.parse(out);
};

test('initials_find_an_entry_and_what_matched_is_marked', () => {
	const { code, out } = dayi(['lookup', 'wbj']);
	assert.strictEqual(code, EXIT.done);
	assert.match(out, /^ {3}2 {2}提示“您尚有\[未办结\]的申请事项，请等待办结后再进行申报”？\n {6}initials\n/);
});

test('a_receipt_is_answered_as_one', () => {
	const found = json('lookup', '--json', 'a7kq2m9x');
	assert.strictEqual(found.kind, 'receipt');
	assert.strictEqual(found.receipt, 'A7KQ-2M9X');
	assert.deepStrictEqual(found.results, []);
});

test('a_popup_is_told_with_the_robots_confidence_and_its_runner_up', () => {
	const { robot, results } = json('lookup', '--json', '成绩不存在或已过期');
	assert.strictEqual(results[0].number, 7);
	assert.strictEqual(results[0].why, 'prompt');
	assert.strictEqual(robot.outcome, 'answer');
	assert.strictEqual(robot.best.entry, results[0].entry);
	assert.ok(robot.best.confidence > 0.9 && results[0].confidence === robot.best.confidence);
});

test('the_pieces_of_a_text_are_the_text', () => {
	const entries = Object.fromEntries(fs.readdirSync(path.join(ROOT, 'knowledge/anguan'))
		.map((name) => JSON.parse(fs.readFileSync(path.join(ROOT, 'knowledge/anguan', name), 'utf8')))
		.map((entry) => [entry.id, entry]));
	for (const typed of ['证书', '信息 企业', 'ie11', 'zs', '成绩 身份证号', '获取不到'])
		for (const { entry, kind, question } of json('lookup', '--json', typed).results)
			if (kind === 'answer')
				assert.strictEqual(question.join(''), entries[entry].question, typed);
});

test('what_nobody_finds_is_said_and_the_exit_status_tells', () => {
	const { code, err } = dayi(['lookup', '-k', INTERNAL, 'xqxqxq']);
	assert.strictEqual(code, EXIT.faults);
	assert.match(err, /nothing found/);
	assert.strictEqual(dayi(['lookup']).code, EXIT.usage);
	assert.strictEqual(dayi(['lookup', '--entry', '99']).code, EXIT.faults);
});

test('an_operator_finds_and_reads_an_internal_note', () => {
	const [found] = json('lookup', '-k', INTERNAL, '--json', '椰子鸡').results;
	assert.strictEqual(found.entry, 'photo');
	assert.strictEqual(found.part, 'internal');
	assert.deepStrictEqual(found.text, ['仍不行的转二楼机房', '椰子鸡', '，分机8802。']);
	assert.match(json('lookup', '-k', INTERNAL, '--entry', '1').internal, /椰子鸡/);
});

test('an_internal_note_is_in_no_copy_and_no_script', () => {
	const entry = json('lookup', '-k', INTERNAL, '--entry', '1');
	const { internal, note, ...rest } = entry;
	assert.match(internal + note, SECRET);
	assert.doesNotMatch(JSON.stringify(rest), SECRET);
});

test('an_internal_note_is_in_no_reply_and_is_no_reason_for_one', () => {
	const questions = ['照片传不上去', '系统无法上传照片？', '椰子鸡', '转二楼机房椰子鸡', '分机8802', '蓝鲸', '第1条'];
	const { code, out } = dayi(['ask', '-k', INTERNAL, '--batch', '--top', '5'], questions.map((q) => JSON.stringify({ q })).join('\n'));
	assert.strictEqual(code, EXIT.done);
	const replies = out.trim().split('\n').map((line) => JSON.parse(line));
	for (const { q, ...reply } of replies) {
		assert.doesNotMatch(JSON.stringify(reply), SECRET, q);
		if (SECRET.test(q))
			assert.deepStrictEqual([reply.outcome, reply.ranking], ['decline', []], q);
	}
	assert.strictEqual(replies[0].answers[0].entry, 'photo');
	assert.doesNotMatch(dayi(['diagnose', '-k', INTERNAL, '--entry', '1', '--json']).out, SECRET);
	assert.doesNotMatch(dayi(['diagnose', '-k', INTERNAL, '--entry', '1', '--script']).out, SECRET);
});

test('a_script_speaks_of_the_applicant_and_asks_the_caller', (t) => {
	const facts = path.join(temporary(t), 'facts.json');
	fs.writeFileSync(facts, JSON.stringify({ certificate: [{ category: 'C1', expires_on: '2026-11-24' }] }));
	const args = ['diagnose', '--entry', '11', '--today', '2026-11-25', '--facts', facts];
	assert.match(dayi(args).out, /您的C1证已过期/);
	const { out } = dayi([...args, '--script']);
	assert.match(out, /核对结果：申请人的C1证已过期/);
	assert.match(out, /1\. 您的证书过了有效期没有？/);
});

for (const format of ['jsonl', 'csv'])
	test(`an_internal_note_comes_back_from_${format}`, (t) => {
		const folder = temporary(t);
		const { code, out } = dayi(['export', '--format', format, INTERNAL]);
		assert.strictEqual(code, EXIT.done);
		const table = path.join(folder, `table.${format}`);
		fs.writeFileSync(table, out);
		const { err } = dayi(['import', '--format', format, '--out', path.join(folder, 'back'), table]);
		const back = dayi(['export', '--format', format, path.join(folder, 'back')]);
		assert.strictEqual(back.out, out, err);
		assert.match(out, /椰子鸡/);
	});

test('a_document_that_leaves_internal_notes_out_says_so', () => {
	const { out, err } = dayi(['export', '--format', 'text', INTERNAL]);
	assert.doesNotMatch(out, SECRET);
	assert.match(err, /internal/);
});
